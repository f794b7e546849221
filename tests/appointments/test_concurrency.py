"""Thirty-two people at once, each on a connection of their own, want the same few slots."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections
from django.db.models import F

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import HoldEndedError, OverlappingVisitError, PlanChangedError, SlotTakenError
from doctorlike.appointments.models import Appointment, Hold, Slot
from doctorlike.appointments.rules import OtherDays, State
from doctorlike.coverage.models import Guarantee
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db(transaction=True)

CROWD = 32


def at_once(deeds: list[Callable[[], Any]]) -> list[Any]:
    """What each deed returned or was refused with; all start together, each on its own connection."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return deed()
        except (SlotTakenError, OverlappingVisitError, HoldEndedError, PlanChangedError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def named(number: int) -> people.Someone:
    letters = "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯабвг"
    given_name = f"Имя{letters[number % 31].lower()}{letters[number // 31].lower()}"
    return people.Someone(
        "Толпин", given_name, people.BORIS.born_on, "male", f"+7927{number:07d}", "crowd@mail.example"
    )


@pytest.fixture
def crowd(clinic) -> list[UUID]:
    user = people.account(people.ANNA)
    return [builders.covered_policy(named(number), user) for number in range(CROWD)]


def book(slot_id: UUID, policy_id: UUID) -> UUID:
    hold_id = commands.hold_slot(slot_id=slot_id, policy_id=policy_id, by=BY, at=NOW)
    return commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW)


def live() -> Any:
    return Appointment.objects.exclude(state=State.CANCELLED)


def test_thirty_two_people_and_one_slot(crowd, thursday):
    slot_id = thursday[0].pk
    outcomes = at_once([lambda policy_id=policy_id: book(slot_id, policy_id) for policy_id in crowd])
    assert sum(isinstance(one, UUID) for one in outcomes) == 1
    assert sum(isinstance(one, SlotTakenError) for one in outcomes) == CROWD - 1
    assert live().filter(slot_id=slot_id).count() == 1


def test_one_person_on_thirty_two_devices_is_never_in_two_places(crowd, clinic, thursday):
    doctors = [builders.doctor(clinic, f"Врач {number}") for number in range(CROWD)]
    builders.publish()
    eight_oclock = Slot.objects.filter(doctor__in=doctors, starts_at=thursday[0].starts_at)
    slot_ids = list(eight_oclock.values_list("pk", flat=True))
    assert len(slot_ids) == CROWD
    at_once([lambda slot_id=slot_id: book(slot_id, crowd[0]) for slot_id in slot_ids])
    assert live().count() <= 1
    assert Hold.objects.filter(ended_at__isnull=True).count() <= 1


def test_a_double_click_seen_by_two_machines_is_one_visit(crowd, thursday):
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=crowd[0], by=BY, at=NOW)
    visits = at_once([lambda: commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW)] * 8)
    assert len(set(visits)) == 1
    assert live().count() == 1


def test_two_workers_publish_each_slot_once(clinic):
    for number in range(8):
        builders.doctor(clinic, f"Врач {number}")
    made = at_once([builders.publish] * 4)
    assert sum(made) == Slot.objects.count() > 0
    assert not [key for key, count in Counter(Slot.objects.values_list("doctor", "starts_at")).items() if count > 1]


def test_holds_that_expire_and_visits_that_are_cancelled_in_a_crowd_leave_one_truth(crowd, thursday):
    """Each client takes a random walk over hot slots while the business clock runs on unevenly between them."""

    def walk(number: int) -> None:
        dice = random.Random(number)  # noqa: S311  # a walk that can be repeated, not a secret
        booked: UUID | None = None
        for _step in range(20):
            at = NOW + timedelta(minutes=dice.randrange(60))
            try:
                if booked is not None and dice.random() < 0.5:
                    commands.cancel_appointment(appointment_id=booked, by=BY, at=at)
                    booked = None
                else:
                    slot = dice.choice(thursday)
                    hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=crowd[number], by=BY, at=at)
                    if dice.random() < 0.7:
                        booked = commands.confirm_booking(
                            hold_id=hold_id, by=BY, at=at + timedelta(minutes=dice.randrange(7))
                        )
            except (SlotTakenError, OverlappingVisitError, HoldEndedError):
                continue

    at_once([lambda number=number: walk(number) for number in range(CROWD)])
    assert all(count == 1 for count in Counter(live().values_list("slot", flat=True)).values())
    assert live().exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from appointments_appointment a join appointments_appointment b"
            " on a.patient_key = b.patient_key and a.id < b.id and a.state <> 'cancelled' and b.state <> 'cancelled'"
            " and a.starts_at < b.ends_at and b.starts_at < a.ends_at"
        )
        assert cursor.fetchone() == (0,)
    # The insurer's word stands for exactly the visits that stand.
    promised = Guarantee.objects.filter(withdrawn_at__isnull=True).values_list("appointment_id", flat=True)
    assert set(promised) == set(live().values_list("pk", flat=True))


def test_bookings_beside_days_off_lose_no_visit_and_book_no_withdrawn_time(crowd, clinic, therapist, thursday):
    """Thursday is called off and given back while everybody books it."""
    day = thursday[0].visit_on

    def toggle(hours: tuple[()] | None) -> int:
        changed = 0
        for _try in range(12):
            wanted = OtherDays(therapist.pk, day, day + timedelta(days=1), hours)
            seen = queries.preview(clinic_id=clinic.pk, change=wanted, at=NOW).seen
            try:
                commands.apply_change(clinic_id=clinic.pk, change=wanted, seen=seen, by=BY, at=NOW)
            except PlanChangedError:
                continue
            changed += 1
        return changed

    def walk(number: int) -> list[UUID]:
        dice, booked = random.Random(number), []  # noqa: S311  # as above
        for _step in range(6):
            free = list(Slot.objects.filter(doctor=therapist, visit_on=day, withdrawn_at__isnull=True))
            if not free:
                continue
            try:
                booked.append(book(dice.choice(free).pk, crowd[number]))
            except (SlotTakenError, OverlappingVisitError, HoldEndedError):
                continue
        return booked

    deeds: list[Callable[[], Any]] = [lambda: toggle(()), lambda: toggle(None)]
    outcomes = at_once([*deeds, *(lambda number=number: walk(number) for number in range(12))])
    assert outcomes[0] > 0
    booked = {visit_id for one in outcomes[2:] for visit_id in one}
    assert booked == set(live().values_list("pk", flat=True))
    while_off = live().filter(slot__withdrawn_at__isnull=False, booked_at__gt=F("slot__withdrawn_at"))
    assert not while_off.exists()
    with connection.cursor() as cursor:
        # No two visits at one time, and no free time beside a visit of the same time.
        cursor.execute(
            "select count(*) from appointments_slot a join appointments_slot b on a.doctor_id = b.doctor_id"
            " and a.id < b.id and a.starts_at < b.ends_at and b.starts_at < a.ends_at"
            " where a.withdrawn_at is null and b.withdrawn_at is null"
        )
        assert cursor.fetchone() == (0,)
    commands.apply_change(
        clinic_id=clinic.pk,
        change=(last := OtherDays(therapist.pk, day, day + timedelta(days=1), None)),
        seen=queries.preview(clinic_id=clinic.pk, change=last, at=NOW).seen,
        by=BY,
        at=NOW,
    )
    standing = Slot.objects.filter(doctor=therapist, visit_on=day, withdrawn_at__isnull=True)
    assert standing.count() == 12
