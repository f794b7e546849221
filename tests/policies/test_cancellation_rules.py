"""What ending a contract gives back: the worked figures of docs/rules/cancellation.md, and what holds for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit import clock
from doctorlike.kit.dates import Period
from doctorlike.kit.money import Money
from doctorlike.policies.rules import CancellationOutcome, LateRefund, cancellation_outcome, may_end

ANNA_BORN, BORIS_BORN = date(1988, 5, 14), date(1975, 11, 2)


def ended(
    concluded_on: date,
    starts_on: date,
    asked_on: date,
    *,
    premium: str = "10000.00",
    insured_event: bool = False,
    late_refund: LateRefund = LateRefund.NONE,
    late_kept_percent: int = 0,
) -> CancellationOutcome:
    return cancellation_outcome(
        premium=Money.of(premium),
        period=Period.of_months(starts_on, 12),
        concluded_on=concluded_on,
        asked_on=asked_on,
        cooling_off_days=14,
        insured_event=insured_event,
        late_refund=late_refund,
        late_kept_percent=late_kept_percent,
    )


@pytest.mark.parametrize(
    ("concluded_on", "starts_on", "asked_on", "days", "refund"),
    [
        (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 10), (355, 365), "9726.03"),
        (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 14), (351, 365), "9616.44"),
        (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 15), (350, 365), "0.00"),
        (date(2026, 3, 1), date(2026, 3, 20), date(2026, 3, 12), (365, 365), "10000.00"),
        # The first day itself has been in force; the day before it has not.
        (date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 9), (365, 365), "10000.00"),
        (date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 10), (364, 365), "9972.60"),
        # A leap year has a day more.
        (date(2027, 8, 30), date(2027, 9, 1), date(2027, 9, 1), (365, 366), "9972.68"),
    ],
)
def test_the_refund_is_as_the_rules_say(
    concluded_on: date, starts_on: date, asked_on: date, days: tuple[int, int], refund: str
) -> None:
    outcome = ended(concluded_on, starts_on, asked_on)
    assert (outcome.days_left, outcome.days_total) == days
    assert str(outcome.refund) == refund
    assert outcome.cancelled_on == asked_on + timedelta(days=1)


def test_half_a_kopeck_is_rounded_up() -> None:
    outcome = cancellation_outcome(
        premium=Money.of("0.01"),
        period=Period(date(2026, 3, 1), date(2026, 3, 3)),
        concluded_on=date(2026, 3, 1),
        asked_on=date(2026, 3, 1),
        cooling_off_days=14,
        insured_event=False,
    )
    assert (outcome.days_left, outcome.days_total, str(outcome.refund)) == (1, 2, "0.01")


def test_help_that_was_given_ends_the_right_to_the_money_back() -> None:
    outcome = ended(date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 10), insured_event=True)
    assert outcome.cooling_off
    assert not outcome.refund


@pytest.mark.parametrize("insured_event", [False, True])
def test_a_version_may_give_back_the_days_left_at_any_time(insured_event: bool) -> None:
    outcome = ended(
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2026, 8, 31),
        insured_event=insured_event,
        late_refund=LateRefund.PRO_RATA,
    )
    assert (outcome.days_left, str(outcome.refund)) == (181, "4958.90")


def test_of_a_late_refund_the_insurer_keeps_what_the_version_says() -> None:
    late = {"late_refund": LateRefund.PRO_RATA, "late_kept_percent": 23}
    assert str(ended(date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), **late).refund) == "3818.35"
    cooling_off = ended(date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 10), **late)
    assert str(cooling_off.refund) == "9726.03", "within the cooling-off days nothing is kept"


@pytest.mark.parametrize(
    ("moscow", "refund"),
    [("2026-03-14T23:59:59+03:00", "9616.44"), ("2026-03-15T00:00:00+03:00", "0.00")],
)
def test_the_last_day_lasts_until_midnight_in_moscow(moscow: str, refund: str) -> None:
    asked_at = datetime.fromisoformat(moscow).astimezone(UTC)
    outcome = ended(date(2026, 2, 28), date(2026, 3, 1), clock.insurer_date(asked_at))
    assert str(outcome.refund) == refund


def test_a_contract_that_is_over_is_not_ended() -> None:
    with pytest.raises(ValueError, match="over"):
        ended(date(2026, 2, 28), date(2026, 3, 1), date(2027, 3, 1))


DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
PREMIUMS = st.integers(1, 10**8).map(Money.of_kopecks)


@st.composite
def contracts(draw: st.DrawFn) -> dict[str, object]:
    concluded_on = draw(DAYS)
    period = Period.of_months(concluded_on + timedelta(days=draw(st.integers(1, 60))), 12)
    asked_on = draw(st.dates(concluded_on, period.last_day))
    return {
        "premium": draw(PREMIUMS),
        "period": period,
        "concluded_on": concluded_on,
        "asked_on": asked_on,
        "cooling_off_days": draw(st.integers(0, 60)),
        "insured_event": draw(st.booleans()),
        "late_refund": draw(st.sampled_from(LateRefund)),
        "late_kept_percent": draw(st.integers(0, 100)),
    }


@given(contracts())
def test_never_more_comes_back_than_was_paid_and_never_less_than_nothing(told: dict) -> None:
    outcome = cancellation_outcome(**told)
    assert Money.zero() <= outcome.refund <= told["premium"]
    assert 0 <= outcome.days_left <= outcome.days_total


@given(contracts())
def test_a_day_later_never_gives_back_more(told: dict) -> None:
    later = told["asked_on"] + timedelta(days=1)
    if later < told["period"].ends_on:
        assert cancellation_outcome(**{**told, "asked_on": later}).refund <= cancellation_outcome(**told).refund


@given(contracts())
def test_what_comes_back_and_the_days_used_make_the_premium_within_a_kopeck(told: dict) -> None:
    outcome = cancellation_outcome(**{**told, "insured_event": False, "cooling_off_days": 500})
    used = told["premium"].amount * (outcome.days_total - outcome.days_left) / outcome.days_total
    assert abs(outcome.refund.amount + used - told["premium"].amount) <= Decimal("0.00501")


@given(contracts())
def test_help_given_never_brings_more_back(told: dict) -> None:
    with_help = cancellation_outcome(**{**told, "insured_event": True})
    without = cancellation_outcome(**{**told, "insured_event": False})
    assert with_help.refund <= without.refund


@pytest.mark.parametrize(
    ("holder", "role", "own", "reached", "may"),
    [
        (ANNA_BORN, "self", True, False, True),  # bought for herself
        (ANNA_BORN, "self", False, False, False),  # insured by somebody else
        (ANNA_BORN, "guardian", False, False, True),  # her child's
        (ANNA_BORN, "", False, True, True),  # an adult's she pays for
        (BORIS_BORN, "", False, True, False),  # her old phone
        (ANNA_BORN, "", False, False, False),  # her birth date by chance
        (None, "", False, True, False),  # no profile yet
    ],
)
def test_only_the_policyholder_ends_a_contract(
    holder: date | None, role: str, own: bool, reached: bool, may: bool
) -> None:
    told = may_end(holder_born_on=holder, policyholder_born_on=ANNA_BORN, role=role, own=own, reached=reached)
    assert told is may
