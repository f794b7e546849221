"""From a specialty or a doctor to a time, over all clinics of the person's regions at once."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest

from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment
from doctorlike.clinics.rules import specialties_meant
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit import clock
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db

FIND = "/cabinet/visits/find/"


@pytest.fixture
def browser(anna, on_site, client):
    on_site("portal")
    client.force_login(anna.user)
    return client


@pytest.fixture
def across_town(clinic):
    """Another clinic of the region, free an hour earlier; and one where nobody is insured to go."""
    other = builders.clinic("Клиника на Садовой")
    builders.doctor(other, "Громов Павел Андреевич", hours=(time(7), time(8)))
    elsewhere = builders.clinic("Клиника в Перми", region="RU-PER", zone="Asia/Yekaterinburg")
    builders.doctor(elsewhere, "Далёкий Егор Ильич", hours=(time(0), time(23)))
    return other


def text(answer) -> str:
    return answer.content.decode()


def offered(page: str) -> list[str]:
    return re.findall(r'<button class="slot" name="slot" value="([0-9a-f-]+)"', page)


def clinics_in_order(page: str) -> list[str]:
    return re.findall(r"<h2 id=\"clinic-\d+\"><a [^>]*>([^<]+)</a>", page)


def test_three_taps_from_the_specialty_to_the_visit(browser, therapist):
    page = text(browser.get(FIND))
    tap = re.search(rf'href="({FIND}therapist/)"', page)[1]
    times = text(browser.get(tap))
    confirm = browser.post("/cabinet/visits/hold/", {"slot": offered(times)[0]}).url
    assert browser.post(confirm).url.endswith("/booked/")
    assert Appointment.objects.count() == 1


def test_several_clinics_stand_together_the_next_free_first(browser, clinic, therapist, across_town):
    builders.publish()
    with clock.moved_to(NOW + timedelta(hours=12)):
        page = text(browser.get(f"{FIND}therapist/"))
    assert clinics_in_order(page) == ["Клиника на Садовой", "Клиника на Ленина"]
    assert "Клиника в Перми" not in page
    assert "доля 360,00" in page


def test_a_day_and_a_part_of_it_can_be_asked_for(browser, therapist, across_town):
    builders.publish()
    asked = {"on": "27.03.2026", "part": "day", "near": "", "lat": "", "lon": "", "spot": ""}
    address = browser.post(f"{FIND}therapist/", asked).url
    assert "27.03" not in address
    page = text(browser.get(address))
    assert clinics_in_order(page) == ["Клиника на Ленина"]
    assert set(re.findall(r">(\d\d:\d\d)</button>", page)) == {"12:00", "12:30", "13:00", "13:30"}
    assert "27\u00a0марта" in page


def test_near_a_place_only_what_is_near_is_shown(browser, clinic, therapist, across_town):
    builders.publish()
    clinic.latitude, clinic.longitude = 53.2, 50.15
    clinic.save()
    across_town.latitude, across_town.longitude = 53.5, 49.4
    across_town.save()
    asked = {"on": "", "part": "", "near": "", "lat": "53.205", "lon": "50.15", "spot": ""}
    page = text(browser.get(browser.post(f"{FIND}therapist/", asked).url))
    assert clinics_in_order(page) == ["Клиника на Ленина"]
    assert "550\u00a0м" in page


def test_a_wrong_day_is_told(browser, therapist):
    answer = browser.post(f"{FIND}therapist/", {"on": "сегодня"})
    assert answer.status_code == 422
    assert "Такой даты нет" in text(answer)


def test_a_region_that_opens_later_is_told_and_shown_from_its_day(browser, therapist):
    RegionSelection.objects.update(serves_from_on=date(2026, 3, 28))
    page = text(browser.get(f"{FIND}therapist/"))
    assert "откроется 28\u00a0марта" in page
    assert "28\u00a0марта" in page.split("clinic-1", 1)[1]
    assert "27\u00a0марта" not in page.split("clinic-1", 1)[1]


def test_without_regions_the_page_leads_to_them(browser, anna, therapist):
    RegionSelection.objects.all().delete()
    for page in (FIND, f"{FIND}therapist/"):
        assert f'href="/cabinet/policies/{anna.policy_id}/regions/"' in text(browser.get(page))


def test_what_is_typed_leads_to_a_specialty_or_a_doctor(browser, clinic, therapist):
    builders.doctor(clinic, "Юдин Роман Ильич", specialty="cardiologist")
    builders.publish()

    def found(typed: str) -> str:
        address = browser.post(FIND, {"q": typed}).url
        assert typed not in address
        return text(browser.get(address))

    assert f'href="{FIND}cardiologist/"' in found("кардиолог")
    assert f'href="{FIND}therapist/"' not in found("кардиолог")
    assert "Юдин Роман Ильич" in found("юдин")
    assert "мы не узнали" in found("абвгд")
    live = browser.post(FIND, {"q": "кард"}, headers={"HX-Request": "true"})
    assert "<html" not in text(live)
    assert f'href="{FIND}cardiologist/"' in text(live)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("кардиолог", ["cardiologist"]),
        ("rfhlbjkju", ["cardiologist"]),
        ("глазной врач", ["ophthalmologist"]),
        ("карди", ["cardiologist"]),
        ("Серова", []),
        ("", []),
    ],
)
def test_which_doctors_a_text_means(typed, meant):
    assert specialties_meant(typed) == meant


def test_a_child_is_led_to_doctors_of_children(browser, anna, clinic, therapist):
    builders.doctor(clinic, "Седова Ольга Павловна", specialty="paediatrician")
    builders.publish()
    assert "Педиатр" not in text(browser.get(FIND))
    policy_id = people.policy(people.MITYA, people.ANNA)
    builders.cover(policy_id, anna.user)
    browser.get(f"/cabinet/person/{policy_id}/")
    page = text(browser.get(FIND))
    assert "Педиатр" in page
    assert "Терапевт" not in page


def test_all_booked_leads_to_the_waiting_list(browser, clinic, boris):
    doctor = builders.doctor(clinic, hours=(time(8), time(8, 30)), weekdays=[3])
    builders.publish()
    (slot,) = builders.slots(doctor)
    hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=boris.policy_id, by=BY, at=NOW)
    commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW)
    page = text(browser.get(f"{FIND}therapist/"))
    assert "Всё занято" in page
    link = re.search(r'href="(/cabinet/visits/waiting/join/therapist/)"', page)[1]
    assert "Встать в очередь" in text(browser.get(link))


def test_home_and_the_list_lead_here(browser, therapist):
    for page in ("/cabinet/", "/cabinet/visits/"):
        assert f'href="{FIND}"' in text(browser.get(page))


@pytest.mark.parametrize("many", [1, 12])
def test_more_clinics_cost_no_more_queries(browser, therapist, many, django_assert_max_num_queries):
    for number in range(many):
        other = builders.clinic(f"Клиника {number}")
        builders.doctor(other, f"Врач {number}")
    builders.publish()
    browser.get(FIND)  # the day's first page notes that the session is in use
    with django_assert_max_num_queries(12):
        browser.get(FIND)
    with django_assert_max_num_queries(12):
        browser.get(f"{FIND}therapist/")
