"""The search of the directory: posted, sealed into its address, and told in words what came of it."""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse
from lxml import html

from doctorlike.accounts.models import User
from doctorlike.appointments.models import Doctor, Slot
from doctorlike.clinics import commands as clinics
from doctorlike.clinics.models import Clinic
from doctorlike.coverage import commands as coverage
from doctorlike.kit import clock
from doctorlike.kit.ids import new_id
from doctorlike.policies import queries as policies
from doctorlike.sites.portal.clinics.sealed import opened, sealed
from setup.services import product
from tests.coverage.builders import AT, BY, activate, clinic_in, network, policy
from tests.coverage.test_pages_of_clinics import IN_APRIL, linked, price, words
from tests.policies.builders import ANNA, BORIS, account

pytestmark = pytest.mark.django_db
THERAPIST = "therapist"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["fragments"].clear()


@pytest.fixture
def anna() -> User:
    network()
    placed("RU-SAM", 53.20, 50.14)
    placed("RU-PER", 58.01, 56.25)
    return account(ANNA)


@pytest.fixture
def client(anna: User) -> Client:
    linked(anna, "RU-SAM", "RU-PER")
    browser = Client()
    browser.force_login(anna)
    return browser


def placed(region: str, latitude: float, longitude: float) -> None:
    rows = Clinic.objects.filter(region_id=region)
    rows.update(latitude=latitude, longitude=longitude)
    clinics.index_clinics(rows.values_list("pk", flat=True), on=AT.date())


def slot(region: str, starts_at: datetime, specialty: str = THERAPIST) -> None:
    clinic = Clinic.objects.get(region_id=region)
    doctor = Doctor.objects.create(
        clinic=clinic, full_name="Доктор", specialty_code=specialty, service_code="B01.047.001", room="1"
    )
    Slot.objects.create(
        doctor=doctor,
        clinic=clinic,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        visit_on=starts_at.date(),
        zone=clinic.zone,
    )


def a_town_of_clinics() -> None:
    """Enough of them around the one there is that nobody must look farther."""
    rows = "".join(f'"Самарская обл, г Самара, ул Садовая, д.{n}",Клиника {n},53.2,50.14\n' for n in range(2, 60))
    clinics.import_clinics(
        content=f"address,clinic,latitude,longitude\n{rows}".encode(), file_name="l.csv", by=BY, at=AT
    )


def search(client: Client, **asked: Any) -> str:
    """Posted as a browser without JavaScript does it; what stands at the address it leads to."""
    with clock.moved_to(IN_APRIL):
        answer = client.post(reverse("clinics:index"), asked)
        assert answer.status_code == 302, words(answer)
        return words(client.get(answer["Location"]))


def test_what_is_typed_finds_by_name_slip_and_layout(client: Client) -> None:
    for typed in ("самарская", "cfvfhcrfz", "самраская"):
        shown = search(client, q=typed)
        assert "Клиника Самарская" in shown
        assert "Клиника Пермская" not in shown


def test_neither_the_address_nor_a_log_tells_what_was_looked_for(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), clock.moved_to(IN_APRIL):
        answer = client.post(
            reverse("clinics:index"), {"q": "сыпь", "specialty": "dermatologist", "lat": "53.20", "lon": "50.14"}
        )
        client.get(answer["Location"])
        client.get(reverse("clinics:points") + "?" + urlsplit(answer["Location"]).query)
    for private in ("сыпь", "dermatologist", "53.2", "%D1%81"):
        assert private not in answer["Location"]
        assert private not in caplog.text


def test_no_site_is_started_with_a_log_of_addresses() -> None:
    from pathlib import Path

    assert not [one for one in product(Path("/"), {}, 24000) if "--access-log" in one.command]


def test_an_address_copied_to_somebody_else_tells_them_nothing(anna: User, client: Client) -> None:
    seal = parse_qs(urlsplit(client.post(reverse("clinics:index"), {"q": "пермская"})["Location"]).query)["for"][0]
    assert opened(seal, anna.pk) == {"q": "пермская"}
    assert opened(seal, new_id()) == {}
    assert opened(seal[:-5], anna.pk) == {}
    assert sealed({"q": "", "on": None, "open": False}, anna.pk) == ""


def test_where_the_device_is_is_known_to_some_hundred_metres_only(anna: User, client: Client) -> None:
    asked = {"lat": "53.2034567", "lon": "50.1456789"}
    seal = parse_qs(urlsplit(client.post(reverse("clinics:index"), asked)["Location"]).query)["for"][0]
    assert opened(seal, anna.pk) == {"lat": "53.203", "lon": "50.146"}


def test_the_nearest_stands_first_with_its_distance(client: Client) -> None:
    shown = search(client, lat="58.000", lon="56.250")
    assert shown.index("Клиника Пермская") < shown.index("Клиника Самарская")
    assert "1,1 км" in shown
    assert "ближайшие к вам, по прямой" in shown


def test_a_place_typed_by_hand_is_as_good_as_the_device(client: Client) -> None:
    shown = search(client, near="Пермь")
    assert "ближайшие к месту «Пермь», по прямой" in shown
    assert shown.index("Клиника Пермская") < shown.index("Клиника Самарская")


def test_an_unknown_place_is_owned_up_to(client: Client) -> None:
    shown = search(client, near="Урюпинск")
    assert "Этого места мы не знаем" in shown
    assert "Клиника Самарская" in shown


def test_only_clinics_with_free_time_that_day_are_shown_with_it(client: Client) -> None:
    slot("RU-PER", datetime(2026, 4, 3, 6, tzinfo=UTC))
    slot("RU-SAM", datetime(2026, 4, 2, 6, tzinfo=UTC))
    shown = search(client, on="03.04.2026")
    assert "Клиника Пермская" in shown
    assert "ближайшее время 3 апреля, 11:00" in shown
    assert "Клиника Самарская" not in shown
    assert "Клиника Пермская" not in search(client, on="03.04.2026", specialty="surgeon")


def test_a_service_narrows_to_clinics_whose_price_list_has_it(client: Client) -> None:
    price(clinic_in("RU-PER").id, "A05.23.009", "6400.00")
    shown = search(client, service="A05.23.009")
    assert "Клиника Пермская" in shown
    assert "Клиника Самарская" not in shown
    assert "Услуга A05.23.009" in shown


def test_a_time_before_the_region_opens_is_not_told(anna: User, client: Client) -> None:
    Clinic.objects.filter(region_id="RU-PER").update(region_id="RU-NVS", online_booking=True)
    [own] = policies.policies_of(anna.pk, on=IN_APRIL.date())
    coverage.select_regions(policy_id=own.id, region_codes=["RU-NVS"], by=BY, at=IN_APRIL)
    slot("RU-NVS", IN_APRIL + timedelta(hours=1))
    shown = search(client, q="пермская")
    assert "Откроется 2 апреля 2026" in shown
    assert "ближайшее время" not in shown


def test_who_sees_a_patient_sooner_may_stand_first(client: Client) -> None:
    slot("RU-SAM", datetime(2026, 4, 3, 6, tzinfo=UTC))
    slot("RU-PER", datetime(2026, 4, 2, 6, tzinfo=UTC))
    shown = search(client, sort="soonest")
    assert shown.index("Клиника Пермская") < shown.index("Клиника Самарская")


def test_a_day_that_is_none_is_told_at_its_field_and_the_rest_is_kept(client: Client) -> None:
    with clock.moved_to(IN_APRIL):
        answer = client.post(reverse("clinics:index"), {"q": "самарская", "on": "31.02.2026"})
    shown = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "Такой даты нет" in shown
    assert 'value="самарская"' in shown


def test_nothing_found_offers_each_condition_to_be_dropped(client: Client) -> None:
    slot("RU-SAM", datetime(2026, 4, 3, 6, tzinfo=UTC))
    with clock.moved_to(IN_APRIL):
        address = client.post(reverse("clinics:index"), {"region": "RU-PER", "on": "03.04.2026"})["Location"]
        page = client.get(address)
    shown = words(page)
    assert "Таких клиник не нашлось" in shown
    assert "tel:+78003330888" in shown
    ways = [part.split('"')[0] for part in page.content.decode().split('class="button quiet small" href="')[1:]]
    with clock.moved_to(IN_APRIL):
        found = [words(client.get(way.replace("&amp;", "&"))) for way in ways if "for=" in way]
    assert any("Клиника Самарская" in one for one in found)


def test_another_region_of_the_scope_is_a_step_away(client: Client) -> None:
    Clinic.objects.filter(region_id="RU-PER").update(region_id="RU-NVS")
    assert "Таких клиник не нашлось" in search(client, q="пермская", region="RU-SAM")
    shown = search(client, q="пермская", region="all")
    assert "Клиника Пермская" in shown
    assert "Регион не выбран" in shown


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "самраская клиника"},
        {"near": "Самара, Садовая 77", "specialty": ""},
        {"near": "Cfvfhf", "sort": "soonest"},
        {"sort": "soonest", "specialty": THERAPIST, "q": "клиника"},
    ],
)
def test_no_page_of_it_asks_the_database_too_much(client: Client, asked: dict[str, str]) -> None:
    slot("RU-SAM", datetime(2026, 4, 3, 6, tzinfo=UTC))
    a_town_of_clinics()
    price(Clinic.objects.filter(region_id="RU-PER").get().pk, "A05.23.009", "6400.00")
    with clock.moved_to(IN_APRIL):
        address = client.post(reverse("clinics:index"), asked)["Location"]
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
    assert len(captured) <= MOST_QUERIES, "\n".join(one["sql"][:120] for one in captured)


def found_part(page: str) -> str:
    """What stands under `#found`; seals are new at each look."""
    (part,) = html.fromstring(page).xpath("//*[@id='found']")
    return re.sub(r"for=[\w%-]+", "for=", html.tostring(part, encoding="unicode"))


@pytest.mark.parametrize("asked", [{"q": "клиника"}, {"q": "стоматолог"}, {"lat": "53.2", "lon": "50.1"}, {}])
def test_what_changes_while_one_types_is_what_its_address_shows(client: Client, asked: dict[str, str]) -> None:
    a_town_of_clinics()
    with clock.moved_to(IN_APRIL):
        live = client.post(reverse("clinics:index"), asked, headers={"HX-Request": "true"})
        whole = client.get(live["HX-Replace-Url"])
    assert live.status_code == 200
    assert live.content.decode().strip().startswith('<div class="stack" id="found"')
    assert found_part(live.content.decode()) == found_part(whole.content.decode())


def test_wrong_answers_while_one_types_are_told_as_ever(client: Client) -> None:
    with clock.moved_to(IN_APRIL):
        told = client.post(reverse("clinics:index"), {"on": "когда-нибудь"}, headers={"HX-Request": "true"})
    assert told.status_code == 422
    assert "id_on_error" in told.content.decode()


def test_the_map_is_drawn_of_what_the_list_found(client: Client) -> None:
    with clock.moved_to(IN_APRIL):
        address = client.post(reverse("clinics:index"), {"q": "пермская", "map": "1"})["Location"]
        page = client.get(address).content.decode()
        plain = client.get(reverse("clinics:index")).content.decode()
        told = client.get(reverse("clinics:points") + "?" + urlsplit(address).query).json()
    assert "leaflet.js" in page
    assert "leaflet" not in plain
    assert [(one["name"], one["at"]) for one in told["points"]] == [("Клиника Пермская", [58.01, 56.25])]
    assert told["all"] is True


def test_pictures_of_the_map_come_from_the_one_origin_that_is_named(client: Client) -> None:
    with clock.moved_to(IN_APRIL), override_settings(TILES_URL="https://tiles.example/a/{z}/{x}/{y}.png"):
        with_map = client.get(reverse("clinics:index") + "?map=1")
        without = client.get(reverse("clinics:index"))
    assert "img-src 'self' data: https://tiles.example" in with_map["Content-Security-Policy"]
    assert "tiles.example" not in without["Content-Security-Policy"]


def test_the_way_back_from_a_card_leads_to_the_same_search(client: Client) -> None:
    with clock.moved_to(IN_APRIL):
        address = client.post(reverse("clinics:index"), {"q": "пермская"})["Location"]
        card = reverse("clinics:card", args=[clinic_in("RU-PER").id])
        query = urlsplit(address).query
        assert f'href="{card}?{query}"' in client.get(address).content.decode()
        assert f'href="{address}"' in client.get(f"{card}?{query}").content.decode()


def test_the_list_of_the_policy_is_shown_and_fetched(client: Client) -> None:
    with clock.moved_to(IN_APRIL):
        page = words(client.get(reverse("clinics:list")))
        table = client.get(reverse("clinics:list_xlsx"))
        other = words(client.get(reverse("clinics:list") + "?region=RU-MOW"))
    assert "Клиника Самарская" in page
    assert "Клиника Московская" not in page + other
    assert table["Content-Type"].endswith("spreadsheetml.sheet")
    assert "2026-04-01.xlsx" in table["Content-Disposition"]


def test_a_mistake_is_reported_and_seen_again(client: Client) -> None:
    clinic_id = clinic_in("RU-SAM").id
    with clock.moved_to(IN_APRIL):
        refused = client.post(reverse("clinics:report", args=[clinic_id]), {"kind": "phone"})
        sent = client.post(reverse("clinics:report", args=[clinic_id]), {"kind": "phone", "text": "Другой номер"})
        shown = words(client.get(sent["Location"]))
        card = words(client.get(reverse("clinics:card", args=[clinic_id])))
    assert (refused.status_code, sent.status_code) == (422, 302)
    assert "Другой номер" in shown
    assert "Ваши сообщения об этой клинике" in card


def test_the_card_names_doctors_the_note_and_the_day_it_was_checked(client: Client) -> None:
    slot("RU-SAM", datetime(2026, 4, 3, 6, tzinfo=UTC))
    Clinic.objects.filter(region_id="RU-SAM").update(insurance_note="Возьмите паспорт", confirmed_on=date(2026, 3, 30))
    address = reverse("clinics:card", args=[clinic_in("RU-SAM").id])
    with clock.moved_to(IN_APRIL):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            shown = words(client.get(address))
    for told in ("Доктор", "Терапевт", "Возьмите паспорт", "30 марта 2026", "Здесь ошибка"):
        assert told in shown
    assert len(captured) <= MOST_QUERIES


def test_whoever_only_pays_gets_neither_points_nor_list() -> None:
    network()
    boris = account(BORIS)
    policy_id: UUID = policy("regions")
    activate(policy_id, boris)
    browser = Client()
    browser.force_login(boris)
    assert browser.get(reverse("clinics:points")).json()["points"] == []
    assert "Здесь будут клиники" in words(browser.get(reverse("clinics:list")))
    assert browser.get(reverse("clinics:list_xlsx")).status_code == 302
