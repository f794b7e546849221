"""What the registrar sees and marks: their own clinic's day, nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment
from doctorlike.audit.models import Entry
from doctorlike.clinics import commands as clinics
from doctorlike.kit import clock
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db


def day(counter, on="2026-03-26"):
    return counter.get(f"/reception/?on={on}")


def test_the_day_shows_who_comes_by_the_clinics_own_clock(counter, visit_id):
    page = day(counter).content.decode()
    assert "Серова Анна" in page
    assert "08:00" in page
    assert "МСК" not in page  # the registrar's clock is the clinic's


def test_a_day_without_visits_says_so(counter):
    assert "Визитов по полисам нет" in day(counter).content.decode()


def test_reading_the_day_is_in_the_trail(counter, registrar, visit_id):
    day(counter)
    assert Entry.objects.get(action="visits.read").by == f"staff:{registrar.pk}"


def test_arrival_is_marked_on_the_visits_day(counter, visit_id):
    with clock.moved_to(NOW + timedelta(days=1)):
        assert "Пришёл" in day(counter).content.decode()
        answer = counter.post(f"/reception/visits/{visit_id}/arrived/")
        assert answer.url == "/reception/?on=2026-03-26"
        counter.post(f"/reception/visits/{visit_id}/arrived/")
    assert Appointment.objects.get().state == "arrived"


def test_the_day_before_nothing_can_be_marked(counter, visit_id):
    assert f"/reception/visits/{visit_id}/" not in day(counter).content.decode()
    answer = counter.post(f"/reception/visits/{visit_id}/arrived/", follow=True)
    assert "Визит в другой день" in answer.content.decode()
    assert Appointment.objects.get().state == "booked"


def test_a_no_show_is_marked_after_the_start_and_can_be_put_right(counter, visit_id):
    with clock.moved_to(NOW + timedelta(days=1)):
        counter.post(f"/reception/visits/{visit_id}/no-show/")
        assert Appointment.objects.get().state == "no_show"
        counter.post(f"/reception/visits/{visit_id}/arrived/")
        assert Appointment.objects.get().state == "arrived"


def test_another_clinics_visit_is_not_found(counter, anna, registrar, visit_id):
    other = builders.clinic("Клиника на Мира")
    clinics.assign_staff(user_id=registrar.pk, clinic_id=other.pk, by=BY, at=NOW)
    assert counter.post(f"/reception/visits/{visit_id}/arrived/").status_code == 404
    assert "Серова" not in day(counter).content.decode()


@pytest.mark.parametrize("address", ["/reception/", "/reception/schedule/", "/reception/eligibility/"])
def test_whom_no_clinic_employs_finds_no_reception(on_site, client, staff, address):
    on_site("staff")
    client.force_login(staff("registrar"))
    assert client.get(address).status_code == 404
    client.force_login(staff("operator", email="operator@insurer.example"))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("busy", [1, 12])
def test_a_fuller_day_costs_no_more_queries(counter, anna, thursday, busy, django_assert_num_queries):
    for slot in thursday[:busy]:
        hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=anna.policy_id, by=BY, at=NOW)
        commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW)
    day(counter)  # the day's first page notes that the session is in use
    with django_assert_num_queries(5):  # session, user, clinic, visits, the trail
        day(counter)


def ask(counter, **changed):
    told = {
        "number": changed.get("number"),
        "born_on": "14.05.1988",
        "on": "26.03.2026",
        "service": builders.THERAPIST,
    } | changed
    return counter.post("/reception/eligibility/", told)


@pytest.fixture
def number(anna):
    from doctorlike.policies import queries

    return queries.policy(anna.policy_id).number


def test_a_covered_patient_is_told_in_words(counter, number):
    page = ask(counter, number=number.lower()).content.decode()
    assert "Серова Анна" in page
    assert "Покрыто" in page


def test_every_reason_against_is_told(counter):
    number = _bare_policy_number()
    page = ask(counter, number=number, born_on="02.11.1975", on="23.03.2026").content.decode()
    for words in ("временная франшиза", "ещё не подключена", "ещё не выбран"):
        assert words in page
    assert "Не покрыто" in page


def _bare_policy_number() -> str:
    from doctorlike.policies import queries

    return queries.policy(people.policy(people.BORIS)).number


def test_a_wrong_birth_date_and_an_unknown_number_get_the_same_answer(counter, number):
    wrong_date = ask(counter, number=number, born_on="15.05.1988").content.decode()
    unknown = ask(counter, number="ONDL-00000").content.decode()
    for page in (wrong_date, unknown):
        assert "Полис не найден" in page
        assert "Серова" not in page


def test_every_look_up_is_in_the_trail(counter, registrar, number, anna):
    ask(counter, number=number)
    ask(counter, number="ONDL-00000")
    found, unknown = Entry.objects.filter(action="eligibility.checked").order_by("at")
    assert (found.subject_type, found.subject_id) == ("policy", str(anna.policy_id))
    assert found.details["covered"] is True
    assert (unknown.subject_type, unknown.details["found"]) == ("clinic", False)
    assert number not in str(found.details)


def test_missing_answers_are_asked_for_and_typed_ones_kept(counter):
    page = ask(counter, number="ONDL-30", born_on="40.13.1988", service="").content.decode()
    assert "Такой даты нет" in page
    assert "Выберите услугу из прейскуранта клиники" in page
    assert "ONDL-30" in page
    assert not Entry.objects.filter(action="eligibility.checked").exists()
