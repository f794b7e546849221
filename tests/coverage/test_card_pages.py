"""The digital card in the account: on the page, on the device, and in the history of who checked it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client as Browser

from doctorlike.coverage import commands
from doctorlike.coverage.cards import qr, rules
from doctorlike.coverage.cards.rules import Shown
from doctorlike.coverage.models import DeviceCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from tests.appointments.builders import NOW
from tests.appointments.conftest import Client, _wednesday_morning, anna, boris, clinic
from tests.policies import builders as people

__all__ = ["_wednesday_morning", "anna", "boris", "clinic"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(anna: Client, on_site: Any, client: Browser) -> Browser:
    """Anna's browser, signed in as through the door."""
    on_site("portal")
    client.force_login(anna.user)
    UserSession.objects.create(user=anna.user, session_key=client.session.session_key or "", ip="127.0.0.1")
    return client


def page_of(phone: Browser, anna: Client) -> str:
    return phone.get(f"/cabinet/card/{anna.policy_id}/").content.decode().replace("\u00a0", " ")


def test_the_page_has_the_facts_and_the_code_of_this_moment_without_scripts(phone: Browser, anna: Client) -> None:
    page = page_of(phone, anna)
    card = DeviceCard.objects.get()
    figures = "".join(re.findall(r"data-code>(\d{4}) (\d{4})<", page)[0])
    now = clock.real_now()
    step = timedelta(seconds=rules.STEP_SECONDS)
    assert figures in {rules.code_at(bytes.fromhex(card.secret), at) for at in (now, now - step)}
    assert qr.picture_address(card.number + figures) in page
    for words in ("Доктор Лайк", "Серова Анна", "ONDL-30", "30 %", "Действует", "8 800 333-0-888", "СОГАЗ"):
        assert words in page
    assert card.secret not in page
    assert "Показать новый код" in page


def test_the_first_page_leads_to_the_card(phone: Browser, anna: Client) -> None:
    assert f"/cabinet/card/{anna.policy_id}/" in phone.get("/cabinet/").content.decode()


def test_a_device_keeps_the_cards_of_all_whom_the_account_shows(phone: Browser, anna: Client) -> None:
    childs = people.policy(people.MITYA, people.ANNA)
    commands.open_cards(user_id=anna.user.pk, sign_in_id=-1, by=anna.actor, at=NOW)
    told = phone.post("/cabinet/card/keep/")
    assert told["Cache-Control"].startswith("max-age=0")
    kept = told.json()
    assert [one["face"]["person"] for one in kept["cards"]] == ["Я", "Дмитрий"]
    assert {one["id"] for one in kept["cards"]} == {str(anna.policy_id), str(childs)}
    assert (kept["stepSeconds"], kept["digits"]) == (300, 8)
    assert len({one["secret"] for one in kept["cards"]}) == 2


def test_anothers_card_is_not_found(phone: Browser, boris: Client) -> None:
    assert phone.get(f"/cabinet/card/{boris.policy_id}/").status_code == 404


def test_a_policy_that_is_over_shows_no_code(phone: Browser, anna: Client) -> None:
    with clock.moved_to(NOW.replace(year=2028)):
        page = page_of(phone, anna)
        assert "Полис больше не действует" in page
        assert "data-code>" not in page or not re.search(r"data-code>\d", page)
        assert phone.post("/cabinet/card/keep/").json()["cards"] == []


def test_a_sign_in_ended_from_elsewhere_gets_no_code(phone: Browser, anna: Client) -> None:
    UserSession.objects.all().delete()
    assert "Кода пока нет" in page_of(phone, anna)
    assert not DeviceCard.objects.exists()


def test_signing_out_clears_what_the_browser_keeps(phone: Browser) -> None:
    assert "Clear-Site-Data" not in phone.get("/signout/").headers
    assert phone.post("/signout/")["Clear-Site-Data"] == '"storage"'


def test_what_a_device_keeps_for_all_is_nobodys_and_changes_with_what_it_is_made_of(
    phone: Browser, anna: Client
) -> None:
    shell = phone.get("/cabinet/card/offline/").content.decode()
    for words in ("Серова", "ONDL-", "csrfmiddlewaretoken"):
        assert words not in shell
    worker = phone.get("/cabinet/card/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker.content == Browser().get("/cabinet/card/worker.js").content, "one text for everybody"
    dark = Browser()
    dark.cookies["theme"] = "dark"
    assert dark.get("/cabinet/card/worker.js").content != worker.content
    manifest = phone.get("/cabinet/card/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == ("/cabinet/card/", "standalone")


def test_the_client_sees_which_clinic_checked_the_card(phone: Browser, anna: Client, clinic: Any) -> None:
    kept = phone.post("/cabinet/card/keep/").json()["cards"][0]
    now = clock.real_now()
    shown = Shown(kept["cardNumber"], rules.code_at(bytes.fromhex(kept["secret"]), now))
    for _ in range(2):
        told: dict[str, Any] = {"clinic_id": clinic.pk, "shown": shown, "policy_number": ""}
        commands.check_card(**told, by=Actor.system("registrar"), at=NOW, real_at=now)
    page = phone.get("/cabinet/data/readings/").content.decode()
    for words in ("Проверили полис по карте", "Показали код карты, его не приняли", clinic.name):
        assert words in page
