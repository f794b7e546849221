"""Two tabs, a double click, the news and the page at the same moment: one order, one payment, one policy each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from doctorlike.accounts.errors import CodeError
from doctorlike.accounts.models import Consent
from doctorlike.kit.errors import DomainError
from doctorlike.notifications.models import Message
from doctorlike.payments.models import Payment
from doctorlike.policies.queries import policies_of_order
from doctorlike.products import commands as products
from doctorlike.shop import commands, queries
from doctorlike.shop.models import Order
from doctorlike.shop.rules import OrderState
from tests.sandbox.running import Sandbox
from tests.shop.builders import (
    ANNA_BUYS_FOR_HERSELF,
    AT,
    BY,
    CHOICE,
    MITYA,
    REQUIRED,
    STARTS_ON,
    agreed_order,
    children,
    draft_order,
    new_token,
    paying_order,
    sent_code,
    settle,
    total_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6


def at_once(deed: Callable[[int], Any], times: int = CROWD) -> list[Any]:
    """What each returned or was refused with; all start together, each on a connection of its own."""
    start = Barrier(times)

    def run(place: int) -> Any:
        try:
            start.wait()
            return deed(place)
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_one_tap_sent_many_times_begins_one_order() -> None:
    products.seed_demo_product(by=BY, at=AT)
    token = new_token()
    begun = at_once(lambda _: commands.start_order(token=token, choice=CHOICE, at=AT))
    assert len(set(begun)) == 1
    assert Order.objects.count() == 1


def test_the_same_person_sent_many_times_is_added_once() -> None:
    order_id = draft_order()
    seen = queries.order(order_id).edition
    answers = at_once(
        lambda _: commands.save_insured(
            order_id=order_id, index=0, person=MITYA, is_new=True, seen_edition=seen, by=BY, at=AT
        )
    )
    assert answers == [None] * CROWD
    assert queries.order(order_id).draft.others == (MITYA,)


def test_different_people_sent_from_many_tabs_are_all_there() -> None:
    order_id = draft_order()
    family = children("АБВГДЕ")
    at_once(
        lambda place: commands.save_insured(
            order_id=order_id, index=0, person=family[place], is_new=True, seen_edition=2, by=BY, at=AT
        )
    )
    assert sorted(one.given_name for one in queries.order(order_id).draft.others) == list("АБВГДЕ")


def test_one_person_is_removed_by_many_clicks() -> None:
    order_id = draft_order(others=children("АБВ"))
    seen = queries.order(order_id).edition
    removed = at_once(lambda _: commands.remove_insured(order_id=order_id, index=0, seen_edition=seen, by=BY, at=AT))
    assert sum(removed) == 1
    assert [one.given_name for one in queries.order(order_id).draft.others] == ["Б", "В"]


def test_a_code_entered_in_many_tabs_confirms_once() -> None:
    order_id = draft_order()
    view, total = queries.order(order_id), total_of(order_id)
    commands.send_order_code(order_id=order_id, channel="phone", by=BY, at=AT, real_at=AT)
    code = sent_code()
    answers = at_once(
        lambda _: commands.confirm_order(
            order_id=order_id,
            code=code,
            consents=REQUIRED,
            seen_edition=view.edition,
            seen_total=total,
            ip_address=None,
            by=BY,
            at=AT,
            real_at=AT,
        )
    )
    assert Counter(type(answer) for answer in answers)[type(None)] == 1
    assert sum(isinstance(answer, CodeError) for answer in answers) == CROWD - 1
    assert queries.order(order_id).state is OrderState.CONFIRMED
    assert Consent.objects.filter(subject_id=str(order_id)).count() == len(REQUIRED)


def test_pay_tapped_in_many_tabs_opens_one_payment(outside: Sandbox) -> None:
    order_id = agreed_order()
    pages = at_once(lambda _: commands.pay_order(order_id=order_id, return_url="http://localhost/", by=BY, at=AT))
    assert Payment.objects.filter(purpose="order", subject_id=order_id).count() == 1
    assert len({page for page in pages if page}) == 1, pages


def test_a_change_and_a_payment_at_once_never_both_happen(outside: Sandbox) -> None:
    """Whoever comes first wins: the payment is open and the answers stand, or they changed and nothing is open."""
    order_id = agreed_order()

    def deed(place: int) -> Any:
        if place % 2:
            return commands.pay_order(order_id=order_id, return_url="http://localhost/", by=BY, at=AT)
        return commands.save_policyholder(
            order_id=order_id, policyholder=ANNA_BUYS_FOR_HERSELF, starts_on=STARTS_ON, by=BY, at=AT
        )

    at_once(deed)
    opened = Payment.objects.filter(purpose="order", subject_id=order_id).count()
    state = queries.order(order_id).state
    assert (opened, state) in ((1, OrderState.PAYING), (0, OrderState.DRAFT))


def test_the_fate_told_many_times_at_once_issues_each_policy_once() -> None:
    order_id = paying_order(others=(MITYA,))
    at_once(lambda _: settle(order_id))
    assert len(policies_of_order(order_id)) == 2
    assert queries.order(order_id).state is OrderState.ISSUED


def test_finish_later_tapped_many_times_sends_one_letter() -> None:
    order_id = draft_order()
    at_once(
        lambda _: commands.send_resume_link(
            order_id=order_id, email="anna@mail.example", link="http://shop.example/", by=BY, at=AT, real_at=AT
        )
    )
    assert Message.objects.filter(topic="draft").count() == 1
