"""A change of the timetable, applied: free time goes and comes, visits stand, clients are told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import (
    DoctorKnownError,
    OverlappingHoursError,
    PlanChangedError,
    RoomTakenError,
    SlotTakenError,
)
from doctorlike.appointments.models import (
    Appointment,
    ClinicDay,
    Doctor,
    Hold,
    ScheduleException,
    Slot,
    WeeklyPattern,
)
from doctorlike.appointments.rules import (
    ChangedHours,
    DoctorFacts,
    Hours,
    Leaving,
    NewHours,
    OtherClinicDays,
    OtherDays,
    OtherHours,
    Pattern,
    State,
    Work,
)
from doctorlike.audit.models import Entry
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from tests.appointments import builders
from tests.appointments.builders import BY, NOW

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 3, 26)
FRIDAY = THURSDAY + timedelta(days=1)
ACCOUNT = "https://account.example/visits/"


@pytest.fixture
def book(anna):
    def booked(slot, who=anna):
        hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=who.policy_id, by=who.actor, at=NOW)
        return commands.confirm_booking(hold_id=hold_id, by=who.actor, at=NOW)

    return booked


@pytest.fixture
def change(clinic):
    """Looks a change through and applies it."""

    def applied(wanted, at=NOW):
        ahead = queries.preview(clinic_id=clinic.pk, change=wanted, at=at)
        return commands.apply_change(
            clinic_id=clinic.pk, change=wanted, seen=ahead.seen, account_url=ACCOUNT, by=BY, at=at
        )

    return applied


def tell(clinic, at=NOW):
    return commands.tell_clients_of_taken_times(clinic_id=clinic.pk, account_url=ACCOUNT, at=at)


def live(doctor, on=THURSDAY):
    return Slot.objects.filter(doctor=doctor, visit_on=on, withdrawn_at__isnull=True).order_by("starts_at", "place")


def off(doctor, on=THURSDAY):
    return OtherDays(doctor.pk, on, on + timedelta(days=1), ())


def morning(day=THURSDAY, opens=time(8), closes=time(10), **work):
    return Pattern(day.weekday(), Hours(opens, closes), Work(work.pop("minutes", 30), **work), valid_from_on=day)


def test_a_preview_writes_nothing_and_names_who_is_hit(therapist, thursday, clinic, book):
    visit_id = book(thursday[0])
    ahead = queries.preview(clinic_id=clinic.pk, change=off(therapist), at=NOW)
    assert [card.id for card in ahead.hit] == [visit_id]
    (day,) = ahead.days
    assert (day.on, len(day.gone), day.come) == (THURSDAY, 11, ())
    assert day.gone[0] == "08:30"
    assert live(therapist).count() == 12
    assert not ScheduleException.objects.exists()


def test_a_day_off_takes_the_free_time_and_leaves_the_visit_standing(therapist, thursday, change, book):
    visit_id = book(thursday[0])
    done = change(off(therapist))
    assert (done.gone, done.come, done.hit) == (11, 0, 1)
    assert not live(therapist).exists()
    visit = Appointment.objects.get(pk=visit_id)
    assert (visit.state, visit.slot_id) == (State.BOOKED, thursday[0].pk)
    assert live(therapist, FRIDAY).count() == 12
    entry = Entry.objects.get(action="timetable.changed")
    assert entry.details["hit"] == [str(visit_id)]


def test_what_is_held_of_withdrawn_time_is_let_go(therapist, thursday, change, anna):
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
    change(off(therapist))
    assert Hold.objects.get(pk=hold_id).ended_at == NOW
    with pytest.raises(SlotTakenError):
        commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)


def test_a_visit_booked_since_the_preview_is_shown_before_it_is_hit(therapist, thursday, clinic, book):
    seen = queries.preview(clinic_id=clinic.pk, change=off(therapist), at=NOW).seen
    book(thursday[0])
    with pytest.raises(PlanChangedError):
        commands.apply_change(clinic_id=clinic.pk, change=off(therapist), seen=seen, by=BY, at=NOW)
    assert live(therapist).count() == 12


def test_the_client_is_told_once_for_each_change_without_medical_words(therapist, thursday, clinic, change, book):
    book(thursday[0])
    change(off(therapist))
    Message.objects.all().delete()
    assert (tell(clinic), tell(clinic)) == (1, 0)
    (message,) = Message.objects.all()
    assert "26 марта 2026, 08:00" in message.text
    assert ACCOUNT in message.text
    assert "терапевт" not in message.text.lower()
    assert "Старшова" not in message.text
    change(OtherDays(therapist.pk, THURSDAY, FRIDAY, None), at=NOW + timedelta(minutes=1))
    assert (tell(clinic), tell(clinic)) == (1, 0)
    change(off(therapist), at=NOW + timedelta(minutes=2))
    assert (tell(clinic), tell(clinic)) == (1, 0)
    assert Message.objects.count() == 3


def test_two_visits_of_one_client_make_one_message(therapist, thursday, clinic, change, book):
    book(thursday[0])
    book(thursday[2])
    change(off(therapist))
    assert tell(clinic) == 1


def test_whoever_moved_or_cancelled_before_the_message_is_not_told(therapist, thursday, clinic, change, book, anna):
    visit_id = book(thursday[0])
    change(off(therapist))
    commands.cancel_appointment(appointment_id=visit_id, by=anna.actor, at=NOW)
    assert tell(clinic) == 0


def test_taken_back_the_change_gives_the_visit_its_time_again(therapist, thursday, change, book):
    visit_id = book(thursday[0])
    change(off(therapist))
    done = change(OtherDays(therapist.pk, THURSDAY, FRIDAY, None))
    assert (done.restored, done.come) == (1, 11)
    assert Appointment.objects.get(pk=visit_id).slot.withdrawn_at is None
    assert live(therapist).count() == 12


def test_a_hit_visit_is_listed_with_the_nearest_times_and_moved(therapist, thursday, clinic, change, book):
    colleague = builders.doctor(clinic, "Белоусов Павел Ильич")
    Doctor.objects.filter(pk=colleague.pk).update(room="301")
    builders.publish()
    visit_id = book(thursday[3])
    change(off(therapist))
    (card,) = queries.displaced_visits(clinic.pk, NOW)
    assert (card.id, card.is_displaced) == (visit_id, True)
    offered = queries.replacements([visit_id], NOW)[visit_id]
    same, others = offered[:3], offered[3:]
    assert {slot.doctor.id for slot in same} == {therapist.pk}
    assert [slot.clock_time for slot in same] == ["12:30", "13:00", "13:30"]  # of the day before, which is nearer
    assert {slot.doctor.id for slot in others} == {colleague.pk}
    assert [slot.clock_time for slot in others] == ["09:00", "09:30", "10:00"]
    hold_id = commands.start_move(appointment_id=visit_id, slot_id=others[1].id, by=BY, at=NOW)
    commands.move_appointment(hold_id=hold_id, by=BY, at=NOW)
    assert queries.displaced_visits(clinic.pk, NOW) == []
    assert Appointment.objects.get(pk=visit_id).starts_at == thursday[3].starts_at


def test_times_of_another_service_and_of_an_own_other_visit_are_not_offered(therapist, clinic, change, book, thursday):
    visit_id = book(thursday[0])
    friday = builders.slots(therapist, FRIDAY)
    book(friday[0])
    Slot.objects.filter(pk=friday[1].pk).update(service_code="A05.10.006")
    change(off(therapist))
    offered = queries.replacements([visit_id], NOW)[visit_id]
    assert not {friday[0].pk, friday[1].pk} & {slot.id for slot in offered}


def test_nearest_times_cost_two_queries_whatever_the_number_of_visits(
    therapist, thursday, change, book, django_assert_num_queries
):
    visits = [book(slot) for slot in thursday[:3]]
    change(off(therapist))
    with django_assert_num_queries(2):
        assert all(queries.replacements(visits, NOW).values())


def test_new_hours_are_published_at_once_as_far_as_days_are(therapist, change):
    done = change(NewHours(therapist.pk, [morning(opens=time(15), closes=time(17), service_code="A05.10.006")]))
    assert (done.gone, done.come) == (0, 4)
    afternoon = live(therapist).filter(service_code="A05.10.006")
    assert afternoon.count() == 4
    builders.publish(date(2026, 4, 3))
    assert live(therapist, date(2026, 4, 2)).filter(service_code="A05.10.006").count() == 4


def test_places_are_rows_of_their_own(therapist, change, book, anna, boris):
    change(NewHours(therapist.pk, [morning(opens=time(15), closes=time(16), minutes=60, capacity=2)]))
    one, other = live(therapist).filter(starts_at=datetime(2026, 3, 26, 11, tzinfo=UTC))
    assert (one.place, other.place) == (1, 2)
    book(one, anna)
    book(other, boris)
    assert Appointment.objects.count() == 2


def test_other_hours_from_a_day_on_end_the_old(therapist, change):
    pattern = WeeklyPattern.objects.get(doctor=therapist, weekday=3)
    fresh = morning(opens=time(8), closes=time(10))
    change(ChangedHours(therapist.pk, pattern.pk, THURSDAY, (fresh,)))
    pattern.refresh_from_db()
    assert pattern.valid_to_on == THURSDAY
    assert live(therapist).count() == 4
    assert WeeklyPattern.objects.filter(doctor=therapist, weekday=3).count() == 2


def test_a_closed_clinic_and_a_short_day_hold_for_every_doctor(therapist, clinic, change):
    other = builders.doctor(clinic, "Белоусов Павел Ильич")
    builders.publish()
    change(OtherClinicDays(THURSDAY, FRIDAY))
    assert not live(therapist).exists()
    assert not live(other).exists()
    change(OtherClinicDays(THURSDAY, FRIDAY, Hours(time(8), time(10))))
    assert live(therapist).count() == live(other).count() == 4
    later = date(2026, 4, 2)
    change(OtherClinicDays(later, later + timedelta(days=1)))
    builders.publish(date(2026, 4, 4))
    assert not live(therapist, later).exists()
    change(OtherClinicDays(THURSDAY, FRIDAY, as_usual=True))
    assert live(therapist).count() == 12
    assert ClinicDay.objects.count() == 1


def test_a_range_of_days_off_with_a_day_worked_otherwise_in_it(therapist, change):
    change(OtherDays(therapist.pk, THURSDAY, date(2026, 3, 31), ()))
    worked = [OtherHours(Hours(time(9), time(11)), Work(60)), OtherHours(Hours(time(12), time(13)), Work(60))]
    change(OtherDays(therapist.pk, FRIDAY, FRIDAY + timedelta(days=1), worked))
    assert live(therapist, FRIDAY).count() == 3
    assert not live(therapist, date(2026, 3, 30)).exists()
    assert ScheduleException.objects.count() == 6


def test_a_doctor_who_leaves_keeps_earlier_days_and_gets_no_new_ones(therapist, clinic, change):
    change(Leaving(therapist.pk, FRIDAY))
    assert live(therapist).count() == 12
    assert not live(therapist, FRIDAY).exists()
    builders.publish(date(2026, 4, 10))
    assert not Slot.objects.filter(doctor=therapist, visit_on__gte=date(2026, 4, 1)).exists()
    change(Leaving(therapist.pk, None))
    assert live(therapist, FRIDAY).count() == 12
    assert live(therapist, date(2026, 4, 9)).count() == 12


def test_another_room_and_name_move_nothing(therapist, thursday, change, book):
    book(thursday[0])
    done = change(DoctorFacts(therapist.pk, "Старшова Ирина Ильинична", "therapist", builders.THERAPIST, "301"))
    assert (done.gone, done.come, done.hit) == (0, 0, 0)
    therapist.refresh_from_db()
    assert (therapist.full_name, therapist.room) == ("Старшова Ирина Ильинична", "301")
    assert live(therapist).count() == 12


def test_another_service_of_the_doctor_hits_visits_for_the_old_one(therapist, thursday, change, book):
    visit_id = book(thursday[0])
    done = change(DoctorFacts(therapist.pk, therapist.full_name, "ent", "B01.028.001", "214"))
    assert done.hit == 1
    assert done.gone == done.come - 1
    lost = Appointment.objects.get(pk=visit_id)
    assert (lost.service_code, lost.slot.service_code) == (builders.THERAPIST, builders.THERAPIST)
    assert set(live(therapist).values_list("service_code", flat=True)) == {"B01.028.001"}


def test_what_cannot_be_is_refused_and_changes_nothing(therapist, clinic, change):
    with pytest.raises(OverlappingHoursError):
        change(NewHours(therapist.pk, [morning()]))
    colleague = builders.doctor(clinic, "Белоусов Павел Ильич", weekdays=[])
    with pytest.raises(RoomTakenError):
        change(NewHours(colleague.pk, [morning()]))
    change(NewHours(colleague.pk, [morning(room="301")]))
    with pytest.raises(DoctorKnownError):
        change(DoctorFacts(colleague.pk, therapist.full_name, "therapist", builders.THERAPIST, "301"))
    with pytest.raises(DoctorKnownError):
        commands.add_doctor(
            clinic_id=clinic.pk, full_name=therapist.full_name, specialty_code="ent", service_code="B01.028.001",
            room="", by=BY, at=NOW,
        )  # fmt: skip


def test_another_clinics_doctor_is_not_found(therapist, clinic):
    elsewhere = builders.clinic("Клиника на Мира")
    with pytest.raises(NotFoundError):
        queries.preview(clinic_id=elsewhere.pk, change=off(therapist), at=NOW)
    with pytest.raises(NotFoundError):
        commands.apply_change(clinic_id=elsewhere.pk, change=off(therapist), seen="", by=BY, at=NOW)


def test_a_new_doctors_hours_are_published_with_the_change_that_brings_them(clinic, change):
    doctor_id = commands.add_doctor(
        clinic_id=clinic.pk, full_name="Громова Ольга Сергеевна", specialty_code="ent", service_code="B01.028.001",
        room="7", by=BY, at=NOW,
    )  # fmt: skip
    done = change(NewHours(doctor_id, [morning()]))
    assert done.come == 4 * 5  # five Thursdays within thirty days
    assert builders.publish() == 0


def test_each_clinic_publishes_as_far_as_its_terms_say(therapist, clinic):
    def horizon(days):
        commands.set_booking_terms(
            clinic_id=clinic.pk, horizon_days=days, free_until_hours=3, late_words="Звоните.", by=BY, at=NOW
        )
        commands.publish_slots(by=BY, at=NOW)
        return Slot.objects.latest("starts_at").visit_on

    assert horizon(10) == date(2026, 4, 3)
    assert horizon(45) == date(2026, 5, 8)
    assert horizon(5) == date(2026, 5, 8)  # what is published stays
    terms = queries.terms_of(clinic.pk)
    assert (terms.horizon_days, terms.free_until_hours, terms.late_words) == (5, 3, "Звоните.")
    assert Entry.objects.filter(action="booking_terms.changed").count() == 3


def test_a_changed_zone_moves_no_slot_when_hours_change_later(therapist, thursday, clinic, change, book):
    visit_id = book(thursday[4])
    before = list(live(therapist, FRIDAY).values_list("pk", "starts_at"))
    clinic.zone = "Europe/Moscow"  # an hour behind Samara
    clinic.save()
    change(off(therapist))
    assert list(live(therapist, FRIDAY).values_list("pk", "starts_at")) == before
    done = change(OtherDays(therapist.pk, THURSDAY, FRIDAY, None))
    assert done.restored == 1
    visit = Appointment.objects.get(pk=visit_id)
    assert visit.starts_at == visit.slot.starts_at == thursday[4].starts_at


def test_a_week_of_many_doctors_costs_no_query_for_each(clinic, django_assert_num_queries):
    for number in range(12):
        builders.doctor(clinic, f"Врач {number}")
    builders.publish()
    with django_assert_num_queries(7):
        view = queries.week(clinic.pk, date(2026, 3, 23), 7)
    assert len(view.doctors) == 12
    assert view.doctors[0].days[3].slots == 12


def test_a_closed_clinic_of_many_doctors_costs_no_query_for_each(clinic, django_assert_max_num_queries):
    for number in range(12):
        builders.doctor(clinic, f"Врач {number}")
    builders.publish()
    closed = OtherClinicDays(THURSDAY, date(2026, 3, 31))
    with django_assert_max_num_queries(8):
        ahead = queries.preview(clinic_id=clinic.pk, change=closed, at=NOW)
    assert ahead.gone == 12 * 12 * 5
