"""Changes of a clinic's timetable, applied together with what they do to published time.

Order of locks: the clinic's doctors (so that nothing is published meanwhile), slots by their keys, holds by theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.appointments import rules
from doctorlike.appointments.commands.schedules import insert_slots, row_of
from doctorlike.appointments.errors import DoctorKnownError, PlanChangedError
from doctorlike.appointments.models import ClinicDay, Doctor, Hold, ScheduleException, Slot, WeeklyPattern
from doctorlike.appointments.queries import timetables
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock


@dataclass(frozen=True, slots=True)
class Applied:
    """How many free times went and came, how many visits lost their time and how many have it again."""

    gone: int
    come: int
    hit: int
    restored: int


@transaction.atomic
def apply_change(
    *, clinic_id: UUID, change: rules.Change, seen: str, account_url: str = "", by: Actor, at: datetime
) -> Applied:
    """Change the timetable and the time that is published, at once: free slots that the new hours do not have are
    withdrawn and what was held of them is let go, missing ones are made, and visits that are hit lose their slots and
    stand until they are moved or cancelled; their clients are told (`account_url`: where they choose another time).
    `seen` is the mark of the preview that was looked through. Applied twice, a change finds nothing left to do, but
    new hours given twice overlap and are refused.

    PlanChangedError when other visits are hit by now; OverlappingHoursError, RoomTakenError, DoctorKnownError;
    NotFoundError for another clinic's doctor.
    """
    # The task calls back into the commands.
    from doctorlike.appointments.tasks import tell_of_taken_times

    advisory_lock(f"appointments.timetable:{clinic_id}")
    list(Doctor.objects.filter(clinic_id=clinic_id).select_for_update().order_by("pk").values_list("pk"))
    before, after = timetables.before_and_after(clinic_id, change, at)
    _lock_slots(timetables.touched_days(before, after, change, at), at)
    plans = list(timetables.planned(before, after, change, at))
    if timetables.seen(plans) != seen:
        raise PlanChangedError
    _write(clinic_id, before, after, change, at)
    _settle(clinic_id, after, plans, by, at)
    done = Applied(
        gone=sum(len(plan.gone) for plan in plans),
        come=sum(len(plan.made) for plan in plans),
        hit=sum(len(plan.hit) for plan in plans),
        restored=sum(len(plan.restored) for plan in plans),
    )
    record(
        by=by,
        at=at,
        action="timetable.changed",
        subject_type="clinic",
        subject_id=clinic_id,
        details={
            "change": type(change).__name__,
            "doctors": [str(pk) for pk in rules.concerned(after, change)][:50],
            "gone": done.gone,
            "come": done.come,
            "hit": [str(slot.visit_id) for plan in plans for slot in plan.hit],
            "restored": [str(one.slot.visit_id) for plan in plans for one in plan.restored],
        },
    )
    if done.hit or done.restored:
        tell_of_taken_times.defer(clinic_id=str(clinic_id), account_url=account_url)
    return done


def _lock_slots(touched: Mapping[UUID, Collection[date]], at: datetime) -> None:
    """Whoever books one of these meanwhile is either seen by the plan or finds the slot withdrawn."""
    if touched:
        days = {day for days in touched.values() for day in days}
        rows = Slot.objects.filter(
            doctor_id__in=touched,
            starts_at__gt=at,
            visit_on__gte=min(days),
            visit_on__lte=max(days) + timetables.EVE,
        )
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _settle(clinic_id: UUID, after: rules.Timetable, plans: Iterable[rules.Plan], by: Actor, at: datetime) -> None:
    plans = list(plans)
    lost = [slot.id for plan in plans for slot in (*plan.gone, *plan.hit)]
    Slot.objects.filter(pk__in=lost).update(withdrawn_at=at, withdrawn_by=str(by))
    kept = Hold.objects.filter(slot_id__in=lost, ended_at__isnull=True)
    holds = list(kept.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    Hold.objects.filter(pk__in=holds).update(ended_at=at, ended_by=str(by))
    Slot.objects.bulk_update(
        [
            Slot(pk=one.slot.id, place=one.place, withdrawn_at=None, withdrawn_by="")
            for plan in plans
            for one in plan.restored
        ],
        ["place", "withdrawn_at", "withdrawn_by"],
    )
    rooms: dict[str, list[UUID]] = defaultdict(list)
    for plan in plans:
        for slot_id, room in plan.rooms.items():
            rooms[room].append(slot_id)
    for room, slot_ids in rooms.items():
        Slot.objects.filter(pk__in=slot_ids).update(room=room)
    insert_slots([row_of(slot, plan.doctor_id, clinic_id, after.zone) for plan in plans for slot in plan.made])


def _write(
    clinic_id: UUID, before: rules.Timetable, after: rules.Timetable, change: rules.Change, at: datetime
) -> None:
    if isinstance(change, rules.OtherClinicDays):
        _write_clinic_days(clinic_id, before, after)
        return
    was, becomes = before.schedules[change.doctor_id], after.schedules[change.doctor_id]
    if isinstance(change, rules.DoctorFacts):
        _write_facts(clinic_id, was, change, at)
    if was.leaves_on != becomes.leaves_on:
        Doctor.objects.filter(pk=change.doctor_id).update(leaves_on=becomes.leaves_on)
    _write_patterns(was, becomes)
    _write_exceptions(was, becomes)


def _write_facts(clinic_id: UUID, was: rules.Schedule, facts: rules.DoctorFacts, at: datetime) -> None:
    namesakes = Doctor.objects.filter(clinic_id=clinic_id, full_name=facts.full_name).exclude(pk=facts.doctor_id)
    if namesakes.exists():
        raise DoctorKnownError
    if was.service_code != facts.service_code:
        # What is published was published for the service of then.
        Slot.objects.filter(doctor_id=facts.doctor_id, starts_at__gt=at, service_code="").update(
            service_code=was.service_code
        )
    Doctor.objects.filter(pk=facts.doctor_id).update(
        full_name=facts.full_name,
        specialty_code=facts.specialty_code,
        service_code=facts.service_code,
        room=facts.room,
    )


def _write_patterns(was: rules.Schedule, becomes: rules.Schedule) -> None:
    old = {one.id: one for one in was.patterns if one.id is not None}
    staying = {one.id: one for one in becomes.patterns if one.id is not None}
    WeeklyPattern.objects.filter(pk__in=old.keys() - staying.keys()).delete()
    for pk, one in staying.items():
        if one != old[pk]:
            WeeklyPattern.objects.filter(pk=pk).update(valid_to_on=one.valid_to_on)
    WeeklyPattern.objects.bulk_create(
        WeeklyPattern(
            doctor_id=becomes.doctor_id,
            weekday=one.weekday,
            valid_from_on=one.valid_from_on,
            valid_to_on=one.valid_to_on,
            **_hours(one.hours),
            **_work(one.work),
        )
        for one in becomes.patterns
        if one.id is None
    )


def _write_exceptions(was: rules.Schedule, becomes: rules.Schedule) -> None:
    days = _different(was.exceptions, becomes.exceptions)
    ScheduleException.objects.filter(doctor_id=becomes.doctor_id, on__in=days).delete()
    rows = []
    for day in days & becomes.exceptions.keys():
        worked = becomes.exceptions[day]
        rows += [
            ScheduleException(
                doctor_id=becomes.doctor_id, on=day, **_hours(one.hours), **(_work(one.work) if one.work else {})
            )
            for one in worked
        ] or [ScheduleException(doctor_id=becomes.doctor_id, on=day)]
    ScheduleException.objects.bulk_create(rows)


def _write_clinic_days(clinic_id: UUID, before: rules.Timetable, after: rules.Timetable) -> None:
    days = _different(before.clinic_days, after.clinic_days)
    ClinicDay.objects.filter(clinic_id=clinic_id, on__in=days).delete()
    ClinicDay.objects.bulk_create(
        ClinicDay(clinic_id=clinic_id, on=day, **_hours(after.clinic_days[day]))
        for day in days & after.clinic_days.keys()
    )


def _different(was: Mapping[date, object], becomes: Mapping[date, object]) -> set[date]:
    absent = object()
    return {day for day in was.keys() | becomes.keys() if was.get(day, absent) != becomes.get(day, absent)}


def _hours(hours: rules.Hours | None) -> dict[str, object]:
    return {"from_local": hours.from_local, "to_local": hours.to_local} if hours else {}


def _work(work: rules.Work) -> dict[str, object]:
    return {
        "slot_minutes": work.slot_minutes,
        "buffer_minutes": work.buffer_minutes,
        "capacity": work.capacity,
        "service_code": work.service_code,
        "room": work.room,
    }
