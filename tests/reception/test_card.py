"""A digital card at the counter: what the registrar sees with a good code, and is told to do with another."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client as Browser

from doctorlike.audit.models import Entry
from doctorlike.clinics.models import ServicePrice
from doctorlike.coverage import commands
from doctorlike.coverage.cards import rules
from doctorlike.coverage.commands import OpenCard
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from tests.appointments.builders import NOW
from tests.policies import builders as people

pytestmark = pytest.mark.django_db
# Session, user, clinic; the check with its locks, limits and trail; the policy; what it covers here; today's visits.
QUERIES = 22
STEP = timedelta(seconds=rules.STEP_SECONDS)


def card_of(user: Any, actor: Any) -> OpenCard:
    browser = Browser()
    browser.force_login(user)
    device = UserSession.objects.create(user=user, session_key=browser.session.session_key or "", ip="127.0.0.1")
    return commands.open_cards(user_id=user.pk, sign_in_id=device.pk, by=actor, at=NOW)[0]


@pytest.fixture
def card(anna: Any) -> OpenCard:
    return card_of(anna.user, anna.actor)


def code(card: OpenCard, *, steps_ago: int = 0) -> str:
    return rules.code_at(card.secret, clock.real_now() - steps_ago * STEP)


def shows(counter: Browser, shown: str, number: str = "") -> str:
    page = counter.post("/reception/card/", {"code": shown, "number": number}).content.decode()
    return html.unescape(page).replace("\u00a0", " ")


def test_a_scanned_card_shows_the_patient_and_what_is_covered_today(counter: Browser, card: OpenCard) -> None:
    page = shows(counter, card.number + code(card))
    for words in ("Серова Анна", "14 мая 1988", card.policy.number, "Код верный", "Покрыта 1 услуга", "терапевта"):
        assert words in page
    assert 'value="' + card.number not in page, "the field is ready for the next patient"


def test_typed_figures_need_the_policys_number_of_which_figures_are_enough(counter: Browser, card: OpenCard) -> None:
    typed = f"{code(card)[:4]} {code(card)[4:]}"
    assert "Введите номер полиса: он написан на карте" in shows(counter, typed)
    assert "Код верный" in shows(counter, typed, card.policy.number.partition("-")[2])


def test_what_stands_against_every_service_is_told_with_all_reasons(counter: Browser) -> None:
    user = people.account(people.BORIS)
    people.policy(people.BORIS)
    page = shows(counter, (card := card_of(user, people.BY)).number + code(card))
    for words in ("Код верный", "Сегодня здесь не покрыто", "ещё не подключена", "ещё не выбран"):
        assert words in page


@pytest.mark.parametrize(
    ("steps_ago", "title", "advice"),
    [
        (3, "Этот код уже сменился", "показать новый код"),
        (-3, "Часы на телефоне пациента спешат", "точное время из сети"),
        (60, "Такого кода нет", "Сверьте цифры"),
    ],
)
def test_a_code_of_another_time_is_refused_in_words(
    counter: Browser, card: OpenCard, steps_ago: int, title: str, advice: str
) -> None:
    page = shows(counter, card.number + code(card, steps_ago=steps_ago))
    for words in (title, advice, "проверить по номеру и дате рождения"):
        assert words in page
    assert "Серова" not in page


def test_a_code_shown_twice_is_refused_with_when_the_next_one_comes(counter: Browser, card: OpenCard) -> None:
    shows(counter, card.number + code(card))
    page = shows(counter, card.number + code(card))
    assert "Этот код уже показывали" in page
    assert "Серова" not in page


def test_a_card_of_a_device_that_is_signed_out_is_refused(counter: Browser, card: OpenCard) -> None:
    UserSession.objects.all().delete()
    assert "Карта на этом телефоне больше не действует" in shows(counter, card.number + code(card))


def test_what_is_no_code_is_asked_for_again_and_noted_nowhere(counter: Browser, card: OpenCard) -> None:
    page = shows(counter, "12345", card.policy.number)
    assert "Это не код карты" in page
    assert 'value="12345"' in page
    assert not Entry.objects.filter(action__startswith="card.c").exists()


def test_after_five_made_up_codes_the_check_closes_for_a_while(counter: Browser, card: OpenCard) -> None:
    for guess in range(rules.WRONG_BY_ONE):
        shows(counter, f"{card.number}0000000{guess}")
    page = shows(counter, card.number + code(card))
    assert "Слишком много неверных кодов подряд" in page
    assert "по номеру и дате рождения" in page


@pytest.mark.parametrize("services", [1, 12])
def test_a_bigger_price_list_costs_no_more_queries(
    counter: Browser, card: OpenCard, clinic: Any, services: int, django_assert_num_queries: Any
) -> None:
    for serial in range(1, services):
        ServicePrice.objects.create(
            clinic=clinic, service_code=f"B01.0{serial:02d}.001", service_name=f"Приём {serial}",
            price=Money.of("900.00"), valid_from_on=NOW.date(),
        )  # fmt: skip
    counter.get("/reception/card/")  # the day's first page notes that the session is in use
    with django_assert_num_queries(QUERIES):
        counter.post("/reception/card/", {"code": card.number + code(card), "number": ""})
