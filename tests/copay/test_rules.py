"""The figures of docs/rules/copay.md and docs/rules/charge-day.md, and every pair of the transition tables."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.copay.rules import (
    CHARGE_TABLE,
    ENROLMENT_TABLE,
    PAYABLE,
    SWEPT,
    ChargeNews,
    ChargeState,
    EnrolmentNews,
    EnrolmentState,
    HoldEffect,
    HoldNews,
    HoldState,
    Standing,
    charge_after,
    charge_day,
    enrolment_after,
    hold_after,
    hold_begins,
    next_try_on,
    share,
)
from doctorlike.kit.money import Money

C, CN, E, EN = ChargeState, ChargeNews, EnrolmentState, EnrolmentNews
H, HN, HE = HoldState, HoldNews, HoldEffect


@dataclass(frozen=True)
class Terms:
    charge_delay_months: int = 1
    notice_days: int = 3
    retry_days: tuple[int, ...] = (1, 3, 7, 14)


TERMS = Terms()
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))


@pytest.mark.parametrize(
    ("price", "percent", "client", "insurer"),
    [
        ("1000.05", 30, "300.02", "700.03"),
        ("0.01", 50, "0.01", "0.00"),
        ("2345.67", 0, "0.00", "2345.67"),
        ("7000.00", 20, "1400.00", "5600.00"),
    ],
)
def test_the_share_is_rounded_half_up_and_the_insurer_pays_the_rest(price, percent, client, insurer):
    assert share(Money.of(price), percent) == (Money.of(client), Money.of(insurer))


@given(st.integers(0, 10_000_000), st.integers(0, 100))
def test_shares_add_up_and_are_off_by_half_a_kopeck_at_most(kopecks, percent):
    price = Money.of_kopecks(kopecks)
    client, insurer = share(price, percent)
    assert client + insurer == price
    assert Money.zero() <= client <= price
    assert abs(client.amount - price.amount * percent / 100) <= Decimal("0.005")


@pytest.mark.parametrize(("price", "percent"), [("1.00", -1), ("1.00", 101), ("-0.01", 30)])
def test_no_share_of_nonsense(price, percent):
    with pytest.raises(ValueError, match=r"percent|price"):
        share(Money.of(price), percent)


@pytest.mark.parametrize(
    ("visit", "told", "day"),
    [
        (date(2026, 1, 31), date(2026, 2, 10), date(2026, 2, 28)),
        (date(2026, 3, 15), date(2026, 3, 20), date(2026, 4, 15)),
        (date(2026, 3, 15), date(2026, 4, 14), date(2026, 4, 17)),
        (date(2026, 3, 15), date(2026, 4, 12), date(2026, 4, 15)),
        (date(2026, 3, 15), None, None),
    ],
)
def test_the_charge_day(visit, told, day):
    assert charge_day(visit, told, TERMS) == day


@given(days, days)
def test_nobody_is_charged_before_the_notice_has_run(visit, told):
    day = charge_day(visit, told, TERMS)
    assert day is not None
    assert day >= told + timedelta(days=3)
    assert day > visit


def test_the_ladder_of_retries_counts_from_the_first_try():
    first = date(2026, 4, 15)
    tried = first
    climbed = []
    while (step := next_try_on(first, tried, TERMS)) is not None:
        climbed.append(step)
        tried = step
    assert climbed == [date(2026, 4, 16), date(2026, 4, 18), date(2026, 4, 22), date(2026, 4, 29)]


def test_a_late_try_goes_on_with_the_next_step_to_come():
    assert next_try_on(date(2026, 4, 15), date(2026, 4, 20), TERMS) == date(2026, 4, 22)


@given(days, st.integers(0, 40))
def test_the_ladder_always_climbs_and_ends(first, late):
    tried = first + timedelta(days=late)
    step = next_try_on(first, tried, TERMS)
    assert (step is None) == (late >= 14)
    assert step is None or tried < step <= first + timedelta(days=14)


CHANGES = {
    (C.ANNOUNCED, CN.TOLD): C.SCHEDULED,
    (C.SCHEDULED, CN.TRIED): C.CHARGING,
    (C.SCHEDULED, CN.NO_CARD): C.AWAITING_CARD,
    (C.SCHEDULED, CN.LADDER_ENDED): C.OVERDUE,
    (C.CHARGING, CN.PAID): C.PAID,
    (C.CHARGING, CN.SOFT_DECLINE): C.RETRYING,
    (C.CHARGING, CN.HARD_DECLINE): C.AWAITING_CARD,
    (C.CHARGING, CN.LADDER_ENDED): C.OVERDUE,
    (C.RETRYING, CN.TRIED): C.CHARGING,
    (C.RETRYING, CN.NO_CARD): C.AWAITING_CARD,
    (C.RETRYING, CN.LADDER_ENDED): C.OVERDUE,
    (C.RETRYING, CN.NEW_CARD): C.RETRYING,
    (C.AWAITING_CARD, CN.TRIED): C.CHARGING,
    (C.AWAITING_CARD, CN.NO_CARD): C.AWAITING_CARD,
    (C.AWAITING_CARD, CN.LADDER_ENDED): C.OVERDUE,
    (C.AWAITING_CARD, CN.NEW_CARD): C.RETRYING,
    (C.OVERDUE, CN.TRIED): C.CHARGING,
    (C.OVERDUE, CN.NEW_CARD): C.RETRYING,
    (C.ANNOUNCED, CN.ALL_HELD): C.WITHDRAWN,
    (C.SCHEDULED, CN.ALL_HELD): C.WITHDRAWN,
    (C.CHARGING, CN.ALL_HELD): C.WITHDRAWN,
    (C.RETRYING, CN.ALL_HELD): C.WITHDRAWN,
    (C.AWAITING_CARD, CN.ALL_HELD): C.WITHDRAWN,
    (C.OVERDUE, CN.ALL_HELD): C.WITHDRAWN,
}


@pytest.mark.parametrize("state", list(C))
@pytest.mark.parametrize("news", list(CN))
def test_every_news_in_every_state_of_a_charge(state, news):
    assert charge_after(state, news) == CHANGES.get((state, news), state)


def test_the_table_of_charges_holds_nothing_else():
    assert dict(CHARGE_TABLE) == CHANGES


def test_an_untold_charge_is_neither_tried_nor_payable_and_a_paid_one_stays_paid():
    assert C.ANNOUNCED not in SWEPT and C.ANNOUNCED not in PAYABLE
    for ended in (C.PAID, C.WITHDRAWN):
        assert ended not in SWEPT and ended not in PAYABLE
        assert all(charge_after(ended, news) is ended for news in CN)


HOLD_CHANGES = {
    (H.ASKED, HN.TRY_DECLINED): (H.HELD, HE.LEAVES),
    (H.ASKED, HN.TRY_PAID): (H.CHARGED, HE.NOTHING),
    (H.ASKED, HN.REJECTED): (H.RELEASED, HE.NOTHING),
    (H.ASKED, HN.UPHELD): (H.WAIVING, HE.NOTHING),
    (H.HELD, HN.REJECTED): (H.RELEASED, HE.SUPPLEMENT),
    (H.HELD, HN.UPHELD): (H.WAIVED, HE.NOTHING),
    (H.CHARGED, HN.REJECTED): (H.RELEASED, HE.NOTHING),
    (H.CHARGED, HN.UPHELD): (H.WAIVED, HE.REFUND),
    (H.WAIVING, HN.TRY_DECLINED): (H.WAIVED, HE.LEAVES),
    (H.WAIVING, HN.TRY_PAID): (H.WAIVED, HE.REFUND),
}


@pytest.mark.parametrize("state", list(H))
@pytest.mark.parametrize("news", list(HN))
def test_every_news_in_every_state_of_a_hold(state, news):
    assert hold_after(state, news) == HOLD_CHANGES.get((state, news), (state, HE.NOTHING))


@pytest.mark.parametrize("state", list(C))
def test_how_a_hold_begins(state):
    waits = {C.CHARGING: H.ASKED, C.PAID: H.CHARGED}
    assert hold_begins(state) is waits.get(state, H.HELD)


@given(st.lists(st.sampled_from(list(HN)), max_size=6), st.sampled_from([H.ASKED, H.HELD, H.CHARGED]))
def test_in_any_order_of_news_a_line_is_borne_once(news, state):
    """Owed by the client or borne by the insurer, never both, and money goes back only for what was paid."""
    paid, effects = state is H.CHARGED, []
    for one in news:
        after, effect = hold_after(state, one)
        paid = paid or (after is not state and one is HN.TRY_PAID)
        effects += [] if effect is HE.NOTHING else [effect]
        state = after
    assert effects.count(HE.REFUND) + effects.count(HE.SUPPLEMENT) <= 1
    assert not (paid and HE.LEAVES in effects)
    assert paid or HE.REFUND not in effects


@pytest.mark.parametrize("news", list(EN))
@pytest.mark.parametrize("card_ready", [True, False])
@pytest.mark.parametrize("in_debt", [True, False])
def test_every_news_in_every_state_of_an_enrolment(news, card_ready, in_debt):
    standing = Standing(card_ready, in_debt)
    sound = card_ready and not in_debt
    assert enrolment_after(E.ENDED, news, standing) == E.ENDED
    if news is EN.POLICY_OVER:
        ended = {state: enrolment_after(state, news, standing) for state in E}
        assert ended == {state: E.NONE if state is E.NONE else E.ENDED for state in E}
        return
    for state in (E.ACTIVE, E.SUSPENDED):
        assert enrolment_after(state, news, standing) == (E.ACTIVE if sound else E.SUSPENDED)
    joins = {EN.CONSENTED: E.ACTIVE if sound else E.PENDING}
    assert enrolment_after(E.NONE, news, standing) == joins.get(news, E.NONE)
    joins[EN.CARD_BOUND] = E.ACTIVE if sound else E.SUSPENDED
    assert enrolment_after(E.PENDING, news, standing) == joins.get(news, E.PENDING)


def test_the_table_of_enrolments_has_every_pair():
    assert set(ENROLMENT_TABLE) == {(state, news) for state in E for news in EN}
