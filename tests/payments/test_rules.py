from datetime import UTC, datetime, timedelta

import pytest

from doctorlike.payments.gateways.yookassa.reading import UnreadableError, decline_of, method_told, payment_told
from doctorlike.payments.rules import (
    ATTEMPT_AFTER,
    LIVE,
    PAYMENT_TABLE,
    Decline,
    News,
    PaymentState,
    may_repeat,
    reason_words,
)

S, N = PaymentState, News
AT = datetime(2026, 4, 24, tzinfo=UTC)


def test_every_state_has_an_answer_to_every_news():
    assert set(PAYMENT_TABLE) == {(state, news) for state in S for news in N}
    assert set(ATTEMPT_AFTER) == set(N)


@pytest.mark.parametrize("open_state", [S.OPEN, S.UNKNOWN])
@pytest.mark.parametrize(
    ("news", "after"),
    [
        (N.NO_ANSWER, S.UNKNOWN),
        (N.PENDING, S.OPEN),
        (N.SUCCEEDED, S.SUCCEEDED),
        (N.DECLINED, S.DECLINED),
        (N.DIFFERS, S.MISMATCH),
    ],
)
def test_an_open_payment_follows_what_the_acquirer_tells(open_state, news, after):
    assert PAYMENT_TABLE[open_state, news] == after


@pytest.mark.parametrize("settled", [S.SUCCEEDED, S.MISMATCH, S.LATE])
@pytest.mark.parametrize("news", list(N))
def test_a_settled_payment_stays_as_it_is(settled, news):
    assert PAYMENT_TABLE[settled, news] == settled


@pytest.mark.parametrize(
    ("news", "after"),
    [
        (N.NO_ANSWER, S.DECLINED),
        (N.PENDING, S.DECLINED),
        (N.DECLINED, S.DECLINED),
        (N.SUCCEEDED, S.LATE),
        (N.DIFFERS, S.LATE),
    ],
)
def test_a_debit_after_a_decline_goes_to_a_person(news, after):
    assert PAYMENT_TABLE[S.DECLINED, news] == after


def test_only_a_declined_or_late_payment_makes_room_for_another():
    assert set(S) - set(LIVE) == {S.DECLINED, S.LATE}


@pytest.mark.parametrize(
    ("hours", "bound", "may"), [(0, True, True), (22.9, True, True), (23, True, False), (0, False, False)]
)
def test_a_request_is_repeated_only_while_its_key_and_card_live(hours, bound, may):
    assert may_repeat(first_sent_at=AT, card_bound=bound, at=AT + timedelta(hours=hours)) is may


@pytest.mark.parametrize(
    ("reason", "decline"),
    [
        ("insufficient_funds", Decline.SOFT),
        ("issuer_unavailable", Decline.SOFT),
        ("general_decline", Decline.SOFT),
        ("a_word_of_next_year", Decline.SOFT),
        ("card_expired", Decline.HARD),
        ("payment_method_restricted", Decline.HARD),
        ("fraud_suspected", Decline.HARD),
        ("permission_revoked", Decline.HARD),
    ],
)
def test_a_decline_is_soft_unless_the_card_is_of_no_more_use(reason, decline):
    assert decline_of(reason) == decline
    assert reason_words(reason)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"id": "1", "status": "paid", "amount": {"value": "1.00", "currency": "RUB"}},
        {"id": "1", "status": "succeeded", "amount": {"value": "1.001", "currency": "RUB"}},
        {"id": "1", "status": "succeeded", "amount": {"value": "NaN", "currency": "RUB"}},
        {"id": "1", "status": "succeeded", "amount": "1.00"},
        {"id": "1", "status": "succeeded", "amount": {"value": "1.00", "currency": "RUB"}, "confirmation": "url"},
    ],
)
def test_an_answer_of_another_shape_is_not_read(told):
    with pytest.raises(UnreadableError):
        payment_told(told)


@pytest.mark.parametrize("metadata", [None, {}, [], {"attempt_id": 7}, {"attempt_id": "order 5"}])
def test_a_payment_without_our_mark_is_nobodys_attempt(metadata):
    amount = {"value": "1.00", "currency": "RUB"}
    assert payment_told({"id": "1", "status": "pending", "amount": amount, "metadata": metadata}).attempt_id is None


def test_a_foreign_currency_is_never_our_amount():
    told = payment_told({"id": "1", "status": "succeeded", "amount": {"value": "1.00", "currency": "USD"}})
    assert told.amount is None


def test_a_method_in_an_unknown_state_is_not_read():
    with pytest.raises(UnreadableError):
        method_told({"id": "1", "status": "odd"})
