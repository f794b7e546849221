"""The one decision: covered, or every reason why not, in the order of docs/rules/eligibility.md."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from doctorlike.coverage.rules import Channel, EligibilityFacts, EnrolmentOn, Reason, ReasonCode, decide
from doctorlike.coverage.words import reason, remedy

COVERED = EligibilityFacts(
    on=date(2026, 6, 1),
    channel=Channel.CLINIC,
    starts_on=date(2026, 3, 1),
    ends_on=date(2027, 3, 1),
    waiting_days=14,
    enrolment=EnrolmentOn.ACTIVE,
    region_in_scope=True,
    serves_from_on=date(2026, 3, 1),
    in_network=True,
    service_covered=True,
)


def codes(facts: EligibilityFacts) -> list[str]:
    return [one.code.value for one in decide(facts).reasons]


def test_a_visit_with_everything_in_order_is_covered() -> None:
    assert decide(COVERED).covered


@pytest.mark.parametrize(
    ("starts_on", "visit_on", "insured_from_on"),
    [
        (date(2026, 3, 1), date(2026, 3, 14), date(2026, 3, 15)),
        (date(2026, 3, 1), date(2026, 3, 15), None),
        (date(2028, 2, 20), date(2028, 3, 4), date(2028, 3, 5)),
        (date(2028, 2, 20), date(2028, 3, 5), None),
    ],
)
def test_the_waiting_period(starts_on: date, visit_on: date, insured_from_on: date | None) -> None:
    facts = replace(COVERED, starts_on=starts_on, serves_from_on=starts_on, on=visit_on, ends_on=date(2030, 1, 1))
    expected = () if insured_from_on is None else (Reason(ReasonCode.WAITING_PERIOD, until_on=insured_from_on),)
    assert decide(facts).reasons == expected
    assert decide(replace(facts, channel=Channel.TELEMED)).reasons == expected
    assert decide(replace(facts, channel=Channel.TELEMED, telemed_waits=False)).covered


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"on": date(2026, 2, 28), "serves_from_on": date(2026, 2, 1)}, ["not_started"]),
        ({"on": date(2027, 2, 28)}, []),
        ({"on": date(2027, 3, 1)}, ["expired"]),
        ({"cancelled_on": date(2026, 6, 1)}, []),
        ({"cancelled_on": date(2026, 5, 31)}, ["cancelled"]),
        ({"enrolment": EnrolmentOn.NEVER}, ["not_activated"]),
        ({"enrolment": EnrolmentOn.SUSPENDED}, ["suspended"]),
        ({"region_in_scope": False, "serves_from_on": None}, ["region_out_of_scope"]),
        ({"serves_from_on": None}, ["region_not_selected"]),
        ({"serves_from_on": None, "region_fixed": True}, []),
        ({"serves_from_on": date(2026, 6, 2)}, ["region_pending"]),
        ({"serves_from_on": date(2026, 6, 1)}, []),
        ({"in_network": False}, ["clinic_out_of_network"]),
        ({"in_network": False, "joins_network_on": date(2026, 7, 1)}, ["clinic_out_of_network"]),
        ({"service_covered": False}, ["service_not_covered"]),
        ({"limit_exhausted": True}, ["limit_exhausted"]),
    ],
)
def test_each_reason_alone(change: dict[str, Any], expected: list[str]) -> None:
    assert codes(replace(COVERED, **change)) == expected


def test_all_reasons_are_told_at_once_in_their_order() -> None:
    worst = EligibilityFacts(
        on=date(2027, 3, 1),
        channel=Channel.CLINIC,
        starts_on=date(2027, 2, 25),
        ends_on=date(2027, 3, 1),
        waiting_days=14,
        cancelled_on=date(2027, 2, 26),
        region_in_scope=True,
        serves_from_on=date(2027, 3, 2),
        limit_exhausted=True,
    )
    assert codes(worst) == [
        "waiting_period",
        "expired",
        "cancelled",
        "not_activated",
        "region_pending",
        "clinic_out_of_network",
        "service_not_covered",
        "limit_exhausted",
    ]


def test_each_reason_says_on_which_day_it_ends_where_there_is_one() -> None:
    until = date(2026, 7, 1)
    ends: dict[str, dict[str, Any]] = {
        "not_started": {"starts_on": until},
        "waiting_period": {"waiting_days": 122},
        "region_pending": {"serves_from_on": until},
        "clinic_out_of_network": {"in_network": False, "joins_network_on": until},
    }
    for code, change in ends.items():
        (reason_told,) = decide(replace(COVERED, **change)).reasons
        assert (reason_told.code, reason_told.until_on) == (code, until)
        assert "1 июля 2026" in reason_told.text
    endless = replace(
        COVERED, enrolment=EnrolmentOn.SUSPENDED, serves_from_on=None, in_network=False, limit_exhausted=True
    )
    assert {one.until_on for one in decide(endless).reasons} == {None}
    assert "не обслуживает" in decide(replace(COVERED, in_network=False)).reasons[0].text


def test_a_guarantee_binds_whatever_changed_since() -> None:
    decision = decide(replace(COVERED, enrolment=EnrolmentOn.SUSPENDED, in_network=False, guaranteed=True))
    assert decision.covered
    assert decision.guaranteed


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_words_with_and_without_its_day(code: ReasonCode) -> None:
    dated = Reason(code, until_on=date(2026, 3, 15), since_on=date(2026, 3, 15)).text
    for text in (dated, reason(code)):
        assert text.endswith(".")
        assert "{" not in text
        assert "  " not in text
    assert "{" not in remedy(code)


def test_words_carry_the_day() -> None:
    assert "15 марта 2026" in Reason(ReasonCode.WAITING_PERIOD, until_on=date(2026, 3, 15)).text
    assert "28 февраля 2027" in Reason(ReasonCode.EXPIRED, since_on=date(2027, 3, 1)).text
