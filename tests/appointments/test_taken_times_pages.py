"""What Anna sees when the clinic took the time of her visit away: other times, each a tap away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from doctorlike.appointments import commands, queries
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.appointments.rules import OtherDays
from tests.appointments import builders
from tests.appointments.builders import BY, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


@pytest.fixture
def hit(anna, clinic, therapist, thursday):
    """Her visit of Thursday, 08:00, on a day that was called off; the clinic wants to be told three days before."""
    commands.set_booking_terms(
        clinic_id=clinic.pk, horizon_days=30, free_until_hours=72, late_words="Позвоните нам.", by=BY, at=NOW
    )
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
    visit_id = commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
    day = thursday[0].visit_on
    off = OtherDays(therapist.pk, day, day + timedelta(days=1), ())
    seen = queries.preview(clinic_id=clinic.pk, change=off, at=NOW).seen
    commands.apply_change(clinic_id=clinic.pk, change=off, seen=seen, by=BY, at=NOW)
    return visit_id


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize("address", ["/cabinet/", "/cabinet/visits/{visit}/"])
def test_home_and_the_visits_page_offer_times_to_tap(browser, hit, address):
    page = text(browser.get(address.format(visit=hit)))
    assert "Нужно другое время" in page
    assert "Отменить бесплатно" in page
    assert f'action="/cabinet/visits/{hit}/take/"' in page
    slot_id = re.search(r'name="slot" value="([0-9a-f-]{36})"', page)[1]
    answer = browser.post(f"/cabinet/visits/{hit}/take/", {"slot": slot_id})
    assert answer.url == f"/cabinet/visits/{hit}/booked/"
    assert str(Appointment.objects.get().slot_id) == slot_id
    assert "Нужно другое время" not in text(browser.get(address.format(visit=hit)))


def test_it_is_cancelled_freely_whatever_the_limit(browser, hit):
    assert "Позвоните нам" not in text(browser.get(f"/cabinet/visits/{hit}/cancel/"))
    browser.post(f"/cabinet/visits/{hit}/cancel/")
    visit = Appointment.objects.get()
    assert (visit.state, visit.cancelled_late) == ("cancelled", False)


def test_a_time_taken_meanwhile_is_said_with_the_nearest(browser, hit, boris, therapist):
    wanted = builders.slots(therapist, NOW.date() + timedelta(days=2))[0]
    commands.hold_slot(slot_id=wanted.pk, policy_id=boris.policy_id, by=boris.actor, at=NOW)
    page = text(browser.post(f"/cabinet/visits/{hit}/take/", {"slot": wanted.pk}, follow=True))
    assert "только что заняли" in page
    assert str(wanted.pk) not in page
    assert Appointment.objects.get().slot.withdrawn_at is not None


def test_a_visit_that_stands_is_not_moved_by_a_tap(browser, anna, thursday):
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
    visit_id = commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
    browser.post(f"/cabinet/visits/{visit_id}/take/", {"slot": thursday[1].pk})
    assert Appointment.objects.get().slot_id == thursday[0].pk


def test_anothers_visit_is_not_found(hit, boris, on_site, client, thursday):
    on_site("portal")
    client.force_login(boris.user)
    assert client.post(f"/cabinet/visits/{hit}/take/", {"slot": thursday[1].pk}).status_code == 404


def test_places_of_one_time_are_one_button_and_another_service_stands_apart(browser, clinic, therapist, thursday):
    twin = {"doctor": therapist, "clinic": clinic, "visit_on": thursday[0].visit_on, "zone": "Europe/Samara"}
    Slot.objects.create(**twin, starts_at=thursday[0].starts_at, ends_at=thursday[0].ends_at, place=2)
    Slot.objects.filter(pk=thursday[1].pk).update(service_code="A05.10.006")
    page = text(browser.get(f"/cabinet/visits/book/{clinic.pk}/therapist/?on=2026-03-26"))
    assert page.count(">08:00</button>") == 1
    assert "Старшова Ирина Павловна<span" in page
    assert "A05.10.006" in page
