"""The one decision: covered, or every reason why not, in the order of docs/rules/eligibility.md."""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
        ({"service_covered": False}, ["service_not_covered"]),
        ({"limit_exhausted": True}, ["limit_exhausted"]),
    ],
)
def test_each_reason_alone(change: dict[str, object], expected: list[str]) -> None:
    assert codes(replace(COVERED, **change)) == expected  # type: ignore[arg-type]  # the table names fields


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


# A slow model, written from the rules' text and not from the code: it walks the calendar day by day.


def days_of(first: date, after_last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(max((after_last - first).days, 0))]


def model(facts: EligibilityFacts) -> list[tuple[str, date | None]]:
    if facts.guaranteed:
        return []
    told: dict[str, date | None] = {}
    if facts.starts_on > facts.on:
        told["not_started"] = facts.starts_on
    not_insured = days_of(facts.starts_on, facts.starts_on + timedelta(days=facts.waiting_days))
    waits = facts.channel == "clinic" or facts.telemed_waits
    if waits and facts.on in not_insured:
        told["waiting_period"] = facts.starts_on + timedelta(days=facts.waiting_days)
    if "not_started" not in told and facts.on not in days_of(facts.starts_on, facts.ends_on):
        told["expired"] = facts.ends_on
    if facts.cancelled_on and facts.on not in days_of(date(2025, 1, 1), facts.cancelled_on + timedelta(days=1)):
        told["cancelled"] = facts.cancelled_on + timedelta(days=1)
    if facts.channel == "clinic":
        told |= {
            name: None
            for name, stands in {
                "not_activated": facts.enrolment == "never",
                "suspended": facts.enrolment == "suspended",
                "region_out_of_scope": not facts.region_in_scope,
                "region_not_selected": facts.region_in_scope and not facts.region_fixed and not facts.serves_from_on,
                "clinic_out_of_network": not facts.in_network,
                "service_not_covered": not facts.service_covered,
                "limit_exhausted": facts.limit_exhausted,
            }.items()
            if stands
        }
        chosen = facts.region_in_scope and not facts.region_fixed and facts.serves_from_on
        if chosen and facts.serves_from_on and facts.on in days_of(date(2025, 1, 1), facts.serves_from_on):
            told["region_pending"] = facts.serves_from_on
    order = [
        "not_started",
        "waiting_period",
        "expired",
        "cancelled",
        "not_activated",
        "suspended",
        "region_out_of_scope",
        "region_not_selected",
        "region_pending",
        "clinic_out_of_network",
        "service_not_covered",
        "limit_exhausted",
    ]
    return [(name, told[name]) for name in order if name in told]


NEAR = st.dates(date(2026, 1, 1), date(2026, 4, 30))
FACTS = st.builds(
    EligibilityFacts,
    on=NEAR,
    channel=st.sampled_from(Channel),
    starts_on=NEAR,
    ends_on=st.none(),
    waiting_days=st.integers(0, 30),
    telemed_waits=st.booleans(),
    cancelled_on=st.none() | NEAR,
    enrolment=st.sampled_from(EnrolmentOn),
    region_in_scope=st.booleans(),
    region_fixed=st.booleans(),
    serves_from_on=st.none() | NEAR,
    in_network=st.booleans(),
    service_covered=st.booleans(),
    limit_exhausted=st.booleans(),
    guaranteed=st.booleans(),
)


@settings(max_examples=int(os.environ.get("ELIGIBILITY_CASES", "1500")))
@given(facts=FACTS, term_days=st.integers(1, 60))
def test_the_decision_agrees_with_a_slow_independent_model(facts: EligibilityFacts, term_days: int) -> None:
    facts = replace(facts, ends_on=facts.starts_on + timedelta(days=term_days))
    told = [(one.code.value, one.until_on or one.since_on) for one in decide(facts).reasons]
    assert told == model(facts)
