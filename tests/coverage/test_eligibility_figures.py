"""The worked examples of docs/rules/eligibility.md, read from the page itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from doctorlike.coverage import commands, queries
from tests.coverage.builders import BY, activate, clinic_in, network, policy
from tests.coverage.eligibility_cases import KAMCHATKA, asked
from tests.coverage.eligibility_model import reasons
from tests.policies.builders import ANNA, account

PAGE = (Path(__file__).parents[2] / "docs/rules/eligibility.md").read_text(encoding="utf-8")
MOSCOW = ZoneInfo("Europe/Moscow")
PLACES = {
    "Kamchatka": ("RU-KAM", "Asia/Kamchatka"),
    "Samara": ("RU-SAM", "Europe/Samara"),
    "Kaliningrad": ("RU-KGD", "Europe/Kaliningrad"),
}


def table(header: str) -> list[list[str]]:
    """The rows of the page's table with this header."""
    lines = PAGE[PAGE.index(header) :].split("\n\n")[0].splitlines()[2:]
    assert lines
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def told(written: str) -> list[tuple[str, date | None]]:
    """«covered», or reasons, each with its day where it has one."""
    found = re.findall(r"`(\w+)`(?:, (?:insured )?from (\d{4}-\d\d-\d\d))?", written)
    assert found or written == "covered", written
    return [(code, date.fromisoformat(day) if day else None) for code, day in found]


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written[:16]).replace(tzinfo=MOSCOW).astimezone(UTC)


@pytest.mark.parametrize("row", table("| start | visit | decision |"), ids=lambda row: row[1])
def test_the_waiting_period(row: list[str]) -> None:
    start, visit, decision = row
    case = replace(
        KAMCHATKA,
        starts_on=date.fromisoformat(start),
        visit_on=date.fromisoformat(visit),
        active=((datetime(2026, 1, 1, tzinfo=UTC), None),),
        chosen_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    expected = [] if decision == "past it" else told(decision.split(" (")[0])
    assert asked(case) == reasons(case) == expected


@pytest.mark.parametrize("row", table("| clinic in | visit | programme active |"), ids=lambda row: "-".join(row[:2]))
def test_clinics_in_other_zones(row: list[str]) -> None:
    place, visit, active, chosen, decision = row
    region, zone = PLACES[place]
    word, _space, moment = active.partition(" ")
    begun = datetime(2026, 1, 5, 9, tzinfo=UTC)
    case = replace(
        KAMCHATKA,
        region=region,
        zone=zone,
        visit_on=date.fromisoformat(visit),
        active=((begun, instant(moment)) if word == "until" else (instant(moment), None),),
        chosen_at=instant(chosen),
    )
    assert asked(case) == reasons(case) == told(decision)


@pytest.mark.django_db
def test_a_regional_policy_through_its_year() -> None:
    network()
    policy_id = policy("regions")
    activate(policy_id, account(ANNA))
    for region, day in (("RU-SAM", date(2026, 3, 1)), ("RU-PER", date(2026, 4, 1))):
        at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        commands.select_regions(policy_id=policy_id, region_codes=[region], by=BY, at=at)
    clinics = {"Samara": "RU-SAM", "Perm": "RU-PER", "Moscow": "RU-MOW"}
    for place, service, visit, decision in table("| clinic in | service | visit | decision |"):
        clinic = clinic_in(clinics[place])
        found = queries.eligibility(policy_id, clinic.id, service, date.fromisoformat(visit))
        assert [(one.code.value, one.until_on) for one in found.reasons] == told(decision), (place, visit)
