"""A visit goes to another time: it stays the same visit, and never stands in two times or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import (
    HoldEndedError,
    NotCoveredError,
    OverlappingVisitError,
    SlotPastError,
    SlotTakenError,
    TransitionRefusedError,
    VisitStartedError,
)
from doctorlike.appointments.models import Appointment, BookingTerms, Hold, Slot
from doctorlike.audit.models import Entry
from doctorlike.coverage.models import Guarantee
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from tests.appointments import builders
from tests.appointments.builders import NOW
from tests.appointments.test_booking import book, cancel, confirm, hold

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def start(client, visit_id, slot, at=NOW):
    return commands.start_move(appointment_id=visit_id, slot_id=slot.pk, by=client.actor, at=at)


def finish(client, hold_id, at=NOW):
    return commands.move_appointment(hold_id=hold_id, by=client.actor, at=at, account_url="https://portal.example/v/")


def free(slot, at=NOW):
    return queries.slot(slot.pk, at).free


def test_a_moved_visit_is_the_same_visit_at_another_time(anna, thursday):
    visit_id = book(anna, thursday[0])
    assert finish(anna, start(anna, visit_id, thursday[4])) == visit_id
    visit = queries.visit_of(policy_ids=[anna.policy_id], appointment_id=visit_id)
    assert (visit.starts_at, visit.state, visit.moves) == (thursday[4].starts_at, "booked", 1)
    assert free(thursday[0]) and not free(thursday[4])
    entry = Entry.objects.get(action="appointment.moved")
    assert entry.details == {"from_slot": str(thursday[0].pk), "slot": str(thursday[4].pk)}


def test_the_old_time_is_kept_until_the_new_one_is_confirmed(anna, boris, thursday):
    visit_id = book(anna, thursday[0])
    start(anna, visit_id, thursday[4])
    for slot in (thursday[0], thursday[4]):
        assert not free(slot)
        with pytest.raises(SlotTakenError):
            hold(boris, slot)
    assert Appointment.objects.get(pk=visit_id).slot_id == thursday[0].pk


def test_a_move_nobody_confirms_leaves_the_visit_where_it_stood(anna, boris, thursday):
    visit_id = book(anna, thursday[0])
    hold_id = start(anna, visit_id, thursday[4])
    with pytest.raises(HoldEndedError):
        finish(anna, hold_id, NOW + 5 * MINUTE)
    assert Appointment.objects.get(pk=visit_id).slot_id == thursday[0].pk
    assert book(boris, thursday[4], NOW + 5 * MINUTE)


def test_the_insurers_word_goes_along_to_the_new_day(anna, therapist, thursday):
    friday = builders.slots(therapist, date(2026, 3, 27))
    visit_id = book(anna, thursday[0])
    finish(anna, start(anna, visit_id, friday[0]))
    live = Guarantee.objects.get(withdrawn_at__isnull=True)
    assert (live.appointment_id, live.visit_on) == (visit_id, date(2026, 3, 27))
    assert Guarantee.objects.filter(withdrawn_at__isnull=False).count() == 1


def test_the_client_is_told_of_the_new_time_alone(anna, thursday):
    finish(anna, start(anna, book(anna, thursday[0]), thursday[4]))
    letter = Message.objects.filter(topic="visit").order_by("-created_at", "-pk")[0]
    assert "26 марта 2026, 10:00" in letter.text
    for word in ("терапевт", "Старшова", "Клиника на Ленина"):
        assert word not in letter.subject + letter.text


def test_a_visit_may_move_into_a_time_that_overlaps_its_own(anna, clinic, thursday):
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", minutes=40)
    builders.publish()
    visit_id = book(anna, thursday[0])
    finish(anna, start(anna, visit_id, builders.slots(colleague)[0]))
    assert Appointment.objects.get(pk=visit_id).slot.doctor == colleague


def test_a_visit_does_not_move_onto_another_visit_of_the_same_person(anna, thursday):
    visit_id = book(anna, thursday[0])
    book(anna, thursday[4])
    with pytest.raises(SlotTakenError):
        start(anna, visit_id, thursday[4])


def test_nor_beside_one_in_another_room_at_the_same_time(anna, clinic, thursday):
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", minutes=40)
    builders.publish()
    book(anna, thursday[0])
    later = book(anna, thursday[6])
    with pytest.raises(OverlappingVisitError):
        start(anna, later, builders.slots(colleague)[0])


def test_a_double_tap_moves_once(anna, thursday):
    hold_id = start(anna, book(anna, thursday[0]), thursday[4])
    assert finish(anna, hold_id) == finish(anna, hold_id, NOW + 9 * MINUTE)
    assert Entry.objects.filter(action="appointment.moved").count() == 1


def test_starting_twice_for_one_time_keeps_the_same_hold(anna, thursday):
    visit_id = book(anna, thursday[0])
    assert start(anna, visit_id, thursday[4]) == start(anna, visit_id, thursday[4], NOW + MINUTE)


def test_choosing_another_new_time_lets_the_first_new_time_go(anna, thursday):
    visit_id = book(anna, thursday[0])
    first = start(anna, visit_id, thursday[4])
    finish(anna, start(anna, visit_id, thursday[5]))
    assert free(thursday[4])
    with pytest.raises(HoldEndedError):
        finish(anna, first)


def test_a_time_held_to_book_becomes_one_held_to_move(anna, thursday):
    visit_id = book(anna, thursday[0])
    booking = hold(anna, thursday[4])
    moving = start(anna, visit_id, thursday[4])
    assert moving != booking
    with pytest.raises(HoldEndedError):
        confirm(anna, booking)
    finish(anna, moving)
    assert Appointment.objects.count() == 1


def test_a_hold_to_move_books_nothing_and_a_hold_to_book_moves_nothing(anna, thursday):
    visit_id = book(anna, thursday[0])
    with pytest.raises(NotFoundError):
        confirm(anna, start(anna, visit_id, thursday[4]))
    with pytest.raises(NotFoundError):
        finish(anna, hold(anna, thursday[5]))


def test_a_cancelled_visit_is_not_moved_however_far_the_move_had_come(anna, thursday):
    visit_id = book(anna, thursday[0])
    hold_id = start(anna, visit_id, thursday[4])
    cancel(anna, visit_id)
    with pytest.raises(TransitionRefusedError):
        finish(anna, hold_id)
    with pytest.raises(TransitionRefusedError):
        start(anna, visit_id, thursday[5])
    assert Hold.objects.filter(pk=hold_id, ended_at__isnull=True).exists()


def test_a_visit_that_has_begun_is_not_moved(anna, thursday):
    visit_id = book(anna, thursday[0])
    begun = thursday[0].starts_at
    hold_id = start(anna, visit_id, thursday[4], begun - MINUTE)
    with pytest.raises(VisitStartedError):
        finish(anna, hold_id, begun)
    with pytest.raises(VisitStartedError):
        start(anna, visit_id, thursday[4], begun)


def test_a_visit_is_not_moved_into_the_past_or_into_itself(anna, thursday):
    visit_id = book(anna, thursday[4])
    with pytest.raises(SlotPastError):
        start(anna, visit_id, thursday[0], thursday[0].starts_at)
    with pytest.raises(SlotTakenError):
        start(anna, visit_id, thursday[4])


def test_a_new_day_that_is_not_covered_is_refused_and_nothing_moves(anna, clinic, thursday):
    elsewhere = builders.clinic("Клиника в Перми", region="RU-PER", zone="Asia/Yekaterinburg")
    stranger = builders.doctor(elsewhere, "Ким Олег Юрьевич")
    builders.publish()
    visit_id = book(anna, thursday[0])
    hold_id = start(anna, visit_id, builders.slots(stranger)[4])
    with pytest.raises(NotCoveredError):
        finish(anna, hold_id)
    assert Appointment.objects.get(pk=visit_id).slot_id == thursday[0].pk
    assert Guarantee.objects.get().withdrawn_at is None


def test_a_time_taken_out_of_the_schedule_is_not_booked_or_moved_into(anna, thursday):
    visit_id = book(anna, thursday[0])
    hold_id = start(anna, visit_id, thursday[4])
    Slot.objects.filter(pk__in=[thursday[4].pk, thursday[5].pk]).update(withdrawn_at=NOW, withdrawn_by="staff:tests")
    with pytest.raises(SlotTakenError):
        finish(anna, hold_id)
    with pytest.raises(SlotTakenError):
        hold(anna, thursday[5])
    assert not free(thursday[5])


def test_past_the_clinics_limit_a_cancellation_is_noted_as_late(anna, clinic, thursday):
    BookingTerms.objects.create(clinic=clinic, free_until_hours=24, changed_at=NOW, changed_by="staff:tests")
    limit = thursday[4].starts_at - timedelta(hours=24)
    in_time, late = book(anna, thursday[4]), book(anna, thursday[6])
    cancel(anna, in_time, limit - timedelta(seconds=1))
    cancel(anna, late, thursday[6].starts_at - timedelta(hours=24))
    assert [Appointment.objects.get(pk=one).cancelled_late for one in (in_time, late)] == [False, True]


def test_where_the_clinic_has_no_limit_nobody_is_late(anna, thursday):
    visit_id = book(anna, thursday[0])
    cancel(anna, visit_id, thursday[0].starts_at - MINUTE)
    assert not Appointment.objects.get(pk=visit_id).cancelled_late
