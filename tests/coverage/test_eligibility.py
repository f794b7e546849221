"""The decision asked of real policies, clinics and programmes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from doctorlike.coverage import commands, queries
from doctorlike.coverage.commands import UsedLimit
from doctorlike.coverage.errors import NotCoveredError
from doctorlike.coverage.rules import Ask, Decision, Reason, ReasonCode
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.policies import queries as policies
from tests.coverage.builders import (
    AT,
    BY,
    COVERED_ON,
    IMPLANT,
    MRI,
    STARTS_ON,
    THERAPIST,
    activate,
    clinic_in,
    network,
    policy,
    suspend,
)
from tests.policies.builders import ANNA, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def samara() -> UUID:
    network()
    return clinic_in("RU-SAM").id


@pytest.fixture
def annas(samara: UUID) -> UUID:
    """Anna's regional policy, its programme active and Samara oblast chosen."""
    policy_id = policy("regions")
    activate(policy_id, account(ANNA))
    commands.select_regions(policy_id=policy_id, region_codes=["RU-SAM"], by=BY, at=AT)
    return policy_id


def codes(decision: Decision) -> list[str]:
    return [reason.code.value for reason in decision.reasons]


def test_a_chosen_region_s_clinic_is_covered_after_the_waiting_period(annas: UUID, samara: UUID) -> None:
    assert queries.eligibility(annas, samara, THERAPIST, COVERED_ON).covered
    waiting = queries.eligibility(annas, samara, THERAPIST, STARTS_ON)
    assert waiting.reasons == (Reason(ReasonCode.WAITING_PERIOD, until_on=STARTS_ON + timedelta(days=14)),)


def test_cyrillic_letters_in_a_service_code_are_the_same_service(annas: UUID, samara: UUID) -> None:
    assert queries.eligibility(annas, samara, "В01.047.001", COVERED_ON).covered


def test_what_the_programme_leaves_out_is_not_covered(annas: UUID, samara: UUID) -> None:
    assert codes(queries.eligibility(annas, samara, IMPLANT, COVERED_ON)) == ["service_not_covered"]


def test_regions_not_chosen_and_regions_outside_the_scope_are_told_apart(annas: UUID) -> None:
    perm, moscow = clinic_in("RU-PER").id, clinic_in("RU-MOW").id
    assert codes(queries.eligibility(annas, perm, THERAPIST, COVERED_ON)) == ["region_not_selected"]
    assert codes(queries.eligibility(annas, moscow, THERAPIST, COVERED_ON)) == [
        "region_out_of_scope",
        "clinic_out_of_network",
    ]


def test_a_region_chosen_today_opens_tomorrow(annas: UUID) -> None:
    perm = clinic_in("RU-PER").id
    chosen_at = datetime(2026, 4, 1, 12, tzinfo=UTC)
    commands.select_regions(policy_id=annas, region_codes=["RU-PER"], by=BY, at=chosen_at)
    today = queries.eligibility(annas, perm, THERAPIST, date(2026, 4, 1))
    assert today.reasons == (Reason(ReasonCode.REGION_PENDING, until_on=date(2026, 4, 2)),)
    assert queries.eligibility(annas, perm, THERAPIST, date(2026, 4, 2)).covered


def test_without_activation_every_reason_is_told_at_once(samara: UUID) -> None:
    policy_id = policy("regions")
    decision = queries.eligibility(policy_id, samara, THERAPIST, STARTS_ON)
    assert codes(decision) == ["waiting_period", "not_activated", "region_not_selected"]


def test_the_day_of_suspension_still_counts_as_active(annas: UUID, samara: UUID) -> None:
    suspend(annas, datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert queries.eligibility(annas, samara, THERAPIST, date(2026, 4, 1)).covered
    assert codes(queries.eligibility(annas, samara, THERAPIST, date(2026, 4, 2))) == ["suspended"]


def test_a_visit_before_the_activation_was_not_activated(samara: UUID) -> None:
    policy_id = policy("regions")
    activate(policy_id, account(ANNA), at=datetime(2026, 4, 10, 9, tzinfo=UTC))
    assert "not_activated" in codes(queries.eligibility(policy_id, samara, THERAPIST, date(2026, 4, 9)))
    assert "not_activated" not in codes(queries.eligibility(policy_id, samara, THERAPIST, date(2026, 4, 10)))


@pytest.mark.parametrize(
    ("scope", "region", "covered"),
    [
        ("moscow", "RU-MOS", True),
        ("moscow", "RU-SAM", False),
        ("saint_petersburg", "RU-LEN", True),
        ("saint_petersburg", "RU-MOW", False),
    ],
)
def test_fixed_scopes_need_no_choice(samara: UUID, scope: str, region: str, covered: bool) -> None:
    policy_id = policy(scope)
    activate(policy_id, account(ANNA))
    assert queries.eligibility(policy_id, clinic_in(region).id, THERAPIST, COVERED_ON).covered is covered


def test_at_a_distance_only_time_decides(samara: UUID) -> None:
    policy_id = policy("regions")
    assert codes(queries.eligibility_at_distance(policy_id, STARTS_ON - timedelta(days=1))) == ["not_started"]
    assert codes(queries.eligibility_at_distance(policy_id, STARTS_ON)) == ["waiting_period"]
    assert queries.eligibility(policy_id, samara, IMPLANT, COVERED_ON, channel="telemed").covered


def test_a_used_up_limit_is_told_and_giving_it_back_ends_it(annas: UUID, samara: UUID) -> None:
    line_id = new_id()
    use = UsedLimit(line_id, annas, "tomography", Money.of("30000.00"), date(2026, 3, 30))
    commands.use_limits(uses=[use], by=BY, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        commands.use_limits(uses=[use], by=BY, at=AT)  # a line counts once
    assert codes(queries.eligibility(annas, samara, MRI, COVERED_ON)) == ["limit_exhausted"]
    assert queries.eligibility(annas, samara, MRI, date(2026, 3, 29)).covered
    assert queries.eligibility(annas, samara, THERAPIST, COVERED_ON).covered
    assert commands.release_limits(line_ids=[line_id], by=BY, at=AT) == 1
    assert queries.eligibility(annas, samara, MRI, COVERED_ON).covered


def test_a_used_up_sum_insured_ends_every_benefit_and_leaves_the_doctor_online(annas: UUID, samara: UUID) -> None:
    for benefit, roubles, day in (("visits", "999999.99", 28), ("tests", "0.01", 30)):
        use = UsedLimit(new_id(), annas, benefit, Money.of(roubles), date(2026, 3, day))
        commands.use_limits(uses=[use], by=BY, at=AT)
    for code in (THERAPIST, MRI):
        assert queries.eligibility(annas, samara, code, date(2026, 3, 29)).covered, "a kopeck is left"
        assert codes(queries.eligibility(annas, samara, code, COVERED_ON)) == ["limit_exhausted"]
    assert queries.eligibility(annas, samara, THERAPIST, COVERED_ON, channel="telemed").covered
    whole, *others = queries.limits_of(policies.policy(annas), COVERED_ON)
    assert (whole.name, whole.limit, whole.used, whole.left) == (
        "",
        Money.of("1000000.00"),
        Money.of("1000000.00"),
        Money.zero(),
    )
    assert {one.used for one in others} == {Money.zero()}


def test_a_guarantee_binds_until_it_is_withdrawn(annas: UUID, samara: UUID) -> None:
    appointment_id = new_id()
    decision = queries.eligibility(annas, samara, THERAPIST, COVERED_ON)

    def give() -> UUID:
        return commands.give_guarantee(
            policy_id=annas,
            clinic_id=samara,
            service_code=THERAPIST,
            visit_on=COVERED_ON,
            appointment_id=appointment_id,
            decision=decision,
            by=BY,
            at=AT,
        )

    assert give() == give()
    suspend(annas, AT + timedelta(hours=1))
    held = queries.eligibility(annas, samara, THERAPIST, COVERED_ON)
    assert held.covered
    assert held.guaranteed
    assert codes(queries.eligibility(annas, samara, THERAPIST, COVERED_ON + timedelta(days=1))) == ["suspended"]
    commands.withdraw_guarantee(appointment_id=appointment_id, by=BY, at=AT)
    commands.withdraw_guarantee(appointment_id=appointment_id, by=BY, at=AT)
    assert codes(queries.eligibility(annas, samara, THERAPIST, COVERED_ON)) == ["suspended"]


def test_no_guarantee_for_what_is_not_covered(annas: UUID, samara: UUID) -> None:
    with pytest.raises(NotCoveredError):
        commands.give_guarantee(
            policy_id=annas,
            clinic_id=samara,
            service_code=IMPLANT,
            visit_on=COVERED_ON,
            appointment_id=new_id(),
            decision=queries.eligibility(annas, samara, IMPLANT, COVERED_ON),
            by=BY,
            at=AT,
        )


def test_unknown_policies_and_clinics_are_not_found(annas: UUID, samara: UUID) -> None:
    with pytest.raises(NotFoundError):
        queries.eligibility(new_id(), samara, THERAPIST, COVERED_ON)
    with pytest.raises(NotFoundError):
        queries.eligibility(annas, new_id(), THERAPIST, COVERED_ON)


def test_thousands_of_questions_cost_five_queries(annas: UUID, samara: UUID, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    asks = [
        Ask(annas, samara, code, COVERED_ON + timedelta(days=day))
        for day in range(300)
        for code in (THERAPIST, IMPLANT, MRI, "B03.016.003")
    ]
    with django_assert_num_queries(5):
        decisions = queries.eligibility_many(asks)
    assert len(decisions) == len(asks)
    with django_assert_num_queries(5):
        queries.eligibility(annas, samara, THERAPIST, COVERED_ON)
