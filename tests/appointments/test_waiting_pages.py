"""The waiting list as Anna sees it at the portal."""

from __future__ import annotations

import re
from datetime import time, timedelta
from uuid import UUID

import pytest
from django.test import Client as Browser

from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment, WaitingEntry, WaitingOffer
from doctorlike.copay.models import EnrolmentSpan
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit import clock
from tests.appointments import builders, waiting_room
from tests.appointments.builders import BY, NOW
from tests.appointments.waiting_room import for_doctor, join

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def busy(clinic):
    """Sees two people on Thursday the 26th; both times are booked."""
    return builders.doctor(clinic, "Юдин Роман Ильич", hours=(time(8), time(9)), weekdays=[3])


@pytest.fixture
def visits(busy, boris) -> list[UUID]:
    builders.publish()
    return waiting_room.book_out(builders.slots(busy), boris.policy_id)


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


def text(answer) -> str:
    return answer.content.decode()


def form(**changes) -> dict:
    return {"from_on": "25.03.2026", "last_on": "31.03.2026", "from_local": "", "until_local": "", **changes}


def join_page(clinic, doctor=None) -> str:
    return f"/cabinet/visits/waiting/join/{clinic.pk}/therapist/" + (f"?doctor={doctor.pk}" if doctor else "")


def offered(visits, anna, busy) -> WaitingOffer:
    join(anna.policy_id, for_doctor(busy))
    commands.cancel_appointment(appointment_id=visits[0], by=BY, at=NOW)
    return WaitingOffer.objects.get()


def test_where_all_is_booked_one_can_wait(browser, clinic, busy, visits):
    page = text(browser.get(f"/cabinet/visits/book/{clinic.pk}/therapist/"))
    link = re.search(r'href="(/cabinet/visits/waiting/join/[^"]+)"', page)[1]
    shown = text(browser.get(link))
    assert "Встать в очередь" in shown
    assert "Юдин Роман Ильич" in shown
    answer = browser.post(link, form(where=str(busy.pk)), follow=True)
    assert "Вы в очереди" in text(answer)
    assert "перед вами никого" in text(answer)
    listed = text(browser.get("/cabinet/visits/"))
    assert "вы первые" in listed
    entry = WaitingEntry.objects.get()
    browser.post(f"/cabinet/visits/waiting/{entry.pk}/leave/")
    assert WaitingEntry.objects.get().state == "left"
    assert "вы первые" not in text(browser.get("/cabinet/visits/"))


def test_a_place_behind_others_is_told(browser, anna, busy, visits):
    for policy_id in waiting_room.crowd(2):
        join(policy_id, for_doctor(busy))
    join(anna.policy_id, for_doctor(busy), minutes=1)
    assert "место 3" in text(browser.get("/cabinet/visits/"))


def test_weekdays_and_hours_are_kept(browser, clinic, busy, visits):
    page = join_page(clinic, busy)
    browser.post(page, form(where="region", weekdays=["3", "4"], from_local="08:00", until_local="12:00"))
    entry = WaitingEntry.objects.get()
    assert (entry.weekdays, entry.from_local, entry.until_local) == ([3, 4], time(8), time(12))
    assert (entry.region_id, entry.clinic_id, entry.doctor_id) == ("RU-SAM", None, None)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"last_on": "24.03.2026"}, "Последний день раньше первого"),
        ({"from_on": "01.03.2026"}, "Этот день уже прошёл"),
        ({"last_on": "01.09.2026"}, "не больше 90 дней"),
        ({"from_local": "12:00", "until_local": "09:00"}, "Это не позже начала"),
        ({"from_on": "нет"}, "Такой даты нет"),
        ({"where": "nobody"}, "Выберите корректный вариант"),
    ],
)
def test_wrong_answers_are_told_and_kept(browser, clinic, busy, visits, changes, told):
    answer = browser.post(join_page(clinic, busy), form(**{"where": str(busy.pk), **changes}))
    assert answer.status_code == 422
    assert told in text(answer)
    assert not WaitingEntry.objects.exists()


def test_where_a_time_is_free_it_is_shown_instead(browser, clinic, busy):
    builders.publish()
    page = text(browser.post(join_page(clinic, busy), form(where=str(busy.pk))))
    assert "Ждать не нужно" in page
    first = re.search(r'<button class="slot" name="slot" value="([0-9a-f-]+)"', page)[1]
    assert browser.post("/cabinet/visits/hold/", {"slot": first}).url.startswith("/cabinet/visits/hold/")


def test_waiting_twice_leads_to_the_place_there_is(browser, anna, clinic, busy, visits):
    entry = join(anna.policy_id, for_doctor(busy))
    answer = browser.post(join_page(clinic, busy), form(where=str(busy.pk)))
    assert answer.url == f"/cabinet/visits/waiting/{entry.pk}/"


def test_why_the_policy_would_not_cover_is_told_with_what_helps(browser, anna, clinic, busy, visits):
    EnrolmentSpan.objects.update(ends_at=NOW - timedelta(days=3))
    RegionSelection.objects.all().delete()
    page = text(browser.post(join_page(clinic, busy), form(where=str(busy.pk))))
    assert "Франшизная программа приостановлена" in page
    assert f'href="/cabinet/policies/{anna.policy_id}/activate/"' in page
    assert f'href="/cabinet/policies/{anna.policy_id}/regions/"' in page


def test_an_offer_stands_first_at_home_and_is_taken(browser, anna, busy, visits):
    offer = offered(visits, anna, busy)
    for page in ("/cabinet/", "/cabinet/visits/"):
        shown = text(browser.get(page))
        assert f"/cabinet/visits/waiting/offer/{offer.pk}/" in shown
        assert "ваше до 10:15" in shown
    page = f"/cabinet/visits/waiting/offer/{offer.pk}/"
    shown = text(browser.get(page))
    assert "держим до 10:15" in shown
    assert 'data-seconds-left="' in shown
    assert "360,00" in shown  # 30 % of 1 200,00
    taken = browser.post(page)
    visit = Appointment.objects.get(policy=anna.policy_id)
    assert taken.url == f"/cabinet/visits/{visit.pk}/booked/"
    # Another device, and a second tap.
    assert browser.get(page).url == browser.post(page).url == taken.url
    assert str(offer.pk) not in text(browser.get("/cabinet/"))


def test_an_offer_is_refused(browser, anna, busy, visits):
    offer = offered(visits, anna, busy)
    page = f"/cabinet/visits/waiting/offer/{offer.pk}/"
    answer = browser.post(f"{page}refuse/", follow=True)
    assert "Ваше место в очереди осталось" in text(answer)
    assert browser.get(page).url == f"/cabinet/visits/waiting/{offer.entry_id}/"
    assert browser.post(page).url == f"/cabinet/visits/waiting/{offer.entry_id}/"
    assert not Appointment.objects.filter(policy=anna.policy_id).exists()


def test_an_offer_that_is_over_is_told(browser, anna, busy, visits):
    offer = offered(visits, anna, busy)
    page = f"/cabinet/visits/waiting/offer/{offer.pk}/"
    with clock.moved_to(NOW + 16 * MINUTE):
        assert "уже закончилось" in text(browser.get(page, follow=True))
        assert "уже закончилось" in text(browser.post(page, follow=True))
        assert str(offer.pk) not in text(browser.get("/cabinet/"))


def test_a_strangers_place_and_offer_are_not_found(anna, boris, busy, visits, on_site):
    offer = offered(visits, anna, busy)
    on_site("portal")
    stranger = Browser()
    stranger.force_login(boris.user)
    for page in (f"offer/{offer.pk}/", f"{offer.entry_id}/"):
        assert stranger.get(f"/cabinet/visits/waiting/{page}").status_code == 404
    for deed in (f"offer/{offer.pk}/", f"offer/{offer.pk}/refuse/", f"{offer.entry_id}/leave/"):
        assert stranger.post(f"/cabinet/visits/waiting/{deed}").status_code == 404
    assert WaitingOffer.objects.get().state == "open"


@pytest.mark.parametrize("path", ["join/nonsense/", "join/0198c1f2-6f0e-7d53-9a54-3f1d7c2be601/therapist/"])
def test_there_is_nothing_to_wait_for_where_there_is_nobody(browser, clinic, busy, visits, path):
    assert browser.get(f"/cabinet/visits/waiting/{path}").status_code == 404
