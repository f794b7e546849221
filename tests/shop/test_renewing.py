"""The next year: offered once and in time, its price explained, one tap into a filled order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policies_commands
from doctorlike.policies import queries as policies
from doctorlike.policies.models import Policy, RenewalOffer
from doctorlike.products.demo import demo_terms
from doctorlike.products.errors import AgeNotSoldError
from doctorlike.shop import commands, queries
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Choice, premium_for
from doctorlike.shop.rules.renewals import price_change, renewal_start
from tests.policies import builders as cast
from tests.shop.builders import ANNA, BY, CHOICE, MITYA, paying_order, settle

pytestmark = pytest.mark.django_db

ENDS_ON = date(2027, 3, 10)
OFFERED_AT = datetime(2027, 2, 8, 9, tzinfo=UTC)  # thirty days before the end
TODAY = date(2027, 2, 8)


@pytest.fixture
def anna() -> User:
    return cast.account(cast.ANNA, email=cast.ANNA.email)


@pytest.fixture
def family() -> list[UUID]:
    """Anna's and Mitya's policies of one order, until 10 March 2027."""
    order_id = paying_order(others=(MITYA,))
    settle(order_id)
    return [one.id for one in policies.policies_of_order(order_id)]


def letters() -> int:
    return Message.objects.filter(topic="renewal").count()


def test_a_family_is_written_to_once_thirty_days_ahead(family: list[UUID]) -> None:
    assert commands.offer_renewals(by=BY, at=OFFERED_AT - timedelta(days=1)) == 0
    assert commands.offer_renewals(by=BY, at=OFFERED_AT) == 1
    assert commands.offer_renewals(by=BY, at=OFFERED_AT) == 0
    assert commands.offer_renewals(by=BY, at=OFFERED_AT + timedelta(days=3)) == 0
    letter = Message.objects.get(topic="renewal")
    assert letter.to == cast.ANNA.email
    for policy_id in family:
        assert policies.policy(policy_id).number in letter.text
    assert "9 марта 2027" in letter.text.replace("\u00a0", " ")


def test_what_was_ended_is_not_offered(family: list[UUID]) -> None:
    Policy.objects.update(cancelled_on=date(2026, 9, 1))
    assert commands.offer_renewals(by=BY, at=OFFERED_AT) == 0


def test_what_is_renewed_already_is_not_offered(family: list[UUID]) -> None:
    for row in Policy.objects.all():
        policies_commands.issue_policy(
            version_id=row.version_id,
            policyholder_id=row.policyholder_id,
            insured_id=row.insured_id,
            programme=row.programme,
            scope=row.scope,
            copay_percent=row.copay_percent,
            starts_on=ENDS_ON,
            premium=row.premium,
            contact_phone=row.contact_phone,
            contact_email=row.contact_email,
            order_id=None,
            by=BY,
            at=OFFERED_AT,
        )
    assert commands.offer_renewals(by=BY, at=OFFERED_AT) == 0
    assert queries.renewal_of(policies.policy(family[0]), on=TODAY) is None


def test_one_of_the_family_who_is_renewed_is_left_out_of_the_offer(family: list[UUID]) -> None:
    childs = Policy.objects.select_related("insured").get(insured__given_name="Дмитрий")
    Policy.objects.filter(pk=childs.pk).update(cancelled_on=date(2026, 9, 1))
    commands.offer_renewals(by=BY, at=OFFERED_AT)
    assert [str(one.policy_id) for one in RenewalOffer.objects.all()] == [
        str(one) for one in family if one != childs.pk
    ]


def test_the_page_is_open_from_thirty_days_ahead_until_the_last_day(family: list[UUID]) -> None:
    policy = policies.policy(family[0])
    opened = [on for on in days(date(2027, 2, 1), 50) if queries.renewal_of(policy, on=on) is not None]
    assert (opened[0], opened[-1]) == (TODAY, date(2027, 3, 9))


def days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=index) for index in range(count)]


def test_one_tap_opens_an_order_filled_from_the_contracts(family: list[UUID], anna: User) -> None:
    token = commands.start_renewal(user_id=anna.pk, policy_id=family[0], at=OFFERED_AT)
    order = queries.order_by_token(token)
    holder = order.draft.policyholder
    assert holder is not None
    assert (holder.person, holder.phone, holder.email, holder.is_insured) == (
        ANNA,
        cast.ANNA.phone,
        cast.ANNA.email,
        True,
    )
    assert order.draft.others == (MITYA,)
    assert (order.draft.starts_on, order.choice) == (ENDS_ON, CHOICE)


def test_a_second_tap_finds_the_first_ones_order_as_it_stands(family: list[UUID], anna: User) -> None:
    token = commands.start_renewal(user_id=anna.pk, policy_id=family[0], at=OFFERED_AT)
    order = queries.order_by_token(token)
    commands.remove_insured(order_id=order.id, index=0, by=BY, at=OFFERED_AT)
    assert commands.start_renewal(user_id=anna.pk, policy_id=family[1], at=OFFERED_AT) == token
    assert queries.order_by_token(token).draft.others == ()


def test_the_day_before_the_end_the_new_contract_still_follows_without_a_gap(family: list[UUID], anna: User) -> None:
    last_evening = datetime(2027, 3, 9, 20, 59, tzinfo=UTC)
    token = commands.start_renewal(user_id=anna.pk, policy_id=family[0], at=last_evening)
    assert queries.order_by_token(token).draft.starts_on == ENDS_ON
    with pytest.raises(NotFoundError):
        commands.start_renewal(user_id=anna.pk, policy_id=family[0], at=last_evening + timedelta(minutes=1))


def test_a_stranger_renews_nothing(family: list[UUID]) -> None:
    boris = cast.account(cast.BORIS)
    with pytest.raises(NotFoundError):
        commands.start_renewal(user_id=boris.pk, policy_id=family[0], at=OFFERED_AT)
    assert Order.objects.count() == 1


class TestPage:
    def test_the_new_price_is_explained_before_the_tap(self, family: list[UUID], anna: User) -> None:
        browser = Client()
        browser.force_login(anna)
        with standing_at(OFFERED_AT):
            page = browser.get(reverse("policy:renew", args=[family[0]])).content.decode().replace("\u00a0", " ")
            assert "10 марта 2027" in page
            assert "Франшизную программу нового полиса нужно подключить снова" in page
            assert "Продлить на следующий год можно" in browser.get(
                reverse("policy:show", args=[family[0]])
            ).content.decode().replace("\u00a0", " ")
            answer = browser.post(reverse("policy:renew", args=[family[0]]))
            assert answer.status_code == 302
            assert "Серова" in browser.get(answer["Location"]).content.decode()

    def test_too_early_there_is_no_such_page(self, family: list[UUID], anna: User) -> None:
        browser = Client()
        browser.force_login(anna)
        with standing_at(OFFERED_AT - timedelta(days=1)):
            assert browser.get(reverse("policy:renew", args=[family[0]])).status_code == 404
            assert browser.post(reverse("policy:renew", args=[family[0]])).status_code == 404


class standing_at:
    """Pages see that instant."""

    def __init__(self, at: datetime) -> None:
        self.moved = clock.moved_to(at)

    def __enter__(self) -> None:
        self.moved.__enter__()
        shift = clock.shift()
        clock.configure(insurer_zone=clock.insurer_zone(), read_shift=lambda: shift)

    def __exit__(self, *told: Any) -> None:
        from django.apps import apps

        self.moved.__exit__(*told)
        apps.get_app_config("config").ready()


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_write_one_letter(family: list[UUID]) -> None:
    start = Barrier(4)

    def offer() -> int:
        try:
            start.wait()
            return commands.offer_renewals(by=BY, at=OFFERED_AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: offer(), range(4)))
    assert sorted(told) == [0, 0, 0, 1]
    assert letters() == 1


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_open_one_order(family: list[UUID], anna: User) -> None:
    start = Barrier(4)

    def tap() -> str:
        try:
            start.wait()
            return commands.start_renewal(user_id=anna.pk, policy_id=family[0], at=OFFERED_AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        tokens = set(pool.map(lambda _: tap(), range(4)))
    assert len(tokens) == 1
    assert Order.objects.filter(state="draft").count() == 1


@pytest.mark.parametrize(
    ("ends_on", "first_on", "starts_on"),
    [
        (date(2027, 3, 10), date(2027, 2, 9), date(2027, 3, 10)),
        (date(2027, 3, 10), date(2027, 3, 10), date(2027, 3, 10)),
        (date(2027, 3, 10), date(2027, 3, 11), date(2027, 3, 11)),
    ],
)
def test_the_new_contract_starts_where_the_old_one_ends(ends_on: date, first_on: date, starts_on: date) -> None:
    assert renewal_start(ends_on=ends_on, first_on=first_on) == starts_on


TERMS = demo_terms()


@given(
    st.dates(date(1965, 1, 1), date(2020, 1, 1)),
    st.sampled_from(["female", "male"]),
    st.sampled_from([0, 30, 50]),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(1, 10**7).map(Money.of_kopecks),
    st.integers(80, 130),
)
def test_the_steps_of_the_explanation_add_up(
    born_on: date, sex: str, percent: int, old_count: int, new_count: int, paid: Money, dearer: int
) -> None:
    base = {
        scope: {code: price.share(dearer) for code, price in of_scope.items()}
        for scope, of_scope in TERMS.tariff.base.items()
    }
    told = {"choice": Choice("polyclinic", "regions", percent), "born_on": born_on, "sex": sex, "starts_on": ENDS_ON}
    new = replace(TERMS, tariff=replace(TERMS.tariff, base=base))
    price = price_change(paid=paid, old=TERMS, new=new, old_count=old_count, new_count=new_count, **told)
    assert price.before + price.by_age + price.by_group + price.by_tariff == price.after
    assert price.after == premium_for(new, insured_count=new_count, **told)
    if dearer == 100:
        assert not price.by_tariff
    if old_count == new_count:
        assert not price.by_group


def test_the_same_age_number_and_tariff_change_nothing() -> None:
    choice = Choice("polyclinic", "regions", 30)
    told = {"choice": choice, "born_on": date(1988, 5, 14), "sex": "female", "starts_on": ENDS_ON}
    price = price_change(
        paid=premium_for(TERMS, insured_count=2, **told), old=TERMS, new=TERMS, old_count=2, new_count=2, **told
    )
    assert price.same
    assert price.after == price.before


def test_an_age_that_is_not_sold_has_no_price() -> None:
    with pytest.raises(AgeNotSoldError):
        price_change(
            paid=Money.of("9500.00"),
            old=TERMS,
            new=replace(TERMS, age_to=30),
            choice=Choice("polyclinic", "regions", 30),
            born_on=date(1988, 5, 14),
            sex="female",
            starts_on=ENDS_ON,
            old_count=1,
            new_count=1,
        )
