"""The registrar sees the week, changes hours, sees first what that does, and moves whoever is hit."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest

from doctorlike.appointments import commands, queries
from doctorlike.appointments.models import Appointment, ClinicDay, Doctor, ScheduleException, Slot, WeeklyPattern
from doctorlike.audit.models import Entry
from doctorlike.clinics import commands as clinics
from doctorlike.kit import clock
from doctorlike.sites.reception.schedule.forms import ChangeHoursForm, HoursForm
from tests.appointments import builders
from tests.appointments.builders import BY, NOW, THERAPIST, TODAY

pytestmark = pytest.mark.django_db

HOURS = {
    "weekdays": ["3"],
    "from_local": "15:00",
    "to_local": "18:00",
    "break_from": "16:00",
    "break_to": "17:00",
    "service": THERAPIST,
    "slot_minutes": "30",
    "buffer_minutes": "",
    "capacity": "2",
    "room": "",
    "valid_from_on": "26.03.2026",
    "last_on": "",
}
OFF = {"what": "off", "first_on": "26.03.2026", "last_on": ""}


def text(answer) -> str:
    """No-break spaces as spaces."""
    return answer.content.decode().replace("\xa0", " ")


def seen_in(page: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', page)[1]


def hidden_in(page: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page):
        fields.setdefault(name, []).append(value)
    return fields


def apply(counter, address, filled):
    """Looks through, then applies what the preview carries."""
    preview = counter.post(address, filled)
    assert preview.status_code == 200
    carried = hidden_in(text(preview))
    return counter.post(address, {**carried, "do": "apply"})


@pytest.fixture
def of(therapist):
    return f"/reception/schedule/doctors/{therapist.pk}"


def live(on="2026-03-26"):
    return Slot.objects.filter(visit_on=on, withdrawn_at__isnull=True)


def test_the_week_shows_hours_load_and_the_clinics_zone(counter, visit_id):
    page = text(counter.get("/reception/schedule/?from=2026-03-26"))
    assert "08:00–14:00" in page
    assert "1 из 12" in page
    assert "МСК+1" in page


def test_the_week_names_holidays_and_special_days(counter, clinic, therapist):
    ClinicDay.objects.create(clinic=clinic, on="2026-05-08", from_local=time(8), to_local=time(12))
    ClinicDay.objects.create(clinic=clinic, on="2026-05-07")
    page = text(counter.get("/reception/schedule/?from=2026-05-04"))
    assert "День Победы" in page
    assert "открыто 08:00–12:00" in page
    assert "закрыто" in page
    assert "запись ещё не открыта" in page


def test_the_old_address_of_the_week_leads_to_the_new_one(counter, therapist):
    assert counter.get("/reception/week/?from=2026-03-26").url == "/reception/schedule/?from=2026-03-26"


def test_a_clinic_without_doctors_is_told_how_to_get_one(counter):
    assert "Добавить врача" in text(counter.get("/reception/schedule/"))


def test_a_new_doctor_gets_hours_that_open_at_once(counter, clinic):
    answer = counter.post(
        "/reception/schedule/doctors/new/",
        {"full_name": " Громова  Ольга Сергеевна", "specialty": "therapist", "service": THERAPIST, "room": "7"},
    )
    doctor = Doctor.objects.get()
    assert (doctor.full_name, doctor.room) == ("Громова Ольга Сергеевна", "7")
    assert answer.url == f"/reception/schedule/doctors/{doctor.pk}/hours/"
    preview = text(counter.post(answer.url, HOURS))
    assert "15:00, 15:00, 15:30, 15:30, 17:00" in preview
    assert not Slot.objects.exists()
    done = apply(counter, answer.url, HOURS)
    assert done.url == f"/reception/schedule/doctors/{doctor.pk}/"
    assert live().count() == 8  # two hours, half an hour each, two patients at a time
    page = text(counter.get(done.url))
    assert "15:00–16:00" in page
    assert "мест: 2" in page


def test_the_same_name_twice_is_refused_at_its_field(counter, therapist):
    page = text(
        counter.post(
            "/reception/schedule/doctors/new/",
            {"full_name": therapist.full_name, "specialty": "ent", "service": THERAPIST, "room": ""},
        )
    )
    assert "Врач с таким именем" in page


def test_a_day_off_is_looked_through_with_who_is_hit_and_then_applied(counter, of, visit_id, registrar):
    preview = text(counter.post(f"{of}/days/", OFF))
    assert "Серова Анна" in preview
    assert "26 марта, 08:00" in preview
    assert "+7" not in re.search("<main.*</main>", preview, re.DOTALL)[0]  # no phone of the patient
    assert live().count() == 12
    assert Entry.objects.get(action="visits.read").by == f"staff:{registrar.pk}"
    done = apply(counter, f"{of}/days/", OFF)
    assert done.url == "/reception/schedule/visits/"
    assert not live().exists()
    assert Entry.objects.get(action="timetable.changed").by == f"staff:{registrar.pk}"
    assert "1 запись нужно перенести" in text(counter.get("/reception/schedule/"))


def test_whoever_books_between_preview_and_tap_is_shown_first(counter, of, thursday, anna):
    carried = hidden_in(text(counter.post(f"{of}/days/", OFF)))
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
    commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
    again = text(counter.post(f"{of}/days/", {**carried, "do": "apply"}))
    assert "записи изменились" in again
    assert "Серова Анна" in again
    assert live().count() == 12
    counter.post(f"{of}/days/", {**carried, "seen": seen_in(again), "do": "apply"})
    assert not live().exists()


def test_going_back_from_the_preview_keeps_what_was_filled_in(counter, of):
    carried = hidden_in(text(counter.post(f"{of}/hours/", HOURS)))
    page = text(counter.post(f"{of}/hours/", {**carried, "do": "edit"}))
    assert 'value="15:00"' in page
    assert 'value="26.03.2026"' in page
    assert not WeeklyPattern.objects.filter(from_local=time(15)).exists()


def test_what_changes_nothing_published_is_applied_at_once(counter, of, therapist):
    filled = {"full_name": "Старшова Ирина Ильинична", "specialty": "therapist", "service": THERAPIST, "room": "7"}
    assert counter.post(f"{of}/edit/", filled).url == f"{of}/"
    therapist.refresh_from_db()
    assert therapist.room == "7"


def test_overlapping_hours_and_a_taken_room_are_refused_in_words(counter, of, clinic, therapist):
    page = text(
        counter.post(
            f"{of}/hours/", {**HOURS, "from_local": "13:00", "to_local": "15:00", "break_from": "", "break_to": ""}
        )
    )
    assert "Четверг: часы 13:00–15:00 и 08:00–14:00" in page
    assert 'value="13:00"' in page
    colleague = builders.doctor(clinic, "Белоусов Павел Ильич", weekdays=[])
    filled = {**HOURS, "from_local": "09:00", "to_local": "12:00", "break_from": "", "break_to": ""}
    page = text(counter.post(f"/reception/schedule/doctors/{colleague.pk}/hours/", filled))
    assert "Кабинет 214 занят: четверг, 08:00–14:00, там принимает Старшова Ирина Павловна" in page


def test_hours_are_changed_from_a_day_on_or_ended(counter, therapist):
    thursdays = WeeklyPattern.objects.get(doctor=therapist, weekday=3)
    address = f"/reception/schedule/hours/{thursdays.pk}/"
    page = text(counter.get(address))
    assert 'value="08:00"' in page
    shorter = {
        **HOURS, "what": "change", "from_on": "26.03.2026", "from_local": "08:00", "to_local": "10:00",
        "break_from": "", "break_to": "", "capacity": "1",
    }  # fmt: skip
    apply(counter, address, shorter)
    assert live().count() == 4
    later = WeeklyPattern.objects.get(doctor=therapist, weekday=3, valid_from_on="2026-03-26")
    apply(counter, f"/reception/schedule/hours/{later.pk}/", {"what": "end", "from_on": "26.03.2026"})
    assert not live().exists()
    assert counter.get(f"/reception/schedule/hours/{later.pk}/").status_code == 404


def test_a_day_worked_otherwise_and_as_usual_again(counter, of):
    filled = {
        **HOURS,
        **OFF,
        "what": "hours",
        "from_local": "10:00",
        "to_local": "12:00",
        "break_from": "",
        "break_to": "",
        "capacity": "1",
    }
    apply(counter, f"{of}/days/", filled)
    assert live().count() == 4
    assert "10:00–12:00" in text(counter.get(f"{of}/"))
    apply(counter, f"{of}/days/", {**OFF, "what": "usual"})
    assert live().count() == 12
    assert not ScheduleException.objects.exists()


def test_the_whole_clinic_closes_for_some_days(counter, therapist):
    filled = {"what": "closed", "first_on": "26.03.2026", "last_on": "27.03.2026"}
    apply(counter, "/reception/schedule/days/", filled)
    assert not live().exists()
    assert not live("2026-03-27").exists()
    page = text(counter.get("/reception/schedule/days/"))
    assert "26 марта 2026 – 27 марта 2026" in page
    assert "Праздник Весны и Труда" in page


def test_a_doctor_leaves_and_stays_after_all(counter, of, therapist):
    apply(counter, f"{of}/leaving/", {"on": "26.03.2026"})
    assert not live().exists()
    assert "Врач остаётся" in text(counter.get(f"{of}/leaving/"))
    apply(counter, f"{of}/leaving/", {"stays": "yes"})
    assert live().count() == 12


def test_terms_are_set(counter, clinic):
    filled = {"horizon_days": "45", "free_until_hours": "12", "late_words": ""}
    assert "Напишите, что будет" in text(counter.post("/reception/schedule/terms/", filled))
    counter.post("/reception/schedule/terms/", {**filled, "late_words": "Позвоните нам."})
    terms = queries.terms_of(clinic.pk)
    assert (terms.horizon_days, terms.free_until_hours, terms.late_words) == (45, 12, "Позвоните нам.")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"weekdays": []}, "Выберите: Дни недели"),
        ({"from_local": "25:00"}, "Такого времени нет"),
        ({"break_to": ""}, "начало и конец перерыва"),
        ({"break_from": "14:00"}, "Перерыв должен быть внутри"),
        ({"slot_minutes": "90"}, "Приём длиннее"),
        ({"slot_minutes": "3"}, "от 5 до 480"),
        ({"capacity": "0"}, "от 1 до 50"),
        ({"service": "Z99"}, "Z99"),
        ({"valid_from_on": "24.03.2026"}, "Этот день уже прошёл"),
        ({"last_on": "25.03.2026"}, "Последний день раньше первого"),
    ],
)
def test_what_is_wrong_with_hours_is_said_in_words(clinic, wrong, words):
    from doctorlike.clinics.queries import prices_of

    form = HoursForm({**HOURS, **wrong}, services=prices_of(clinic.pk, TODAY), today=TODAY)
    assert not form.is_valid()
    assert words in str(form.errors)


def test_fields_that_do_not_matter_are_not_asked_for(clinic):
    pattern = builders.doctor(clinic).patterns.first()
    from doctorlike.appointments.queries import hours_at

    _doctor, rule = hours_at(clinic.pk, pattern.pk, TODAY)
    form = ChangeHoursForm(
        {"what": "end", "from_on": "26.03.2026", "from_local": "99"}, services=[], today=TODAY, pattern=rule
    )
    assert form.is_valid()
    assert form.patterns() == []


# Whoever is hit


@pytest.fixture
def hit(counter, of, visit_id):
    apply(counter, f"{of}/days/", OFF)
    return visit_id


def test_hit_visits_are_listed_with_other_times_and_moved_by_the_registrar(counter, hit, therapist, registrar):
    page = text(counter.get("/reception/schedule/visits/"))
    assert "Серова Анна" in page
    assert "К тому же врачу" in page
    slot_id = re.search(r'name="slot" value="([0-9a-f-]{36})"', page)[1]
    answer = counter.post(f"/reception/schedule/visits/{hit}/move/", {"slot": slot_id})
    assert answer.url == "/reception/schedule/visits/"
    visit = Appointment.objects.get()
    assert str(visit.slot_id) == slot_id
    assert visit.changed_by == f"staff:{registrar.pk}"
    assert "Переносить нечего" in text(counter.get("/reception/schedule/visits/"))
    again = counter.post(f"/reception/schedule/visits/{hit}/move/", {"slot": slot_id}, follow=True)
    assert "переносить уже не нужно" in text(again)


def test_nothing_chosen_is_asked_for(counter, hit):
    answer = counter.post(f"/reception/schedule/visits/{hit}/move/", {}, follow=True)
    assert "Выберите новое время" in text(answer)


def test_another_clinic_finds_neither_doctor_nor_hours_nor_visit(counter, hit, therapist, registrar):
    pattern = therapist.patterns.first()
    elsewhere = builders.clinic("Клиника на Мира")
    clinics.assign_staff(user_id=registrar.pk, clinic_id=elsewhere.pk, by=BY, at=NOW)
    for address in (
        f"doctors/{therapist.pk}/", f"doctors/{therapist.pk}/days/", f"doctors/{therapist.pk}/hours/",
        f"doctors/{therapist.pk}/edit/", f"doctors/{therapist.pk}/leaving/", f"hours/{pattern.pk}/",
    ):  # fmt: skip
        assert counter.get(f"/reception/schedule/{address}").status_code == 404
    assert counter.post(f"/reception/schedule/visits/{hit}/move/", {}).status_code == 404
    assert "Серова" not in text(counter.get("/reception/schedule/visits/"))


@pytest.mark.parametrize("doctors", [1, 8])
def test_a_week_of_more_doctors_costs_no_more_queries(counter, clinic, doctors, django_assert_num_queries):
    for number in range(doctors):
        builders.doctor(clinic, f"Врач {number}")
    builders.publish()
    counter.get("/reception/schedule/")
    with django_assert_num_queries(11):  # session, user, clinic, the seven of the week, hit visits
        counter.get("/reception/schedule/")


def test_many_hit_visits_cost_no_query_each(counter, anna, of, thursday, django_assert_num_queries):
    for slot in thursday[:6]:
        hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
        commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
    with clock.moved_to(NOW + timedelta(seconds=1)):
        apply(counter, f"{of}/days/", OFF)
        counter.get("/reception/schedule/visits/")
        with django_assert_num_queries(7):  # session, user, clinic, visits, the trail, nearest times
            counter.get("/reception/schedule/visits/")
