"""From a free slot to a visit: one truth for a slot, a person and a hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

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
from doctorlike.appointments.models import Appointment, Hold
from doctorlike.audit.models import Entry
from doctorlike.coverage.models import Guarantee, RegionSelection
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from tests.appointments import builders
from tests.appointments.builders import NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def hold(client, slot, at=NOW):
    return commands.hold_slot(slot_id=slot.pk, policy_id=client.policy_id, by=client.actor, at=at)


def confirm(client, hold_id, at=NOW):
    return commands.confirm_booking(
        hold_id=hold_id, by=client.actor, at=at, account_url="https://portal.example/cabinet/visits/"
    )


def book(client, slot, at=NOW):
    return confirm(client, hold(client, slot, at), at)


def cancel(client, visit_id, at=NOW):
    commands.cancel_appointment(appointment_id=visit_id, by=client.actor, at=at)


def state(visit_id):
    return Appointment.objects.get(pk=visit_id).state


def test_anna_books_and_the_clinic_has_the_insurers_word(anna, thursday):
    visit_id = book(anna, thursday[0])
    visit = queries.visit_of(policy_ids=[anna.policy_id], appointment_id=visit_id)
    assert (visit.price, visit.state, visit.starts_at) == (Money.of("1200.00"), "booked", thursday[0].starts_at)
    assert Guarantee.objects.get().appointment_id == visit_id
    assert Entry.objects.filter(action="appointment.booked", subject_id=str(visit_id)).exists()


def test_the_letter_names_day_and_hour_at_the_clinic_and_nothing_medical(anna, thursday):
    book(anna, thursday[0])
    letter = Message.objects.get(topic="visit")
    assert letter.to == people.ANNA.email
    assert "26 марта 2026, 08:00" in letter.text
    for word in ("терапевт", "Старшова", "Клиника на Ленина", "врач"):
        assert word.lower() not in (letter.subject + letter.text).lower()


def test_a_slot_held_by_anna_is_taken_for_boris_until_the_hold_is_over(anna, boris, thursday):
    hold(anna, thursday[0])
    with pytest.raises(SlotTakenError):
        hold(boris, thursday[0], NOW + 5 * MINUTE - timedelta(seconds=1))
    assert book(boris, thursday[0], NOW + 5 * MINUTE)


def test_a_hold_that_is_over_books_nothing_even_if_nobody_took_the_slot(anna, thursday):
    hold_id = hold(anna, thursday[0])
    with pytest.raises(HoldEndedError):
        confirm(anna, hold_id, NOW + 5 * MINUTE)
    assert not Appointment.objects.exists()


def test_a_hold_that_is_over_stays_over_after_the_slot_went_to_another(anna, boris, thursday):
    annas = hold(anna, thursday[0])
    book(boris, thursday[0], NOW + 6 * MINUTE)
    with pytest.raises(HoldEndedError):
        confirm(anna, annas, NOW + 6 * MINUTE)


def test_a_double_tap_on_a_time_gives_the_same_hold_with_its_old_end(anna, thursday):
    first = hold(anna, thursday[0])
    assert hold(anna, thursday[0], NOW + MINUTE) == first
    assert Hold.objects.get().until_at == NOW + 5 * MINUTE


def test_a_double_tap_on_confirming_gives_the_same_visit(anna, thursday):
    hold_id = hold(anna, thursday[0])
    assert confirm(anna, hold_id) == confirm(anna, hold_id, NOW + MINUTE)
    assert Appointment.objects.count() == 1
    assert Message.objects.filter(topic="visit").count() == 1


def test_choosing_another_time_lets_the_first_go(anna, boris, thursday):
    first = hold(anna, thursday[0])
    hold(anna, thursday[1])
    assert book(boris, thursday[0])
    with pytest.raises(HoldEndedError):
        confirm(anna, first)


def test_a_released_slot_is_free_at_once(anna, boris, thursday):
    hold_id = hold(anna, thursday[0])
    commands.release_hold(hold_id=hold_id, by=anna.actor, at=NOW)
    commands.release_hold(hold_id=hold_id, by=anna.actor, at=NOW)
    assert book(boris, thursday[0])


def test_time_that_has_passed_cannot_be_held(anna, thursday):
    with pytest.raises(SlotPastError):
        hold(anna, thursday[0], thursday[0].starts_at)


def test_a_hold_cannot_outlive_the_start_of_its_slot(anna, thursday):
    hold_id = hold(anna, thursday[0], thursday[0].starts_at - MINUTE)
    with pytest.raises(SlotPastError):
        confirm(anna, hold_id, thursday[0].starts_at)


def test_an_unknown_slot_or_hold_is_not_found(anna):
    with pytest.raises(NotFoundError):
        commands.hold_slot(slot_id=new_id(), policy_id=anna.policy_id, by=anna.actor, at=NOW)
    with pytest.raises(NotFoundError):
        confirm(anna, new_id())


def test_anna_cannot_be_in_two_places_even_with_two_policies(anna, clinic, thursday):
    book(anna, thursday[0])
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", minutes=40)
    builders.publish()
    second_policy = people.policy(people.ANNA)
    builders.cover(second_policy, anna.user)
    overlapping = builders.slots(colleague)[0]
    for policy_id in (anna.policy_id, second_policy):
        with pytest.raises(OverlappingVisitError):
            commands.hold_slot(slot_id=overlapping.pk, policy_id=policy_id, by=anna.actor, at=NOW)
    after = builders.slots(colleague)[1]  # 08:40, ten minutes after the first visit
    assert commands.hold_slot(slot_id=after.pk, policy_id=second_policy, by=anna.actor, at=NOW)


def test_a_visit_may_start_the_minute_another_ends(anna, thursday):
    book(anna, thursday[0])
    assert book(anna, thursday[1])


def test_the_database_itself_refuses_what_no_lock_has_stopped(anna, boris, thursday):
    visit = Appointment.objects.get(pk=book(anna, thursday[0]))
    annas_other = Hold.objects.create(
        slot=thursday[1], policy_id=anna.policy_id, held_at=NOW, until_at=NOW + MINUTE, held_by="tests"
    )
    for slot, key in ((thursday[0], new_id()), (thursday[1], visit.patient_key)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.create(
                slot=slot,
                hold=annas_other,
                policy_id=boris.policy_id,
                patient_id=visit.patient_id,
                patient_key=key,
                service_code=visit.service_code,
                starts_at=visit.starts_at,
                ends_at=visit.ends_at,
                booked_at=NOW,
                changed_at=NOW,
            )


def test_a_refusal_names_every_reason_and_books_nothing(clinic, therapist):
    user = people.account(people.BORIS)
    policy_id = people.policy(people.BORIS)
    wednesday = builders.slots(therapist, builders.TODAY)[0]
    hold_id = commands.hold_slot(slot_id=wednesday.pk, policy_id=policy_id, by=builders.BY, at=NOW)
    with pytest.raises(NotCoveredError) as refused:
        commands.confirm_booking(hold_id=hold_id, by=builders.BY, at=NOW)
    assert [reason.code for reason in refused.value.reasons] == ["not_activated", "region_not_selected"]
    builders.cover(policy_id, user)
    assert commands.confirm_booking(hold_id=hold_id, by=builders.BY, at=NOW)


def test_coverage_is_asked_for_the_visits_day_at_the_clinic(anna, thursday):
    RegionSelection.objects.update(serves_from_on=thursday[0].visit_on + timedelta(days=1))
    with pytest.raises(NotCoveredError) as refused:
        book(anna, thursday[0])
    assert [reason.code for reason in refused.value.reasons] == ["region_pending"]
    RegionSelection.objects.update(serves_from_on=thursday[0].visit_on)
    assert book(anna, thursday[0])


def test_cancelling_is_free_until_the_start_and_gives_the_slot_back(anna, boris, thursday):
    visit_id = book(anna, thursday[0])
    cancel(anna, visit_id, thursday[0].starts_at - timedelta(seconds=1))
    cancel(anna, visit_id, thursday[0].starts_at - timedelta(seconds=1))
    assert state(visit_id) == "cancelled"
    assert Guarantee.objects.get().withdrawn_at is not None
    assert Message.objects.filter(topic="visit", subject="Запись отменена").count() == 1
    assert book(boris, thursday[0])


def test_a_visit_that_has_begun_is_not_cancelled(anna, thursday):
    visit_id = book(anna, thursday[0])
    with pytest.raises(VisitStartedError):
        cancel(anna, visit_id, thursday[0].starts_at)
    assert state(visit_id) == "booked"


def test_the_reception_marks_arrival_and_no_show_and_can_put_them_right(anna, thursday):
    visit_id = book(anna, thursday[0])
    at = thursday[0].starts_at + MINUTE
    commands.mark_no_show(appointment_id=visit_id, by=builders.BY, at=at)
    commands.mark_arrival(appointment_id=visit_id, by=builders.BY, at=at + MINUTE)
    commands.mark_arrival(appointment_id=visit_id, by=builders.BY, at=at + MINUTE)
    assert state(visit_id) == "arrived"
    with pytest.raises(TransitionRefusedError):
        cancel(anna, visit_id, thursday[0].starts_at - MINUTE)
    marks = Entry.objects.filter(subject_id=str(visit_id)).order_by("at").values_list("action", flat=True)
    assert list(marks) == ["appointment.booked", "appointment.no_show", "appointment.arrived"]


def test_a_register_fulfils_a_visit_whatever_the_reception_marked(anna, thursday):
    visit_id = book(anna, thursday[0])
    commands.mark_no_show(appointment_id=visit_id, by=builders.BY, at=thursday[0].starts_at)
    commands.mark_fulfilled(appointment_id=visit_id, by=builders.BY, at=thursday[0].ends_at)
    assert state(visit_id) == "fulfilled"


def test_free_time_knows_holds_and_visits(anna, boris, clinic, therapist, thursday):
    book(anna, thursday[0])
    hold(boris, thursday[1])
    day = thursday[0].visit_on
    free = queries.free_slots(clinic_id=clinic.pk, from_on=day, days=1, at=NOW)
    assert [slot.id for slot in free] == [slot.pk for slot in thursday[2:]]
    assert queries.free_by_day(clinic_id=clinic.pk, from_on=day, days=2, at=NOW)[day] == 10
    later = NOW + 5 * MINUTE
    assert queries.free_by_day(clinic_id=clinic.pk, from_on=day, days=2, at=later)[day] == 11
    morning = thursday[0].starts_at - MINUTE
    assert queries.next_free_slots([clinic.pk], morning)[clinic.pk].id == thursday[1].pk
    assert queries.next_free_of_doctors(clinic.pk, morning)[therapist.pk].id == thursday[1].pk


def test_nearest_alternatives_surround_the_time_that_is_gone(anna, boris, thursday):
    book(anna, thursday[5])
    book(boris, thursday[6])
    nearest = queries.nearest_free(slot_id=thursday[5].pk, at=NOW, most=3)
    assert [slot.id for slot in nearest] == [thursday[index].pk for index in (3, 4, 7)]


@pytest.mark.parametrize("busy", [1, 10])
def test_the_cost_of_reading_does_not_grow(anna, clinic, therapist, thursday, busy, django_assert_num_queries):
    for slot in thursday[:busy]:
        book(anna, slot)
    day = thursday[0].visit_on
    with django_assert_num_queries(1):
        queries.appointments_of([anna.policy_id])
    with django_assert_num_queries(1):
        queries.todays_visits(clinic.pk, day)
    with django_assert_num_queries(1):
        queries.slots_of_day(clinic_id=clinic.pk, on=day, at=NOW)
    with django_assert_num_queries(1):
        queries.next_free_slots([clinic.pk, new_id()], NOW)
    with django_assert_num_queries(7):
        queries.week(clinic.pk, day, 7)
