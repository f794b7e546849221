"""A policy given to another adult: told on the order, handed on its day, and who sees what from then on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policy_commands
from doctorlike.policies import queries as policies
from doctorlike.policies.models import HandedOver, PolicyLink
from doctorlike.shop import commands, queries
from doctorlike.shop.errors import GiftDateError, GiftForChildError, GiftForYourselfError, OrderClosedError
from doctorlike.shop.models import Gift, Order
from tests.jobs import run_jobs
from tests.policies import builders as cast
from tests.shop.builders import (
    ANNA,
    ANNA_BUYS_FOR_OTHERS,
    AT,
    BY,
    MITYA,
    STARTS_ON,
    confirm,
    draft_order,
    new_token,
    settle,
)
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]

VERA = replace(
    ANNA,
    surname="Борисова",
    given_name="Вера",
    patronymic="",
    born_on=date(1975, 11, 2),
    series="3606",
    number="777777",
    issued_on=date(2020, 11, 20),
)
VERAS = ("+79270000088", "vera@mail.example")
DAY = date(2026, 3, 8)
ON_THE_DAY = datetime(2026, 3, 8, 6, tzinfo=UTC)


def gift(order_id: UUID, *, index: int = 0, on: date = DAY) -> None:
    commands.save_gift(order_id=order_id, index=index, phone=VERAS[0], email=VERAS[1], hand_over_on=on, by=BY, at=AT)


@pytest.fixture
def bought() -> UUID:
    """Anna bought Vera's policy as a gift for 8 March; it is issued, its documents are made. The policy."""
    order_id = draft_order(policyholder=ANNA_BUYS_FOR_OTHERS, others=(VERA,))
    gift(order_id)
    confirm(order_id)
    Order.objects.filter(pk=order_id).update(state="paying")
    settle(order_id)
    run_jobs()
    (policy,) = policies.policies_of_order(order_id)
    return policy.id


def veras_account() -> User:
    vera = replace(cast.BORIS, surname="Борисова", given_name="Вера", phone=VERAS[0], email=VERAS[1])
    return cast.account(vera, email=VERAS[1])


def letters(to: str) -> int:
    return Message.objects.filter(topic="gift", to=to).count()


def test_it_is_handed_on_its_day_and_not_before(bought: UUID) -> None:
    assert commands.hand_over_gifts(by=BY, at=datetime(2026, 3, 7, 20, 59, tzinfo=UTC)) == 0
    assert (letters(VERAS[1]), policies.policy(bought).contact_phone) == (0, cast.ANNA.phone)
    assert commands.hand_over_gifts(by=BY, at=ON_THE_DAY) == 1
    assert commands.hand_over_gifts(by=BY, at=ON_THE_DAY) == 0
    assert (letters(VERAS[1]), letters(cast.ANNA.email)) == (1, 1)
    letter = Message.objects.get(topic="gift", to=VERAS[1])
    assert [one["name"] for one in letter.attachments] == [f"Памятка к полису {policies.policy(bought).number}.pdf"]
    assert Gift.objects.get().recipient == {}


def test_it_links_itself_in_the_recipients_account(bought: UUID) -> None:
    vera = veras_account()
    assert not PolicyLink.objects.filter(user=vera).exists()
    commands.hand_over_gifts(by=BY, at=ON_THE_DAY)
    assert PolicyLink.objects.get(user=vera).policy_id == bought
    later = policies.policy_for(vera.pk, bought, on=DAY)
    assert (later.role, later.medical_open) == ("self", True)


def test_an_account_made_later_finds_it_too(bought: UUID) -> None:
    commands.hand_over_gifts(by=BY, at=ON_THE_DAY)
    assert PolicyLink.objects.get(user=veras_account()).policy_id == bought


def test_the_giver_sees_contract_and_payment_only(bought: UUID) -> None:
    commands.hand_over_gifts(by=BY, at=ON_THE_DAY)
    anna = Client()
    anna.force_login(cast.account(cast.ANNA, email=cast.ANNA.email))
    page = anna.get(reverse("policy:show", args=[bought])).content.decode()
    assert "Премия" in page
    assert reverse("policy:cancel", args=[bought]) in page
    for name in ("home:show", "activation:index", "regions:index"):
        assert anna.get(reverse(name, args=[bought])).status_code == 404


def test_the_recipient_sees_no_price_and_ends_nothing(bought: UUID) -> None:
    commands.hand_over_gifts(by=BY, at=ON_THE_DAY)
    vera = Client()
    vera.force_login(veras_account())
    assert "Премия" not in vera.get(reverse("policy:show", args=[bought])).content.decode()
    assert vera.get(reverse("policy:cancel", args=[bought])).status_code == 404


def test_ended_by_the_giver_the_recipient_is_told_without_the_sum(bought: UUID) -> None:
    commands.hand_over_gifts(by=BY, at=ON_THE_DAY)
    policy = policies.policy(bought)
    policy_commands.cancel_policy(
        policy_id=bought, insured_event=False, seen_refund=policy.premium, by=olga(), at=ON_THE_DAY
    )
    run_jobs()
    told = {one.to: one.text for one in Message.objects.filter(topic="cancellation")}
    assert set(told) == {cast.ANNA.email, VERAS[1]}
    assert "₽" in told[cast.ANNA.email]
    assert "₽" not in told[VERAS[1]]


def olga() -> Actor:
    return Actor.staff(User.objects.create_user(email="olga@example.org", roles=["operator"]).pk)


def test_what_was_ended_before_its_day_is_not_handed(bought: UUID) -> None:
    premium: Money = policies.policy(bought).premium
    policy_commands.cancel_policy(policy_id=bought, insured_event=False, seen_refund=premium, by=olga(), at=AT)
    assert commands.hand_over_gifts(by=BY, at=ON_THE_DAY) == 0
    assert letters(VERAS[1]) == 0
    assert Gift.objects.get().outcome == "gone"


@pytest.mark.parametrize(
    ("index", "on", "refusal"),
    [
        (0, date(2026, 3, 1), GiftDateError),
        (0, date(2026, 3, 11), GiftDateError),
        (1, DAY, GiftForChildError),
        (2, DAY, GiftForYourselfError),
        (-1, DAY, GiftForYourselfError),
    ],
)
def test_who_and_when_a_gift_cannot_be_for(index: int, on: date, refusal: type[Exception]) -> None:
    order_id = draft_order(others=(VERA, MITYA))
    with pytest.raises(refusal):
        gift(order_id, index=index, on=on)
    assert queries.gift_of(order_id) is None


@pytest.mark.parametrize("on", [date(2026, 3, 2), STARTS_ON])
def test_the_first_and_the_last_day_serve(on: date) -> None:
    order_id = draft_order(others=(VERA,))
    gift(order_id, on=on)
    chosen = queries.gift_of(order_id)
    assert chosen is not None
    assert chosen.hand_over_on == on


def test_an_order_that_is_paid_is_not_changed_into_a_gift(bought: UUID) -> None:
    with pytest.raises(OrderClosedError):
        gift(Order.objects.get().pk)
    with pytest.raises(OrderClosedError):
        commands.drop_gift(order_id=Order.objects.get().pk, by=BY, at=AT)


def test_the_page_tells_changes_and_takes_back() -> None:
    token = new_token()
    order_id = draft_order(token=token, others=(VERA, MITYA))
    browser = Client()
    address = reverse("gift:choose", args=[token])
    assert address in browser.get(reverse("shop:check", args=[token])).content.decode()
    page = browser.get(address).content.decode()
    assert "Борисова Вера" in page
    assert "Серов Дмитрий" not in page
    wrong = browser.post(address, {"index": "0", "phone": "12", "email": "", "hand_over_on": "01.01.2026"})
    assert wrong.status_code == 200
    assert "Ошибка" in wrong.content.decode()
    answers = {"index": "0", "phone": VERAS[0], "email": VERAS[1], "hand_over_on": "01.01.2026"}
    assert "с 02.03.2026 по 10.03.2026" in browser.post(address, answers).content.decode()
    assert browser.post(address, {**answers, "hand_over_on": "08.03.2026"}).status_code == 302
    chosen = queries.gift_of(order_id)
    assert chosen is not None
    assert (chosen.recipient.phone, chosen.recipient.email, chosen.hand_over_on) == (*VERAS, DAY)
    assert browser.get(reverse("gift:drop", args=[token])).status_code == 405
    browser.post(reverse("gift:drop", args=[token]))
    assert queries.gift_of(order_id) is None


def test_a_made_up_link_opens_nothing() -> None:
    assert Client().get(reverse("gift:choose", args=[new_token()])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_hand_it_once(bought: UUID) -> None:
    start = Barrier(4)

    def hand() -> int:
        try:
            start.wait()
            return commands.hand_over_gifts(by=BY, at=ON_THE_DAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: hand(), range(4)))
    assert sorted(told) == [0, 0, 0, 1]
    assert (letters(VERAS[1]), HandedOver.objects.count()) == (1, 1)
