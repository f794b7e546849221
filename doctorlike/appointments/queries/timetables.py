"""A clinic's timetable as rules read it, and what a change would do to the time that is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from doctorlike.appointments import rules
from doctorlike.appointments.models import ClinicDay, Doctor, ScheduleException, WeeklyPattern
from doctorlike.appointments.queries.cards import VisitCard
from doctorlike.appointments.queries.visits import visits_by_id
from doctorlike.clinics import queries as clinics
from doctorlike.kit.errors import NotFoundError

EVE = timedelta(days=1)


def timetable(clinic_id: UUID, from_on: date, until_on: date | None = None) -> rules.Timetable:
    """All doctors of the clinic; exceptions from the eve of `from_on` on (until the day after `until_on`). Four
    queries."""
    return rules.Timetable(
        zone=clinics.clinic(clinic_id).zone,
        clinic_days=clinic_days([clinic_id], from_on, until_on)[clinic_id],
        schedules=schedules(Doctor.objects.filter(clinic_id=clinic_id).order_by("full_name"), from_on, until_on),
    )


def clinic_days(
    clinic_ids: Collection[UUID], from_on: date, until_on: date | None = None
) -> dict[UUID, dict[date, rules.Hours | None]]:
    """Days on which whole clinics work otherwise; every clinic asked is a key."""
    rows = ClinicDay.objects.filter(clinic_id__in=clinic_ids, on__gte=from_on - EVE)
    if until_on is not None:
        rows = rows.filter(on__lte=until_on)
    days: dict[UUID, dict[date, rules.Hours | None]] = {clinic_id: {} for clinic_id in clinic_ids}
    for row in rows:
        opens, closes = row.from_local, row.to_local
        days[row.clinic_id][row.on] = rules.Hours(opens, closes) if opens and closes else None
    return days


def schedules(doctors: Iterable[Doctor], from_on: date, until_on: date | None = None) -> dict[UUID, rules.Schedule]:
    """In the order of the rows. Two queries beside that of the rows."""
    rows = {row.pk: row for row in doctors}
    patterns: dict[UUID, list[rules.Pattern]] = defaultdict(list)
    for one in WeeklyPattern.objects.filter(doctor_id__in=rows).order_by("weekday", "from_local", "valid_from_on"):
        patterns[one.doctor_id].append(_pattern(one))
    found = ScheduleException.objects.filter(doctor_id__in=rows, on__gte=from_on - EVE)
    if until_on is not None:
        found = found.filter(on__lte=until_on)
    exceptions: dict[UUID, dict[date, list[rules.OtherHours]]] = defaultdict(dict)
    for other in found.order_by("on", "from_local"):
        day = exceptions[other.doctor_id].setdefault(other.on, [])
        if other.from_local is not None and other.to_local is not None:
            day.append(rules.OtherHours(rules.Hours(other.from_local, other.to_local), _own_work(other)))
    return {
        row.pk: rules.Schedule(
            doctor_id=row.pk,
            full_name=row.full_name,
            service_code=row.service_code,
            room=row.room,
            patterns=tuple(patterns[row.pk]),
            exceptions={day: tuple(hours) for day, hours in exceptions[row.pk].items()},
            leaves_on=row.leaves_on,
            published_until_on=row.published_until_on,
        )
        for row in rows.values()
    }


def _pattern(row: WeeklyPattern) -> rules.Pattern:
    work = rules.Work(row.slot_minutes, row.buffer_minutes, row.capacity, row.service_code, row.room)
    hours = rules.Hours(row.from_local, row.to_local)
    return rules.Pattern(row.weekday, hours, work, row.valid_from_on, row.valid_to_on, row.pk)


def _own_work(row: ScheduleException) -> rules.Work | None:
    if row.slot_minutes is None:
        return None
    return rules.Work(row.slot_minutes, row.buffer_minutes, row.capacity, row.service_code, row.room)


@dataclass(frozen=True, slots=True)
class DayChange:
    """Free times of one doctor's day that go and that come, by the clinic's clock."""

    doctor: str
    on: date
    gone: tuple[str, ...]
    come: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does to published time. `hit`: visits that lose their time; `restored`: those that had lost it and
    have it again; `kept`: visits of the touched days that stay. `seen` stands for the visits that are hit."""

    days: tuple[DayChange, ...]
    gone: int
    come: int
    hit: tuple[VisitCard, ...]
    restored: tuple[VisitCard, ...]
    kept: int
    seen: str


def preview(*, clinic_id: UUID, change: rules.Change, at: datetime) -> Preview:
    """Nothing is written. OverlappingHoursError, RoomTakenError as `rules.refuse_impossible`."""
    before, after = before_and_after(clinic_id, change, at)
    plans = list(planned(before, after, change, at))
    zone = ZoneInfo(after.zone)
    days = [
        DayChange(after.schedules[plan.doctor_id].full_name, on, _clock(gone, zone), _clock(come, zone))
        for plan in plans
        for on, (gone, come) in rules.gone_and_come(plan, zone).items()
    ]
    hit = [slot.visit_id for plan in plans for slot in plan.hit if slot.visit_id]
    restored = [one.slot.visit_id for plan in plans for one in plan.restored if one.slot.visit_id]
    cards = visits_by_id([*hit, *restored])
    return Preview(
        days=tuple(sorted(days, key=lambda one: (one.on, one.doctor))),
        gone=sum(len(plan.gone) for plan in plans),
        come=sum(len(plan.made) for plan in plans),
        hit=tuple(card for card in cards if card.id in hit),
        restored=tuple(card for card in cards if card.id in restored),
        kept=sum(plan.kept for plan in plans),
        seen=seen(plans),
    )


def _clock(times: Iterable[datetime], zone: ZoneInfo) -> tuple[str, ...]:
    return tuple(f"{one.astimezone(zone):%H:%M}" for one in times)


def seen(plans: Iterable[rules.Plan]) -> str:
    """A mark of the visits that are hit, to tell whether the same ones were looked through."""
    hit = sorted(str(slot.visit_id) for plan in plans for slot in plan.hit)
    return sha256("|".join(hit).encode()).hexdigest()[:16]


def before_and_after(clinic_id: UUID, change: rules.Change, at: datetime) -> tuple[rules.Timetable, rules.Timetable]:
    """The timetable without and with the change; refused as `rules.refuse_impossible`."""
    today = rules.visit_date(at, ZoneInfo(clinics.clinic(clinic_id).zone))
    before = timetable(clinic_id, today)
    if not isinstance(change, rules.OtherClinicDays) and change.doctor_id not in before.schedules:
        raise NotFoundError
    after = rules.changed(before, change)
    if not isinstance(change, rules.OtherClinicDays):
        rules.refuse_impossible(before, after, change.doctor_id, today)
    return before, after


def planned(
    before: rules.Timetable, after: rules.Timetable, change: rules.Change, at: datetime
) -> Iterator[rules.Plan]:
    """A plan for each doctor whose published days the change touches. One query for all of them."""
    touched = touched_days(before, after, change, at)
    by_doctor = standing(before, after, touched, at)
    for doctor_id, days in touched.items():
        yield rules.plan(doctor_id, days, before, after, by_doctor[doctor_id], at)


def touched_days(
    before: rules.Timetable, after: rules.Timetable, change: rules.Change, at: datetime
) -> dict[UUID, list[date]]:
    """Published working days that the change touches, of each doctor who has such."""
    # A night that began yesterday still has slots to come.
    eve = rules.visit_date(at, ZoneInfo(before.zone)) - EVE
    touched = {}
    for doctor_id in rules.concerned(before, change):
        until_on = before.schedules[doctor_id].published_until_on
        if until_on is not None:
            days = rules.touched_days(before, after, doctor_id, *rules.reach(change, eve, until_on))
            if days:
                touched[doctor_id] = days
    return touched


def standing(
    before: rules.Timetable, after: rules.Timetable, touched: dict[UUID, list[date]], at: datetime
) -> dict[UUID, list[rules.Standing]]:
    """Slots of those days that are still to come: all that count, and those that do not but have a visit."""
    found: dict[UUID, list[rules.Standing]] = defaultdict(list)
    if not touched:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select slot.doctor_id, slot.id, slot.starts_at, slot.ends_at, slot.visit_on, slot.zone, slot.place,
                slot.service_code, slot.room, slot.withdrawn_at is not null, visit.id, visit.service_code, visit.state
            from appointments_slot slot
            left join appointments_appointment visit on visit.slot_id = slot.id and visit.state <> 'cancelled'
            where slot.doctor_id = any(%(doctors)s) and slot.starts_at > %(at)s
                and slot.visit_on between %(from_on)s and %(to_on)s
                and (slot.withdrawn_at is null or visit.state = 'booked')
            order by slot.starts_at, slot.place
            """,
            {"doctors": list(touched), "at": at, **_window(touched)},
        )
        for doctor_id, *told in cursor.fetchall():
            pk, starts_at, ends_at, on, zone, place, service, room, is_withdrawn, visit_id, booked_for, state = told
            found[doctor_id].append(
                rules.Standing(
                    id=pk,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    visit_on=on,
                    zone=zone,
                    place=place,
                    service_code=booked_for or service or before.schedules[doctor_id].service_code,
                    room=room or after.schedules[doctor_id].room,
                    is_withdrawn=is_withdrawn,
                    visit_id=visit_id,
                    may_move=state == rules.State.BOOKED,
                )
            )
    return found


def _window(touched: dict[UUID, list[date]]) -> dict[str, date]:
    """Days at the clinic on which slots of those working days may start."""
    return {
        "from_on": min(min(days) for days in touched.values()),
        "to_on": max(max(days) for days in touched.values()) + EVE,
    }
