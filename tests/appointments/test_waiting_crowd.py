"""The order of the list when many times become free at once, each on a connection of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Count
from procrastinate.contrib.django.models import ProcrastinateJob

from doctorlike.appointments import commands
from doctorlike.appointments.errors import (
    HoldEndedError,
    OverlappingVisitError,
    SlotTakenError,
    TransitionRefusedError,
    VisitStartedError,
)
from doctorlike.appointments.models import Appointment, Doctor, Hold, Slot, WaitingEntry, WaitingOffer
from tests.appointments import builders, waiting_room
from tests.appointments.builders import BY, NOW
from tests.appointments.test_concurrency import at_once
from tests.appointments.waiting_room import for_doctor, join

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
AT_ONCE = 8


@pytest.fixture
def doctor(clinic) -> Doctor:
    """Eight people on Thursday the 26th."""
    made = builders.doctor(clinic, "Юдин Роман Ильич", hours=(time(8), time(12)), weekdays=[3])
    builders.publish()
    return made


@pytest.fixture
def visits(doctor, boris) -> list[UUID]:
    return waiting_room.book_out(builders.slots(doctor), boris.policy_id)


def cancel(visit_id: UUID, at: datetime = NOW) -> None:
    commands.cancel_appointment(appointment_id=visit_id, by=BY, at=at)


def left_times_are_offered(at: datetime) -> None:
    """What the jobs do that were left a time because the list was busy."""
    left = ProcrastinateJob.objects.filter(task_name__endswith="offer_left_time").order_by("id")
    for told in left.values_list("args", flat=True):
        commands.offer_left_time(slot_ids=[UUID(one) for one in told["slot_ids"]], at=at)


def test_eight_times_freed_at_once_go_to_the_first_eight(doctor, visits):
    crowd = waiting_room.crowd(AT_ONCE + 4)
    entries = [join(policy_id, for_doctor(doctor), minutes=number) for number, policy_id in enumerate(crowd)]
    at_once([lambda visit_id=visit_id: cancel(visit_id) for visit_id in visits])
    left_times_are_offered(NOW)
    offered = WaitingOffer.objects.filter(state="open")
    assert set(offered.values_list("entry", flat=True)) == {one.pk for one in entries[:AT_ONCE]}
    assert len(set(offered.values_list("slot", flat=True))) == AT_ONCE


def test_eight_sweeps_at_once_pass_an_offer_on_once(doctor, visits):
    crowd = waiting_room.crowd(AT_ONCE)
    entries = [join(policy_id, for_doctor(doctor), minutes=number) for number, policy_id in enumerate(crowd)]
    for visit_id in visits[:4]:
        cancel(visit_id)
    later = NOW + 15 * MINUTE
    passed = at_once([lambda: commands.pass_unanswered_offers(at=later)] * AT_ONCE)
    left_times_are_offered(later)
    assert sum(passed) == 4
    offered = WaitingOffer.objects.filter(state="open").values_list("entry", flat=True)
    assert len(offered) == 4
    # The second four come first to what the first four let pass; nobody is offered the same time twice.
    assert set(offered) <= {one.pk for one in entries}
    assert not WaitingOffer.objects.values("entry", "slot").annotate(times=Count("pk")).filter(times__gt=1).exists()


def test_however_wild_it_gets_nothing_is_offered_or_served_twice(doctor, visits):
    """Visits are cancelled and times booked again, offers refused and forgotten, people come and leave; the clock runs
    on unevenly."""
    crowd = waiting_room.crowd(12)
    for number, policy_id in enumerate(crowd):
        join(policy_id, for_doctor(doctor), minutes=number)
    for visit_id in visits[:4]:
        cancel(visit_id)
    for minutes in (15, 30):
        commands.pass_unanswered_offers(at=NOW + minutes * MINUTE)
    assert WaitingOffer.objects.count() == 12, "three rounds before it gets wild"
    slots = builders.slots(doctor)

    def walk(number: int) -> None:
        dice = random.Random(number)  # noqa: S311  # a walk that can be repeated, not a secret
        at = NOW + 31 * MINUTE
        for _step in range(12):
            at += timedelta(minutes=dice.randrange(8))
            _some_deed(dice, slots, crowd, at)

    at_once([lambda number=number: walk(number) for number in range(AT_ONCE)])
    _nothing_is_there_twice()


def _some_deed(dice: random.Random, slots: list[Slot], crowd: list[UUID], at: datetime) -> None:
    deeds: list[Callable[[], Any]] = [
        lambda: cancel(dice.choice(list(Appointment.objects.filter(state="booked").values_list("pk", flat=True))), at),
        lambda: commands.confirm_booking(hold_id=dice.choice(_open()).hold_id, by=BY, at=at),
        lambda: commands.refuse_offer(offer_id=dice.choice(_open()).pk, by=BY, at=at),
        lambda: commands.pass_unanswered_offers(at=at),
        lambda: commands.offer_free_time(at=at),
        lambda: commands.leave_waiting_list(entry_id=dice.choice(_open()).entry_id, by=BY, at=at),
        lambda: _book(dice.choice(slots).pk, dice.choice(crowd), at),
    ]
    refusals = (SlotTakenError, OverlappingVisitError, HoldEndedError, TransitionRefusedError, VisitStartedError)
    # IndexError: there is no such thing at the moment.
    with suppress(*refusals, IndexError):
        dice.choices(deeds, weights=[5, 3, 1, 2, 1, 1, 2])[0]()


def _open() -> list[WaitingOffer]:
    return list(WaitingOffer.objects.filter(state="open"))


def _book(slot_id: UUID, policy_id: UUID, at: datetime) -> None:
    hold_id = commands.hold_slot(slot_id=slot_id, policy_id=policy_id, by=BY, at=at)
    commands.confirm_booking(hold_id=hold_id, by=BY, at=at)


def _nothing_is_there_twice() -> None:
    taken = Counter(Appointment.objects.exclude(state="cancelled").values_list("slot", flat=True))
    assert all(count == 1 for count in taken.values())
    served = Counter(WaitingOffer.objects.filter(state="taken").values_list("entry", flat=True))
    assert all(count == 1 for count in served.values())
    assert not WaitingEntry.objects.filter(pk__in=served).exclude(state__in=["served", "left"]).exists()
    assert not WaitingOffer.objects.values("entry", "slot").annotate(times=Count("pk")).filter(times__gt=1).exists()
    # An open offer has its hold, and an answered one keeps nothing.
    assert not WaitingOffer.objects.exclude(state="open").filter(hold__ended_at__isnull=True).exists()
    assert not Hold.objects.filter(purpose="offer").exclude(pk__in=WaitingOffer.objects.values("hold")).exists()
