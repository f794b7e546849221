"""Booking as Anna sees it at the portal."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment, Hold
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit import clock
from tests.appointments import builders
from tests.appointments.builders import NOW, TODAY
from tests.policies import builders as people

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


@pytest.fixture
def client_of(on_site):
    def sign_in(user):
        on_site("portal")
        other = Browser()
        other.force_login(user)
        return other

    return sign_in


def text(answer) -> str:
    return answer.content.decode()


def times_page(clinic, on="2026-03-26", **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/cabinet/visits/book/{clinic.pk}/therapist/?on={on}" + (f"&{asked}" if asked else "")


def choose(browser, slot):
    return browser.post("/cabinet/visits/hold/", {"slot": slot.pk})


def book(browser, slot):
    confirm_page = choose(browser, slot).url
    return browser.post(confirm_page).url


def offered(page: str) -> list[str]:
    return re.findall(r'<button class="slot" name="slot" value="([0-9a-f-]+)"', page)


def test_three_taps_from_the_clinic_to_the_visit(browser, clinic, thursday):
    one_specialty = browser.get(f"/cabinet/visits/book/{clinic.pk}/")
    assert one_specialty.url == f"/cabinet/visits/book/{clinic.pk}/therapist/"
    page = text(browser.get(times_page(clinic)))
    assert offered(page) == [str(slot.pk) for slot in thursday]
    confirm_page = choose(browser, thursday[0]).url
    shown = text(browser.get(confirm_page))
    assert "360,00" in shown  # 30 % of 1 200,00
    assert "26\u00a0апреля\u00a02026" in shown  # charged a month after the visit
    booked = browser.post(confirm_page).url
    done = text(browser.get(booked))
    assert "Вы записаны" in done
    visit = Appointment.objects.get()
    assert booked == f"/cabinet/visits/{visit.pk}/booked/"


def test_the_next_free_day_comes_first_and_times_are_the_clinics(browser, clinic, therapist):
    page = text(browser.get(f"/cabinet/visits/book/{clinic.pk}/therapist/"))
    assert f'on={TODAY.isoformat()}" aria-current="date"' in page.replace("?", "")
    assert ">10:30</button>" in page
    assert "Сейчас там 10:00\u00a0(МСК+1)" in page
    with clock.moved_to(NOW + timedelta(hours=9)):  # the therapist has gone home
        page = text(browser.get(f"/cabinet/visits/book/{clinic.pk}/therapist/"))
    assert 'on=2026-03-26" aria-current="date"' in page


def test_several_specialties_are_listed_with_the_next_free_one_first(browser, clinic, therapist):
    builders.doctor(clinic, "Юдин Роман Ильич", specialty="cardiologist", weekdays=[4])
    builders.publish()
    page = text(browser.get(f"/cabinet/visits/book/{clinic.pk}/"))
    assert page.index("Терапевт") < page.index("Кардиолог")


def test_a_held_slot_is_kept_until_a_time_that_is_named(browser, thursday):
    shown = text(browser.get(choose(browser, thursday[0]).url))
    assert "держим до 10:05\u00a0(МСК+1)" in shown


def test_a_slot_taken_a_moment_ago_is_told_with_the_nearest_ones(browser, client_of, boris, clinic, thursday):
    book(client_of(boris.user), thursday[5])
    answer = choose(browser, thursday[5])
    assert answer.url == times_page(clinic, taken=thursday[5].pk)
    page = text(browser.get(answer.url))
    assert "Это время только что заняли" in page
    nearest = [str(thursday[index].pk) for index in (3, 4, 6, 7)]
    assert offered(page)[:4] == nearest


def test_a_hold_that_is_over_can_be_taken_again(browser, thursday):
    confirm_page = choose(browser, thursday[0]).url
    with clock.moved_to(NOW + 6 * MINUTE):
        answer = browser.post(confirm_page)
        assert "ended=" in answer.url
        page = text(browser.get(answer.url))
        assert "Мы больше не держим это время" in page
        assert offered(page)[0] == str(thursday[0].pk)
        assert browser.get(confirm_page).url == answer.url
        assert book(browser, thursday[0])


def test_time_that_has_passed_is_told(browser, clinic, thursday):
    with clock.moved_to(thursday[0].starts_at + MINUTE):
        page = text(browser.get(choose(browser, thursday[0]).url))
    assert "Это время уже прошло" in page


def test_a_double_click_is_one_hold_and_one_visit(browser, thursday):
    first, second = choose(browser, thursday[0]), choose(browser, thursday[0])
    assert first.url == second.url
    booked = browser.post(first.url), browser.post(second.url)
    assert booked[0].url == booked[1].url
    assert (Hold.objects.count(), Appointment.objects.count()) == (1, 1)
    assert browser.get(first.url).url == booked[0].url


def test_another_time_gives_the_first_back(browser, clinic, thursday):
    confirm_page = choose(browser, thursday[0]).url
    answer = browser.post(f"{confirm_page}release/")
    assert answer.url == times_page(clinic)
    assert str(thursday[0].pk) in offered(text(browser.get(answer.url)))


def test_an_overlapping_visit_is_refused_in_words(browser, clinic, thursday):
    book(browser, thursday[0])
    colleague = builders.doctor(clinic, "Громов Павел Андреевич", minutes=40)
    builders.publish()
    page = text(browser.get(choose(browser, builders.slots(colleague)[0]).url))
    assert "уже есть другая запись" in page


def test_what_is_not_covered_is_not_offered_and_every_reason_is_told(browser, clinic, thursday):
    RegionSelection.objects.all().delete()
    page = text(browser.get(times_page(clinic)))
    assert "Полис не покроет визит в этот день" in page
    assert "Этот регион ещё не выбран" in page
    assert offered(page) == []
    confirm_page = choose(browser, thursday[0]).url
    assert "Полис не покроет этот визит" in text(browser.get(confirm_page))
    assert browser.post(confirm_page).url == confirm_page
    assert not Appointment.objects.exists()


def test_a_clinic_without_online_booking_is_called(browser, clinic, therapist):
    clinic.online_booking = False
    clinic.save()
    page = text(browser.get(f"/cabinet/visits/book/{clinic.pk}/"))
    assert "tel:+78460000000" in page
    assert browser.get(times_page(clinic)).status_code == 404


def test_the_list_shows_what_is_to_come_and_what_was(browser, anna, thursday):
    book(browser, thursday[0])
    page = text(browser.get("/cabinet/visits/"))
    assert "Предстоят" in page
    assert "08:00\u00a0(МСК+1)" in page
    with clock.moved_to(NOW + timedelta(days=3)):
        page = text(browser.get("/cabinet/visits/"))
    assert "Предстоят" not in page
    assert "Прошедшие и отменённые" in page


def test_cancelling_asks_first_and_then_frees_the_time(browser, thursday, clinic):
    book(browser, thursday[0])
    visit = Appointment.objects.get()
    assert "Отменить запись?" in text(browser.get(f"/cabinet/visits/{visit.pk}/cancel/"))
    assert Appointment.objects.get().state == "booked"
    answer = browser.post(f"/cabinet/visits/{visit.pk}/cancel/", follow=True)
    assert "время снова свободно" in text(answer)
    assert str(thursday[0].pk) in offered(text(browser.get(times_page(clinic))))
    assert browser.get(f"/cabinet/visits/{visit.pk}/cancel/").url == f"/cabinet/visits/{visit.pk}/"


def test_the_calendar_file_holds_time_and_place_and_nothing_medical(browser, thursday):
    book(browser, thursday[0])
    visit = Appointment.objects.get()
    answer = browser.get(f"/cabinet/visits/{visit.pk}/visit.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (thursday[0].starts_at, thursday[0].ends_at)
    assert str(event["location"]) == "ул. Ленина, 14"
    for word in ("терапевт", "старшова", "клиника на ленина"):
        assert word not in text(answer).replace("\r\n ", "").lower()
    browser.post(f"/cabinet/visits/{visit.pk}/cancel/")
    again = text(browser.get(f"/cabinet/visits/{visit.pk}/visit.ics"))
    assert "STATUS:CANCELLED" in again
    assert "METHOD:CANCEL" in again


def test_a_strangers_hold_and_visit_are_not_found(browser, client_of, boris, thursday):
    confirm_page = choose(browser, thursday[0]).url
    stranger = client_of(boris.user)
    assert stranger.get(confirm_page).status_code == 404
    assert stranger.post(confirm_page).status_code == 404
    assert stranger.post(f"{confirm_page}release/").status_code == 404
    browser.post(confirm_page)
    visit = Appointment.objects.get()
    for page in ("", "booked/", "cancel/", "visit.ics"):
        assert stranger.get(f"/cabinet/visits/{visit.pk}/{page}").status_code == 404
    assert stranger.post(f"/cabinet/visits/{visit.pk}/cancel/").status_code == 404
    assert Appointment.objects.get().state == "booked"


@pytest.mark.parametrize("slot", ["", "nonsense", "0198c1f2-6f0e-7d53-9a54-3f1d7c2be601"])
def test_a_slot_that_there_is_none_of_is_not_found(browser, slot):
    assert browser.post("/cabinet/visits/hold/", {"slot": slot}).status_code == 404


def test_nobody_signed_in_is_asked_to_sign_in(on_site, client, clinic):
    on_site("portal")
    for address in ("/cabinet/visits/", f"/cabinet/visits/book/{clinic.pk}/"):
        assert client.get(address).url.startswith("/signin/")


def test_without_a_policy_the_list_leads_on(on_site, client):
    on_site("portal")
    client.force_login(people.account(people.BORIS))
    assert "Чтобы записаться, привяжите полис" in text(client.get("/cabinet/visits/"))


def test_mitya_is_booked_by_his_mother_until_he_is_fifteen(browser, anna, thursday, clinic):
    policy_id = people.policy(people.MITYA, people.ANNA)
    builders.cover(policy_id, anna.user)
    browser.get(f"/cabinet/person/{policy_id}/")
    book(browser, thursday[0])
    visit = Appointment.objects.get()
    assert str(visit.patient) == "Серов Дмитрий"
    assert browser.get(f"/cabinet/visits/{visit.pk}/").status_code == 200
    with clock.moved_to(NOW.replace(year=2030)):  # ten days after his 15th birthday
        assert browser.get(f"/cabinet/visits/{visit.pk}/").status_code == 404
        page = text(browser.get("/cabinet/visits/"))
        assert "видит только сам застрахованный" in page
        assert browser.get(f"/cabinet/visits/book/{clinic.pk}/").status_code == 404


@pytest.mark.parametrize(("doctors", "busy"), [(1, 1), (9, 10)])
def test_more_slots_and_visits_cost_no_more_queries(
    browser, anna, clinic, thursday, doctors, busy, django_assert_num_queries
):
    for number in range(1, doctors):
        builders.doctor(clinic, f"Врач {number}")
    builders.publish()
    for slot in thursday[:busy]:
        hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
        commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
    browser.get("/cabinet/visits/")  # the day's first page notes that the session is in use
    # Session, account, policies; visits, noted ones; places in waiting lists, what is offered to them.
    with django_assert_num_queries(7):
        browser.get("/cabinet/visits/")
    # Session, account, policies; clinic, doctors, free days, the day's slots; four of the decision; the price.
    with django_assert_num_queries(12):
        browser.get(times_page(clinic, date(2026, 3, 27).isoformat()))
