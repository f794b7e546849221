"""Choosing regions («Выбрать регионы»)."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from doctorlike.audit import queries as audit
from doctorlike.coverage import commands, queries
from doctorlike.coverage.errors import (
    NotActivatedError,
    NothingChosenError,
    PolicyOverError,
    ProgrammeSuspendedError,
    RegionNotOnOfferError,
    RegionsFixedError,
)
from doctorlike.coverage.rules import ChoiceBar
from doctorlike.kit.errors import DomainError
from doctorlike.policies import queries as policies
from doctorlike.regions import commands as regions
from tests.coverage.builders import AT, BY, STARTS_ON, activate, policy, suspend
from tests.policies.builders import ANNA, account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions() -> None:
    regions.load_shipped_regions(by=BY, at=AT)


@pytest.fixture
def annas() -> UUID:
    policy_id = policy("regions")
    activate(policy_id, account(ANNA))
    return policy_id


def choose(policy_id: UUID, *codes: str, at: datetime = AT) -> list[tuple[str, date]]:
    chosen = commands.select_regions(policy_id=policy_id, region_codes=codes, by=BY, at=at)
    return [(one.code, one.serves_from_on) for one in chosen]


def test_before_the_policy_starts_regions_open_with_it(annas: UUID) -> None:
    assert choose(annas, "RU-SAM", "RU-PER") == [("RU-PER", STARTS_ON), ("RU-SAM", STARTS_ON)]


def test_any_number_may_be_added_later_and_the_first_ones_stay(annas: UUID) -> None:
    choose(annas, "RU-SAM")
    later = datetime(2026, 5, 1, 20, 59, 59, tzinfo=UTC)  # 23:59:59 in Moscow
    assert choose(annas, "RU-SAM", "RU-TA", at=later) == [("RU-TA", date(2026, 5, 2))]
    view = queries.regions_of(policies.policy(annas), date(2026, 5, 1))
    assert [(one.code, one.serving) for one in view.chosen] == [("RU-SAM", True), ("RU-TA", False)]
    assert view.can_choose


def test_repeating_changes_nothing(annas: UUID) -> None:
    choose(annas, "RU-SAM")
    assert choose(annas, "RU-SAM", at=datetime(2026, 6, 1, tzinfo=UTC)) == []
    deeds = audit.history(subject_type="policy", subject_id=annas)
    assert [deed.details["regions"] for deed in deeds if deed.action == "regions.selected"] == [["RU-SAM"]]


@pytest.mark.parametrize("codes", [["RU-MOW"], ["RU-LEN"], ["XX-NO"], ["RU-SAM", "RU-SPE"], ["'; drop"]])
def test_what_the_scope_does_not_hold_is_refused_as_a_whole(annas: UUID, codes: list[str]) -> None:
    with pytest.raises(RegionNotOnOfferError):
        choose(annas, *codes)
    assert queries.regions_of(policies.policy(annas), STARTS_ON).chosen == ()


def test_the_whole_country_may_be_chosen_by_its_policy_only() -> None:
    policy_id = policy("russia")
    activate(policy_id, account(ANNA))
    assert choose(policy_id, "RU-MOW") == [("RU-MOW", STARTS_ON)]


def test_a_fixed_scope_shows_its_regions_and_refuses_a_choice() -> None:
    policy_id = policy("moscow")
    activate(policy_id, account(ANNA))
    view = queries.regions_of(policies.policy(policy_id), STARTS_ON)
    assert view.fixed
    assert not view.can_choose
    assert [(one.name, one.serving) for one in view.chosen] == [("Москва", True), ("Московская область", True)]
    with pytest.raises(RegionsFixedError):
        choose(policy_id, "RU-MOW")


@pytest.mark.parametrize(
    ("enrolled", "suspended", "at", "refusal", "bar"),
    [
        (False, False, AT, NotActivatedError, ChoiceBar.NOT_ACTIVATED),
        (True, True, AT, ProgrammeSuspendedError, ChoiceBar.SUSPENDED),
        (True, False, datetime(2027, 3, 9, 21, 0, tzinfo=UTC), PolicyOverError, ChoiceBar.OVER),
    ],
)
def test_when_regions_cannot_be_chosen(
    enrolled: bool, suspended: bool, at: datetime, refusal: type[DomainError], bar: ChoiceBar
) -> None:
    policy_id = policy("regions")
    if enrolled:
        activate(policy_id, account(ANNA))
    if suspended:
        suspend(policy_id, AT)
    with pytest.raises(refusal):
        choose(policy_id, "RU-SAM", at=at)
    assert (
        queries.regions_of(
            policies.policy(policy_id), date(2027, 3, 10) if refusal is PolicyOverError else STARTS_ON
        ).bar
        is bar
    )


def test_on_the_last_day_regions_can_still_be_chosen(annas: UUID) -> None:
    assert choose(annas, "RU-SAM", at=datetime(2027, 3, 9, 20, 59, tzinfo=UTC)) == [("RU-SAM", date(2027, 3, 10))]


def test_choosing_nothing_is_told(annas: UUID) -> None:
    with pytest.raises(NothingChosenError):
        choose(annas)
