"""Visits arranged by phone and noted by the client: the pages, and what a note is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import NotedVisitIsOverError
from doctorlike.appointments.models import Appointment, NotedVisit
from doctorlike.audit import queries as trail
from doctorlike.clinics.commands import index_clinics
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from tests.appointments import builders
from tests.appointments.builders import NOW, TODAY

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 3, 27)
WORDS = "К хирургу, взять снимок"


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


def text(answer) -> str:
    return answer.content.decode()


def note(anna, clinic, **changed):
    told = {"on": FRIDAY, "at_local": time(10, 40), "words": WORDS} | changed
    return commands.note_visit(
        policy_id=anna.policy_id, clinic_id=clinic.pk, **told, by=anna.actor, at=changed.get("at", NOW)
    )


def test_a_note_stands_among_what_is_to_come_by_the_clinics_clock(browser, clinic):
    answer = browser.post(
        f"/cabinet/visits/noted/new/{clinic.pk}/", {"on": "27.03.2026", "at_local": "10.40", "words": WORDS}
    )
    row = NotedVisit.objects.get()
    assert answer.url == f"/cabinet/visits/noted/{row.pk}/"
    assert row.starts_at == datetime(2026, 3, 27, 6, 40, tzinfo=UTC)  # 10:40 in Samara
    for page in ("/cabinet/visits/", "/cabinet/"):
        shown = text(browser.get(page))
        assert "К хирургу, взять снимок, 10:40\u00a0(МСК+1)" in shown
        assert "По телефону" in shown


def test_it_keeps_no_slot_and_promises_the_clinic_nothing(anna, clinic, thursday):
    note(anna, clinic, on=thursday[0].visit_on, at_local=time(8))
    assert queries.slot(thursday[0].pk, NOW).free
    assert not Appointment.objects.exists()


def test_words_lie_encrypted_and_the_trail_holds_none(anna, clinic):
    noted_id = note(anna, clinic)
    [(stored,)] = NotedVisit.objects.extra(select={"raw": "words"}).values_list("raw")
    assert WORDS.encode() not in bytes(stored)
    [deed] = [one for one in trail.history(subject_type="policy", subject_id=anna.policy_id) if "note" in one.action]
    assert deed.action == "visit.noted"
    assert deed.details == {"noted": str(noted_id)}


def test_whether_the_policy_covers_that_day_is_told_with_every_reason(browser, anna, clinic):
    noted_id = note(anna, clinic)
    page = text(browser.get(f"/cabinet/visits/noted/{noted_id}/"))
    assert "В этот день полис действует в этой клинике" in page
    RegionSelection.objects.all().delete()
    page = text(browser.get(f"/cabinet/visits/noted/{noted_id}/"))
    assert "В этот день полис такой визит не покроет" in page
    assert "Этот регион ещё не выбран." in page
    assert "Выберите регион: он откроется на следующий день." in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"on": "24.03.2026", "at_local": "10:00"}, "Это время уже прошло"),
        ({"on": "25.03.2026", "at_local": "10:00"}, "Это время уже прошло"),
        ({"on": "27.03.2027", "at_local": "10:00"}, "До этого дня больше года"),
        ({"on": "27.03.2026", "at_local": "25:00"}, "Такого времени нет"),
        ({"on": "31.02.2026", "at_local": "10:00"}, "Такой даты нет"),
        ({"on": "27.03.2026", "at_local": ""}, "Введите время"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_the_rest_is_kept(browser, clinic, typed, told):
    answer = browser.post(f"/cabinet/visits/noted/new/{clinic.pk}/", {**typed, "words": WORDS})
    assert answer.status_code == 422
    assert told in text(answer)
    assert WORDS in text(answer)
    assert not NotedVisit.objects.exists()


@pytest.mark.parametrize("typed", ["9", "09", "9:00", "09.00", "0900", "9 00"])
def test_a_time_is_understood_as_people_type_it(browser, clinic, typed):
    browser.post(f"/cabinet/visits/noted/new/{clinic.pk}/", {"on": "27.03.2026", "at_local": typed})
    assert NotedVisit.objects.get().starts_at == datetime(2026, 3, 27, 5, tzinfo=UTC)


def test_noted_twice_it_is_one(anna, clinic):
    first = note(anna, clinic)
    assert note(anna, clinic, words="К хирургу") == first
    assert queries.noted_visits_of([anna.policy_id])[0].words == "К хирургу"


def test_it_is_changed_until_it_begins(browser, anna, clinic):
    noted_id = note(anna, clinic)
    browser.post(f"/cabinet/visits/noted/{noted_id}/change/", {"on": "28.03.2026", "at_local": "9:00", "words": ""})
    row = NotedVisit.objects.get()
    assert (row.starts_at, row.words, row.changes) == (datetime(2026, 3, 28, 5, tzinfo=UTC), None, 1)
    with clock.moved_to(row.starts_at):
        page = f"/cabinet/visits/noted/{noted_id}/"
        assert browser.get(f"{page}change/").url == page
        with pytest.raises(NotedVisitIsOverError):
            commands.change_noted_visit(
                noted_id=noted_id, on=date(2026, 3, 30), at_local=time(9), words="", by=anna.actor, at=row.starts_at
            )


def test_removed_it_is_gone_with_its_words(browser, anna, clinic):
    noted_id = note(anna, clinic)
    assert "Убрать отметку?" in text(browser.get(f"/cabinet/visits/noted/{noted_id}/remove/"))
    browser.post(f"/cabinet/visits/noted/{noted_id}/remove/")
    browser.post(f"/cabinet/visits/noted/{noted_id}/remove/")
    row = NotedVisit.objects.get()
    assert (row.words, row.changes, row.removed_at is not None) == (None, 1, True)
    assert "хирургу" not in text(browser.get("/cabinet/visits/"))


def test_past_ones_go_down_to_what_was(browser, anna, clinic):
    note(anna, clinic)
    with clock.moved_to(NOW + timedelta(days=3)):
        page = text(browser.get("/cabinet/visits/"))
    assert page.index("Прошедшие и отменённые") < page.index("К хирургу")


def test_the_file_for_a_calendar_holds_time_and_place_and_no_word(browser, anna, clinic):
    noted_id = note(anna, clinic)
    answer = browser.get(f"/cabinet/visits/noted/{noted_id}/visit.ics")
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"noted-{noted_id}", 0, "CONFIRMED")
    assert event["DTSTART"].dt == datetime(2026, 3, 27, 6, 40, tzinfo=UTC)
    assert event["LOCATION"] == "ул. Ленина, 14"
    assert "хирург" not in answer.content.decode()
    assert "Ленина»" not in answer.content.decode()


def test_anothers_note_does_not_exist(browser, boris, clinic):
    theirs = commands.note_visit(
        policy_id=boris.policy_id, clinic_id=clinic.pk, on=FRIDAY, at_local=time(9), words="", by=boris.actor, at=NOW
    )
    for page in ("", "change/", "remove/", "visit.ics"):
        assert browser.get(f"/cabinet/visits/noted/{theirs}/{page}").status_code == 404


def test_an_unknown_clinic_is_not_found(anna):
    with pytest.raises(NotFoundError):
        commands.note_visit(
            policy_id=anna.policy_id,
            clinic_id=anna.policy_id,
            on=FRIDAY,
            at_local=time(9),
            words="",
            by=anna.actor,
            at=NOW,
        )


def test_the_way_to_it_stands_beside_every_phone_of_a_clinic(browser, clinic, therapist):
    clinic.online_booking = False
    clinic.save()
    way = f'href="/cabinet/visits/noted/new/{clinic.pk}/"'
    for page in (f"/cabinet/clinics/{clinic.pk}/", f"/cabinet/visits/book/{clinic.pk}/"):
        shown = text(browser.get(page))
        assert "tel:+78460000000" in shown
        assert way in shown
        assert "ui/js/called.js" in shown
        assert f"/cabinet/call/?clinic={clinic.pk}" in shown


def test_from_the_list_the_clinic_is_chosen_first(browser, anna, clinic):
    assert 'href="/cabinet/visits/noted/new/"' in text(browser.get("/cabinet/visits/"))
    other = builders.clinic("Клиника на Мира")
    index_clinics([other.pk], on=TODAY)
    page = "/cabinet/visits/noted/new/"
    assert "Клиника на Мира" not in text(browser.get(page))
    found = text(browser.post(page, {"q": "клиника на мира"}))
    assert "Клиника на Мира" in found
    note(anna, clinic)
    assert "Клиника на Ленина" in text(browser.get(page))
