"""An account's visits by a secret address: what a calendar gets, and what it never does."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment, CalendarAddress, NotedVisit
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies.models import PolicyLink
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 3, 27)
DAY = timedelta(days=1)


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


@pytest.fixture
def phone(on_site):
    """A calendar program: it has no session."""
    on_site("portal")
    return Browser()


@pytest.fixture
def address(anna):
    secret = commands.make_calendar_address(user_id=anna.user.pk, by=anna.actor, at=NOW - DAY)
    return f"/calendar/{secret}.ics"


def booked(who, slot):
    hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=who.policy_id, by=who.actor, at=NOW)
    return commands.confirm_booking(hold_id=hold_id, by=who.actor, at=NOW)


def noted(who, clinic, words="К хирургу"):
    return commands.note_visit(
        policy_id=who.policy_id, clinic_id=clinic.pk, on=FRIDAY, at_local=time(9), words=words, by=who.actor, at=NOW
    )


def events(answer) -> list:
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_gets_visits_and_notes_without_a_medical_word(anna, clinic, thursday, phone, address):
    visit_id, noted_id = booked(anna, thursday[0]), noted(anna, clinic)
    answer = phone.get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    first, second = events(answer)
    assert (first["UID"], second["UID"]) == (f"visit-{visit_id}", f"noted-{noted_id}")
    assert first["DTSTART"].dt == thursday[0].starts_at
    assert first["DTSTART"].to_ical().endswith(b"Z")
    assert (first["SEQUENCE"], first["STATUS"], first["LOCATION"]) == (0, "CONFIRMED", "ул. Ленина, 14")
    assert first["SUMMARY"] == "Визит в клинику"
    told = answer.content.decode()
    for word in ("хирург", "Терапевт", "Старшова", "Клиника на Ленина", "Серова", "VALARM"):
        assert word not in told


def test_it_asks_to_be_read_again_and_to_be_kept_by_nobody(phone, address):
    answer = phone.get(address)
    calendar = Calendar.from_ical(answer.content)
    assert calendar["REFRESH-INTERVAL"].dt == timedelta(hours=1)
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert calendar["METHOD"] == "PUBLISH"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_moves_and_cancellations_raise_the_sequence_of_the_same_entry(anna, clinic, thursday, phone, address):
    visit_id, noted_id = booked(anna, thursday[0]), noted(anna, clinic)
    Appointment.objects.filter(pk=visit_id).update(moves=2)
    commands.change_noted_visit(
        noted_id=noted_id, on=FRIDAY, at_local=time(11), words="", by=anna.actor, at=NOW + timedelta(minutes=1)
    )
    first, second = events(phone.get(address))
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (2, 1)
    commands.cancel_appointment(appointment_id=visit_id, by=anna.actor, at=NOW)
    commands.remove_noted_visit(noted_id=noted_id, by=anna.actor, at=NOW)
    first, second = events(phone.get(address))
    assert (first["SEQUENCE"], first["STATUS"]) == (3, "CANCELLED")
    assert (second["SEQUENCE"], second["STATUS"]) == (2, "CANCELLED")


def test_nothing_new_costs_no_body(anna, clinic, thursday, phone, address):
    booked(anna, thursday[0])
    first = phone.get(address)
    same = phone.get(address, headers={"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same["Cache-Control"] == "private, no-store"
    assert phone.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    with clock.moved_to(NOW + timedelta(minutes=1)):
        commands.note_visit(
            policy_id=anna.policy_id,
            clinic_id=clinic.pk,
            on=FRIDAY,
            at_local=time(9),
            words="",
            by=anna.actor,
            at=NOW + timedelta(minutes=1),
        )
        for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
            assert len(events(phone.get(address, headers=headers))) == 2


def test_the_queries_stay_the_same_for_any_number_of_visits(
    anna, clinic, thursday, phone, address, django_assert_num_queries
):
    for slot in thursday[:3]:
        booked(anna, slot)
    noted(anna, clinic)
    # Whose calendar; policies, visits, noted ones.
    with django_assert_num_queries(4):
        phone.get(address)


def test_a_childs_visits_are_in_it_until_the_fifteenth_birthday(anna, clinic, thursday, phone, address):
    mitya = builders.cover(people.policy(people.MITYA, people.ANNA), anna.user)
    PolicyLink.objects.get_or_create(
        policy_id=mitya, user=anna.user, defaults={"role": "guardian", "linked_at": NOW, "linked_by": str(BY)}
    )
    booked(anna, thursday[0])
    hold_id = commands.hold_slot(slot_id=thursday[1].pk, policy_id=mitya, by=anna.actor, at=NOW)
    commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
    told = [str(one["SUMMARY"]) for one in events(phone.get(address))]
    assert told == ["Визит в клинику: Анна", "Визит в клинику: Дмитрий"]
    fifteen = people.MITYA.born_on.replace(year=people.MITYA.born_on.year + 15)
    eve = datetime(fifteen.year, fifteen.month, fifteen.day, 9, tzinfo=UTC) - DAY
    for number, visit in enumerate(Appointment.objects.order_by("starts_at")):
        starts_at = eve + timedelta(hours=number)
        Appointment.objects.filter(pk=visit.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30))
    midnight = datetime(fifteen.year, fifteen.month, fifteen.day, tzinfo=clock.insurer_zone())
    with clock.moved_to(midnight - timedelta(minutes=1)):
        before = phone.get(address)
        assert len(events(before)) == 2
    with clock.moved_to(midnight):
        after = phone.get(address, headers={"If-Modified-Since": before["Last-Modified"]})
        assert [str(one["SUMMARY"]) for one in events(after)] == ["Визит в клинику"]


def test_visits_of_more_than_a_year_ago_are_gone(anna, thursday, phone, address):
    booked(anna, thursday[0])
    Appointment.objects.update(starts_at=NOW - timedelta(days=367), ends_at=NOW - timedelta(days=366))
    assert events(phone.get(address)) == []


def test_only_the_digest_is_kept_and_the_address_is_shown_once(browser, anna):
    page = browser.post("/cabinet/visits/calendar/new/").content.decode()
    secret = page.split("/calendar/")[1].split(".ics")[0]
    assert len(secret) >= 43  # 256 bits
    [row] = CalendarAddress.objects.all()
    assert row.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert f'href="webcal://localhost:8000/calendar/{secret}.ics"' in page
    shown = browser.get("/cabinet/visits/calendar/")
    assert secret not in shown.content.decode()
    assert "Адрес создан 25" in shown.content.decode()


def test_a_new_address_ends_the_one_before_and_it_is_switched_off(browser, phone, address):
    assert phone.get(address).status_code == 200
    page = browser.post("/cabinet/visits/calendar/new/").content.decode()
    second = f"/calendar/{page.split('/calendar/')[1].split('.ics')[0]}.ics"
    assert phone.get(address).status_code == 404
    assert phone.get(second).status_code == 200
    browser.post("/cabinet/visits/calendar/end/")
    assert phone.get(second).status_code == 404
    assert "Создать адрес" in browser.get("/cabinet/visits/calendar/").content.decode()


def test_a_wrong_address_costs_one_query_and_tells_nothing(phone, address, django_assert_num_queries):
    for wrong in ("/calendar/x.ics", "/calendar/" + "x" * 43 + ".ics"):
        with django_assert_num_queries(1):
            assert phone.get(wrong).status_code == 404
    assert phone.get("/calendar/" + "x" * 5000 + ".ics").status_code == 404
    assert phone.post(address).status_code == 405


def test_it_ends_with_the_account(anna, clinic, phone, address):
    noted(anna, clinic)
    commands.forget_client(user_id=anna.user.pk, by=Actor.user(anna.user.pk), at=NOW)
    assert phone.get(address).status_code == 404
    assert not CalendarAddress.objects.exists()
    assert NotedVisit.objects.get().words is None


def test_an_account_that_is_closed_has_no_calendar(anna, phone, address):
    type(anna.user).objects.filter(pk=anna.user.pk).update(is_active=False)
    assert phone.get(address).status_code == 404


def test_a_policy_that_is_not_linked_any_more_is_gone_from_it(anna, clinic, thursday, phone, address):
    booked(anna, thursday[0])
    PolicyLink.objects.all().delete()
    RegionSelection.objects.all().delete()
    assert events(phone.get(address)) == []
