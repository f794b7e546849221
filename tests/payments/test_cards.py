"""Binding a card on the acquirer's page and unbinding it."""

import pytest

from doctorlike.accounts.models import User
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.payments import commands, queries
from doctorlike.payments.facts import CardBindingFailed, CardBound, CardUnbound
from doctorlike.payments.models import CardBinding
from tests.payments.told import AT, BACK, BY, bound_card, listening

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    with listening() as heard:
        yield heard


def start(owner, subject_id, system="world"):
    return commands.start_card_binding(
        owner_id=owner.pk, subject_id=subject_id, payment_system=system, return_url=BACK, by=BY, at=AT
    )


def test_a_card_is_bound_without_a_debit_and_shown_by_its_last_digits(outside, anna, news):
    subject = new_id()
    card = bound_card(outside, anna, "2202000000000002", subject)
    assert news == [CardBound(card.pk, anna.pk, subject, AT)]
    assert queries.card(card.pk).title == "МИР ·· 0002"
    assert outside.web.get("/control/register.json").json()["payments"] == []


def test_a_repeated_start_goes_on_with_the_same_page(outside, anna, news):
    subject = new_id()
    assert start(anna, subject) == start(anna, subject)


def test_a_change_of_the_payment_system_starts_anew(outside, anna, news):
    subject = new_id()
    first, second = start(anna, subject, "world"), start(anna, subject, "mir")
    assert first.binding_id != second.binding_id
    assert queries.binding_for(subject).payment_system == "mir"


def test_a_refused_card_is_told_and_may_be_tried_again(outside, anna, news):
    subject = new_id()
    opened = start(anna, subject)
    outside.give_card(CardBinding.objects.get().method_id, "4111110000000021")
    commands.refresh_binding(binding_id=opened.binding_id, at=AT)
    assert [type(one) for one in news] == [CardBindingFailed]
    assert queries.cards_of(anna.pk) == []
    assert start(anna, subject).confirmation_url


@pytest.mark.parametrize("fault", ["timeout_before", "lost_reply", "error_after"])
def test_an_unanswered_start_is_gone_on_with(outside, anna, news, fault):
    subject = new_id()
    outside.fault(fault, "method")
    assert start(anna, subject).confirmation_url == ""
    assert start(anna, subject).confirmation_url.startswith(outside.url)
    assert CardBinding.objects.count() == 1


def test_a_page_left_open_for_an_hour_fails(outside, anna, news):
    opened = start(anna, new_id())
    outside.web.post("/control/clock", json={"advance_seconds": 3700})
    commands.refresh_binding(binding_id=opened.binding_id, at=AT)
    assert [type(one) for one in news] == [CardBindingFailed]


def test_unbinding_is_told_once(outside, anna, news):
    card = bound_card(outside, anna)
    news.clear()
    commands.unbind_card(card_id=card.pk, by=BY, at=AT)
    commands.unbind_card(card_id=card.pk, by=BY, at=AT)
    assert news == [CardUnbound(card.pk, AT)]
    assert queries.cards_of(anna.pk) == []


def test_anothers_card_does_not_exist(outside, anna, news):
    boris = User.objects.create_user(phone="+79270000099")
    card = bound_card(outside, anna)
    with pytest.raises(NotFoundError):
        queries.card_for(boris.pk, card.pk)
