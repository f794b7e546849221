"""A freed time goes to whoever waits for it first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.appointments import commands, rules
from doctorlike.appointments.errors import (
    AlreadyWaitingError,
    FreeNowError,
    HoldEndedError,
    NotCoveredError,
    SlotTakenError,
    TooManyPlacesError,
    WaitingDaysError,
)
from doctorlike.appointments.models import Appointment, Doctor, Hold, Slot, WaitingEntry, WaitingOffer
from doctorlike.appointments.rules import Wish
from doctorlike.audit.models import Entry
from doctorlike.copay.models import EnrolmentSpan
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from tests.appointments import builders, tables, waiting_room
from tests.appointments.builders import BY, NOW
from tests.appointments.waiting_room import for_doctor, join, open_offer
from tests.policies import builders as people

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
OFFERED = timedelta(minutes=15)


@pytest.fixture
def busy(clinic) -> Doctor:
    """Sees three people on Thursday the 26th, and all three times are booked."""
    return builders.doctor(clinic, "Юдин Роман Ильич", hours=(time(8), time(9, 30)), weekdays=[3])


@pytest.fixture
def times(busy) -> list[Slot]:
    builders.publish()
    return builders.slots(busy)


@pytest.fixture
def visits(times, boris) -> list[UUID]:
    return waiting_room.book_out(times, boris.policy_id)


@pytest.fixture
def crowd(clinic) -> list[UUID]:
    return waiting_room.crowd(4)


def cancel(visit_id: UUID, at=NOW) -> None:
    commands.cancel_appointment(appointment_id=visit_id, by=BY, at=at)


def waiting(entry: WaitingEntry) -> str:
    return WaitingEntry.objects.get(pk=entry.pk).state


@pytest.mark.parametrize(("offered", "starts", "until", "kept"), tables.rows("offered", 4))
def test_an_offer_lasts_as_the_rule_book_says(offered, starts, until, kept):
    def instant(text: str) -> datetime:
        return datetime.combine(date(2026, 3, 26), time.fromisoformat(text), UTC)

    times = rules.offer_times(starts_at=instant(starts), at=instant(offered))
    if until == "—":
        assert times is None
    else:
        assert times == rules.OfferTimes(instant(until), instant(kept))


def test_a_cancelled_time_is_offered_to_the_first_who_waits(busy, times, visits, anna, crowd):
    join(crowd[0], for_doctor(busy), minutes=1)
    first = join(anna.policy_id, for_doctor(busy))
    cancel(visits[0])
    offer = open_offer(times[0])
    assert offer.entry == first
    assert (offer.hold.purpose, offer.hold.policy_id) == ("offer", anna.policy_id)
    assert (offer.until_at, offer.hold.until_at) == (NOW + OFFERED, NOW + OFFERED)
    assert offer.hold.kept_until_at == NOW + OFFERED + 2 * MINUTE
    with pytest.raises(SlotTakenError):
        commands.hold_slot(slot_id=times[0].pk, policy_id=crowd[0], by=BY, at=NOW + OFFERED + MINUTE)


def test_the_offer_is_told_without_a_medical_word(busy, times, visits, anna):
    join(anna.policy_id, for_doctor(busy))
    Message.objects.all().delete()
    cancel(visits[0])
    told = {one.channel: one for one in Message.objects.exclude(to="boris@mail.example").exclude(to="+79270000077")}
    assert {one.to for one in told.values()} == {"+79270000012", "anna@mail.example"}
    for one in told.values():
        assert "26 марта 2026, 08:00" in one.text
        assert "до 10:15" in one.text
        for word in ("терапевт", "Юдин", "Клиника на Ленина"):
            assert word.lower() not in (one.text + one.subject).lower()


def test_a_taken_offer_is_a_visit_and_the_place_has_served(busy, times, visits, anna):
    entry = join(anna.policy_id, for_doctor(busy))
    cancel(visits[0])
    offer = open_offer(times[0])
    visit_id = commands.confirm_booking(hold_id=offer.hold_id, by=anna.actor, at=NOW + MINUTE)
    assert Appointment.objects.get(pk=visit_id).slot == times[0]
    assert waiting(entry) == "served"
    assert WaitingOffer.objects.get().state == "taken"
    # On a second device it is the same visit, and what is freed next is none of theirs.
    assert commands.confirm_booking(hold_id=offer.hold_id, by=anna.actor, at=NOW + 2 * MINUTE) == visit_id
    cancel(visits[1], NOW + 3 * MINUTE)
    assert WaitingOffer.objects.count() == 1


def test_a_refused_offer_goes_to_the_next_at_once_and_the_place_stays(busy, times, visits, anna, crowd):
    first, second = join(anna.policy_id, for_doctor(busy)), join(crowd[0], for_doctor(busy), minutes=1)
    cancel(visits[0])
    offer = open_offer(times[0])
    commands.refuse_offer(offer_id=offer.pk, by=anna.actor, at=NOW + MINUTE)
    assert open_offer(times[0]).entry == second
    assert waiting(first) == "waiting"
    with pytest.raises(HoldEndedError):
        commands.confirm_booking(hold_id=offer.hold_id, by=anna.actor, at=NOW + MINUTE)
    commands.refuse_offer(offer_id=offer.pk, by=anna.actor, at=NOW + MINUTE)  # a second tap
    assert WaitingOffer.objects.filter(state="open").count() == 1
    # The same time is not offered to them again; another is.
    commands.refuse_offer(offer_id=open_offer(times[0]).pk, by=BY, at=NOW + 2 * MINUTE)
    assert not WaitingOffer.objects.filter(state="open").exists()
    cancel(visits[1], NOW + 3 * MINUTE)
    assert open_offer(times[1]).entry == first


def test_an_unanswered_offer_goes_to_the_next(busy, times, visits, anna, crowd):
    join(anna.policy_id, for_doctor(busy))
    second = join(crowd[0], for_doctor(busy), minutes=1)
    cancel(visits[0])
    offer = open_offer(times[0])
    assert commands.pass_unanswered_offers(at=NOW + OFFERED - MINUTE) == 0
    with pytest.raises(HoldEndedError):
        commands.confirm_booking(hold_id=offer.hold_id, by=anna.actor, at=NOW + OFFERED)
    assert commands.pass_unanswered_offers(at=NOW + OFFERED) == 1
    assert open_offer(times[0]).entry == second
    assert WaitingOffer.objects.get(pk=offer.pk).state == "passed"
    assert Hold.objects.get(pk=offer.hold_id).ended_at == NOW + OFFERED
    assert commands.pass_unanswered_offers(at=NOW + OFFERED) == 0


def test_a_stopped_worker_blocks_no_time_for_ever(busy, times, visits, anna, crowd):
    join(anna.policy_id, for_doctor(busy))
    cancel(visits[0])
    later = NOW + OFFERED + 2 * MINUTE
    hold_id = commands.hold_slot(slot_id=times[0].pk, policy_id=crowd[3], by=BY, at=later)
    commands.confirm_booking(hold_id=hold_id, by=BY, at=later)
    assert commands.pass_unanswered_offers(at=later + MINUTE) == 1
    assert not WaitingOffer.objects.filter(state="open").exists()


def test_a_time_given_back_before_the_sweep_noted_its_old_offer_goes_to_the_next(busy, times, visits, anna, crowd):
    first, second = join(anna.policy_id, for_doctor(busy)), join(crowd[0], for_doctor(busy), minutes=1)
    cancel(visits[0])
    unanswered = open_offer(times[0])
    later = NOW + OFFERED + 2 * MINUTE
    hold_id = commands.hold_slot(slot_id=times[0].pk, policy_id=crowd[3], by=BY, at=later)
    booked = commands.confirm_booking(hold_id=hold_id, by=BY, at=later)
    cancel(booked, later + MINUTE)
    unanswered.refresh_from_db()
    assert (unanswered.state, unanswered.entry) == ("passed", first)
    assert open_offer(times[0]).entry == second
    passed = Entry.objects.get(subject_type="waiting_entry", subject_id=str(first.pk), action="waiting.offer_passed")
    assert passed.at == later + MINUTE


def test_who_is_not_covered_is_passed_over_and_stays(busy, times, visits, anna, crowd):
    first, second = join(anna.policy_id, for_doctor(busy)), join(crowd[0], for_doctor(busy), minutes=1)
    suspended = EnrolmentSpan.objects.filter(enrolment__policy=anna.policy_id)
    suspended.update(ends_at=NOW - timedelta(days=1))
    cancel(visits[0])
    assert open_offer(times[0]).entry == second
    assert waiting(first) == "waiting"
    suspended.update(ends_at=None)
    cancel(visits[1], NOW + MINUTE)
    assert open_offer(times[1]).entry == first


def test_who_is_elsewhere_then_is_passed_over(clinic, busy, times, visits, anna, crowd):
    join(anna.policy_id, for_doctor(busy))
    second = join(crowd[0], for_doctor(busy), minutes=1)
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", specialty="cardiologist", weekdays=[3])
    builders.publish()
    waiting_room.book_out(builders.slots(colleague)[:1], anna.policy_id)
    cancel(visits[0])
    assert open_offer(times[0]).entry == second


def test_one_offer_at_a_time(busy, times, visits, anna, crowd):
    join(anna.policy_id, for_doctor(busy))
    second = join(crowd[0], for_doctor(busy), minutes=1)
    cancel(visits[0])
    cancel(visits[1])
    assert open_offer(times[1]).entry == second
    cancel(visits[2])
    assert not WaitingOffer.objects.filter(slot=times[2]).exists()
    # Once they have answered, the time left over is theirs to take.
    commands.refuse_offer(offer_id=open_offer(times[1]).pk, by=BY, at=NOW + MINUTE)
    commands.offer_free_time(at=NOW + MINUTE)
    assert open_offer(times[2]).entry == second


def test_whoever_gave_a_time_back_is_not_offered_it(busy, times, visits, boris, crowd):
    join(boris.policy_id, for_doctor(busy))
    cancel(visits[0])
    assert not WaitingOffer.objects.exists()


def test_a_time_too_near_is_not_offered(busy, times, visits, anna):
    join(anna.policy_id, for_doctor(busy))
    cancel(visits[0], times[0].starts_at - timedelta(minutes=29))
    assert not WaitingOffer.objects.exists()


def test_nobody_waiting_costs_a_cancellation_one_question(times, visits, crowd):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert commands.offer_freed(slot_ids=[times[0].pk], by=BY, at=NOW) == 0
    assert len(asked) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"until_on": date(2026, 3, 26)},
        {"weekdays": (0, 4)},
        {"from_local": time(8, 30)},
        {"until_local": time(7)},
    ],
)
def test_a_time_that_was_not_wished_for_is_not_offered(busy, times, visits, anna, crowd, changes):
    join(anna.policy_id, for_doctor(busy, **changes))
    cancel(visits[0])
    assert not WaitingOffer.objects.exists()


def test_a_clinic_and_a_region_can_be_waited_for(busy, times, visits, anna, crowd):
    region = Wish("therapist", date(2026, 3, 26), date(2026, 3, 27), region="RU-SAM")
    clinic = Wish("therapist", date(2026, 3, 26), date(2026, 3, 27), clinic_id=busy.clinic_id)
    first, second = join(anna.policy_id, region), join(crowd[0], clinic, minutes=1)
    cancel(visits[0])
    cancel(visits[1])
    assert [open_offer(slot).entry for slot in times[:2]] == [first, second]


def test_waiting_where_a_time_is_free_is_not_needed(busy, times, anna):
    with pytest.raises(FreeNowError) as refused:
        join(anna.policy_id, for_doctor(busy))
    assert refused.value.slot_id == times[0].pk
    assert not WaitingEntry.objects.exists()


def test_nobody_waits_twice_for_the_same_or_for_everything(clinic, busy, times, visits, anna):
    entry = join(anna.policy_id, for_doctor(busy))
    with pytest.raises(AlreadyWaitingError) as refused:
        join(anna.policy_id, for_doctor(busy, weekdays=(3,)))
    assert refused.value.entry_id == entry.pk
    for number in range(4):
        other = builders.doctor(clinic, f"Врач {number}", weekdays=[])
        join(anna.policy_id, for_doctor(other))
    one_more = builders.doctor(clinic, "Шестой", weekdays=[])
    with pytest.raises(TooManyPlacesError):
        join(anna.policy_id, for_doctor(one_more))
    commands.leave_waiting_list(entry_id=entry.pk, by=anna.actor, at=NOW)
    join(anna.policy_id, for_doctor(one_more))


@pytest.mark.parametrize(
    "changes",
    [
        {"until_on": date(2026, 3, 25)},
        {"from_on": date(2026, 3, 1), "until_on": date(2026, 3, 20)},
        {"until_on": date(2026, 7, 1)},
        {"from_local": time(12), "until_local": time(12)},
        {"weekdays": (7,)},
    ],
)
def test_days_that_make_no_sense_are_refused(busy, times, visits, anna, changes):
    with pytest.raises(WaitingDaysError):
        join(anna.policy_id, for_doctor(busy, **changes))


def test_a_region_of_somebody_else_and_a_doctor_there_is_none_of_are_not_found(busy, times, visits, anna):
    for wish in (
        Wish("therapist", date(2026, 3, 26), date(2026, 3, 27), region="RU-MOW"),
        Wish("surgeon", date(2026, 3, 26), date(2026, 3, 27), clinic_id=busy.clinic_id),
        Wish("therapist", date(2026, 3, 26), date(2026, 3, 27)),
    ):
        with pytest.raises(NotFoundError):
            join(anna.policy_id, wish)


def test_what_is_never_covered_cannot_be_waited_for(busy, times, visits, clinic):
    policy_id = people.policy(people.ANNA)
    with pytest.raises(NotCoveredError) as refused:
        join(policy_id, for_doctor(busy))
    assert len(refused.value.reasons) == 2  # neither activated nor a region chosen


def test_leaving_gives_the_offer_to_the_next(busy, times, visits, anna, crowd):
    first, second = join(anna.policy_id, for_doctor(busy)), join(crowd[0], for_doctor(busy), minutes=1)
    cancel(visits[0])
    commands.leave_waiting_list(entry_id=first.pk, by=anna.actor, at=NOW + MINUTE)
    assert waiting(first) == "left"
    assert open_offer(times[0]).entry == second
    commands.leave_waiting_list(entry_id=first.pk, by=anna.actor, at=NOW + MINUTE)
    assert WaitingOffer.objects.filter(state="open").count() == 1


def test_an_offer_to_somebody_who_left_meanwhile_is_taken_back(busy, times, visits, anna):
    entry = join(anna.policy_id, for_doctor(busy))
    cancel(visits[0])
    WaitingEntry.objects.filter(pk=entry.pk).update(state="left")  # as if at the very moment of the offer
    assert commands.pass_unanswered_offers(at=NOW + MINUTE) == 1


def test_a_place_lapses_with_its_last_day_or_its_policy(busy, times, visits, anna, crowd):
    days_over = join(anna.policy_id, for_doctor(busy, until_on=date(2026, 3, 27)))
    stays = join(crowd[0], for_doctor(busy))
    assert commands.end_waiting(at=NOW + timedelta(days=1)) == 0
    assert commands.end_waiting(at=NOW + timedelta(days=2, hours=12)) == 1
    assert (waiting(days_over), waiting(stays)) == ("lapsed", "waiting")
    stays.policy.cancelled_on = date(2026, 3, 28)
    stays.policy.save()
    assert commands.end_waiting(at=NOW + timedelta(days=3)) == 1


def test_who_books_a_fitting_time_by_hand_waits_no_more(clinic, busy, times, visits, anna, crowd):
    region = Wish("therapist", date(2026, 3, 26), date(2026, 3, 27), region="RU-SAM")
    entry = join(anna.policy_id, region)
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", hours=(time(10), time(11)), weekdays=[3])
    builders.publish()
    hold_id = commands.hold_slot(
        slot_id=builders.slots(colleague)[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW + MINUTE
    )
    commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW + MINUTE)
    cancel(visits[0], NOW + 2 * MINUTE)
    assert not WaitingOffer.objects.exists()
    assert commands.end_waiting(at=NOW + 2 * MINUTE) == 1
    assert waiting(entry) == "served"


def test_a_hold_that_ran_out_is_offered_by_the_sweep(clinic, anna, crowd):
    doctor = builders.doctor(clinic, "Юдин Роман Ильич", hours=(time(8), time(8, 30)), weekdays=[3])
    builders.publish()
    (slot,) = builders.slots(doctor)
    commands.hold_slot(slot_id=slot.pk, policy_id=crowd[0], by=BY, at=NOW)
    entry = join(anna.policy_id, for_doctor(doctor))
    assert commands.offer_free_time(at=NOW + MINUTE) == 0
    assert commands.offer_free_time(at=NOW + 5 * MINUTE) == 1
    assert open_offer(slot).entry == entry
    assert commands.offer_free_time(at=NOW + 5 * MINUTE) == 0


def test_choosing_another_time_leaves_the_offer(busy, times, visits, anna, clinic):
    join(anna.policy_id, for_doctor(busy))
    cancel(visits[0])
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", hours=(time(12), time(13)), weekdays=[3])
    builders.publish()
    commands.hold_slot(slot_id=builders.slots(colleague)[0].pk, policy_id=anna.policy_id, by=BY, at=NOW)
    offer = open_offer(times[0])
    assert commands.confirm_booking(hold_id=offer.hold_id, by=anna.actor, at=NOW + MINUTE)


def test_giving_a_held_time_back_offers_it(clinic, anna, crowd):
    doctor = builders.doctor(clinic, "Юдин Роман Ильич", hours=(time(8), time(8, 30)), weekdays=[3])
    builders.publish()
    (slot,) = builders.slots(doctor)
    hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=crowd[0], by=BY, at=NOW)
    entries = [join(policy_id, for_doctor(doctor), minutes=number) for number, policy_id in enumerate(crowd[1:3])]
    commands.release_hold(hold_id=hold_id, by=BY, at=NOW)
    # The hold of an offer given back is an offer refused.
    commands.release_hold(hold_id=open_offer(slot).hold_id, by=BY, at=NOW)
    assert list(WaitingOffer.objects.order_by("pk").values_list("entry", "state")) == [
        (entries[0].pk, "refused"),
        (entries[1].pk, "open"),
    ]


def test_the_time_a_moved_visit_leaves_is_offered(clinic, busy, times, visits, anna, boris):
    entry = join(anna.policy_id, for_doctor(busy))
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", hours=(time(12), time(13)), weekdays=[3])
    builders.publish()
    hold_id = commands.start_move(
        appointment_id=visits[0], slot_id=builders.slots(colleague)[0].pk, by=boris.actor, at=NOW
    )
    assert not WaitingOffer.objects.exists()
    commands.move_appointment(hold_id=hold_id, by=boris.actor, at=NOW)
    assert open_offer(times[0]).entry == entry


def test_the_trail_tells_who_waited_and_what_became_of_it(busy, times, visits, anna):
    entry = join(anna.policy_id, for_doctor(busy))
    cancel(visits[0])
    commands.refuse_offer(offer_id=open_offer(times[0]).pk, by=Actor.user(anna.user.pk), at=NOW)
    commands.leave_waiting_list(entry_id=entry.pk, by=anna.actor, at=NOW)
    told = Entry.objects.filter(subject_type="waiting_entry", subject_id=str(entry.pk)).order_by("pk")
    assert list(told.values_list("action", flat=True)) == [
        "waiting.joined",
        "waiting.offered",
        "waiting.offer_refused",
        "waiting.left",
    ]
