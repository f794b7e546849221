"""The programme ends with its contract; what is owed outlives both."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from doctorlike.audit.models import Entry
from doctorlike.copay import commands, queries
from doctorlike.copay.errors import PolicyOverError
from doctorlike.copay.models import EnrolmentSpan
from doctorlike.coverage import commands as coverage
from doctorlike.coverage import queries as cover
from doctorlike.payments import commands as payments
from doctorlike.policies import commands as policies
from doctorlike.policies import queries as contracts
from tests.copay.stage import (
    BY,
    annas_account,
    annas_policy,
    debits,
    enrol,
    give_card,
    moment,
    run,
    start,
    state,
    visit,
)
from tests.coverage.builders import THERAPIST, clinic_in, network
from tests.policies.builders import ANNA, policy

pytestmark = pytest.mark.django_db

CANCELLED_ON, LATER = date(2026, 4, 10), date(2026, 6, 1)


def cancel(policy_id: UUID, on: date = CANCELLED_ON) -> None:
    """It is past the cooling-off days: nothing comes back."""
    outcome = contracts.outcome_of(contracts.policy(policy_id), asked_on=on, insured_event=False)
    policies.cancel_policy(policy_id=policy_id, insured_event=False, seen_refund=outcome.refund, by=BY, at=moment(on))


def sweep(on: date) -> int:
    return commands.end_with_policies(on=on, by=BY, at=moment(on))


def last_day(policy_id: UUID) -> date:
    return contracts.policy(policy_id).period.last_day


def test_a_cancelled_contract_ends_its_programme_and_its_last_day_still_counts(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id)
    cancel(policy_id)
    enrolment = queries.enrolment(policy_id)
    assert enrolment.state == "ended"
    assert [enrolment.active_on(date(2026, 4, day)) for day in (9, 10, 11)] == [True, True, False]
    assert enrolment.card is not None, "the card stays for what is owed"
    assert sweep(LATER) == 0


def test_a_contract_over_ends_its_programme_once_and_no_other(outside):
    anna, over, next_year = annas_account(), annas_policy(), policy(ANNA, percent=30, starts_on=date(2027, 3, 10))
    for one in (over, next_year):
        enrol(outside, anna, one)
    on = last_day(over)
    assert sweep(on) == 0
    after = date(2027, 3, 10)
    assert [sweep(after), sweep(after)] == [1, 0]
    found = queries.enrolments([over, next_year])
    assert (found[over].state, found[next_year].state) == ("ended", "active")
    assert EnrolmentSpan.objects.filter(ends_at__isnull=True).count() == 1
    assert Entry.objects.filter(action="enrolment.ended", subject_id=str(over)).count() == 1


def test_a_programme_that_was_suspended_or_never_begun_ends_too(outside):
    anna, suspended, pending = annas_account(), annas_policy(), annas_policy()
    enrol(outside, anna, suspended)
    payments.unbind_card(card_id=queries.enrolment(suspended).card.id, by=BY, at=moment(date(2026, 4, 2)))
    start(anna, pending)
    assert sweep(date(2027, 3, 10)) == 2
    assert {one.state for one in queries.enrolments([suspended, pending]).values()} == {"ended"}


def test_what_is_owed_is_still_charged_on_its_day(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id)
    owed = visit(policy_id)
    cancel(policy_id)
    assert run(date(2026, 4, 14)) == {}
    assert run(date(2026, 4, 15)) == {"paid": 1}
    assert debits(outside, owed) == 1
    assert queries.enrolment(policy_id).state == "ended"


def test_for_what_is_owed_another_card_is_bound_after_the_end_and_for_nothing_else(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id)
    owed = visit(policy_id)
    cancel(policy_id)
    payments.unbind_card(card_id=queries.enrolment(policy_id).card.id, by=BY, at=moment(date(2026, 4, 12)))
    assert run(date(2026, 4, 15)) == {"awaiting_card": 1}
    start(anna, policy_id, on=date(2026, 4, 20))
    give_card(outside, policy_id, "2200000000000004", on=date(2026, 4, 20))
    assert run(date(2026, 4, 20)) == {"paid": 1}
    assert state(owed) == "paid"
    assert queries.enrolment(policy_id).state == "ended"
    with pytest.raises(PolicyOverError):
        start(anna, policy_id, on=date(2026, 4, 21))


def test_an_overdue_share_of_an_ended_contract_is_told_without_a_programme_to_go_on(outside):
    anna, policy_id = annas_account(), annas_policy()
    enrol(outside, anna, policy_id, "4000000000009995")
    visit(policy_id)
    cancel(policy_id)
    for day in (date(2026, 4, 15), date(2026, 4, 16), date(2026, 4, 18), date(2026, 4, 22), date(2026, 4, 29)):
        run(day)
    assert queries.enrolment(policy_id).state == "ended"
    (charge,) = queries.charges_of([policy_id])
    assert charge.state == "overdue"
    assert charge.payable


def test_visits_before_the_end_stay_covered_and_later_ones_are_told_of_the_end_alone(outside):
    network()
    anna, policy_id = annas_account(), policy(ANNA, percent=30)
    enrol(outside, anna, policy_id)
    coverage.select_regions(policy_id=policy_id, region_codes=["RU-SAM"], by=BY, at=moment(date(2026, 3, 12)))
    cancel(policy_id)
    clinic = clinic_in("RU-SAM").id

    def reasons(on: date) -> list[str]:
        return [one.code.value for one in cover.eligibility(policy_id, clinic, THERAPIST, on).reasons]

    assert [reasons(date(2026, 4, day)) for day in (9, 10, 11)] == [[], [], ["cancelled"]]
