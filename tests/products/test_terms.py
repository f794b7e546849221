"""Terms are read strictly: a typing error in a contract's number must not sell a policy."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError

from doctorlike.kit.actors import Actor
from doctorlike.products import commands, queries
from doctorlike.products.demo import demo_terms
from doctorlike.products.errors import NothingOnSaleError, VersionExistsError, WrongTermsError
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import SCOPES, fixed_regions, parse_terms, region_in_scope, write_terms

BY = Actor.system("tests")
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def written(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(write_terms(demo_terms())), **changes}


def test_terms_survive_being_written_and_read() -> None:
    assert parse_terms(write_terms(demo_terms())) == demo_terms()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"surprise": 1}, "surprise"),
        ({"term_months": "12"}, "term_months"),
        ({"waiting_days": 14.5}, "waiting_days"),
        ({"scopes": ["mars"]}, "scopes"),
        ({"copay_percents": [0, 30]}, "copay_factors"),
        ({"copay_percents": [0, 30, 100]}, "copay_percents"),
        ({"age_to": 99}, "age_bands"),
        ({"start_within_days": 0}, "start_within_days"),
        ({"programmes": []}, "programmes"),
    ],
)
def test_wrong_terms_are_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(WrongTermsError) as refusal:
        parse_terms(written(**changes))
    assert named in str(refusal.value)


def test_a_price_written_as_a_number_is_refused() -> None:
    terms = written()
    terms["tariff"]["base"]["moscow"]["polyclinic"] = 21000.1
    with pytest.raises(WrongTermsError):
        parse_terms(terms)


def test_a_higher_copay_cannot_be_dearer() -> None:
    terms = written()
    terms["tariff"]["copay_factors"]["50"] = "0.90"
    with pytest.raises(WrongTermsError):
        parse_terms(terms)


def test_capital_scopes_fix_their_two_regions() -> None:
    assert fixed_regions("moscow") == ("RU-MOW", "RU-MOS")
    assert fixed_regions("saint_petersburg") == ("RU-SPE", "RU-LEN")
    assert fixed_regions("regions") is None
    assert fixed_regions("russia") is None


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("moscow", ["RU-MOW", "RU-MOS"], ["RU-SPE", "RU-SAM"]),
        ("saint_petersburg", ["RU-SPE", "RU-LEN"], ["RU-MOW", "RU-SAM"]),
        ("regions", ["RU-SAM", "RU-KAM"], ["RU-MOW", "RU-MOS", "RU-SPE", "RU-LEN"]),
        ("russia", ["RU-SAM", "RU-MOW", "RU-LEN"], []),
    ],
)
def test_scopes_hold_their_regions(scope: str, inside: list[str], outside: list[str]) -> None:
    assert scope in SCOPES
    assert all(region_in_scope(scope, code) for code in inside)
    assert not any(region_in_scope(scope, code) for code in outside)


@pytest.mark.django_db
class TestVersions:
    def test_the_demo_product_is_seeded_once(self) -> None:
        first = commands.seed_demo_product(by=BY, at=AT)
        assert commands.seed_demo_product(by=BY, at=AT) == first
        sold = queries.terms_on_sale(AT.date())
        assert (sold.version_id, sold.product_name, sold.terms) == (first, "Доктор Лайк", demo_terms())
        assert queries.terms_of(first) is sold.terms

    def test_the_newest_version_on_sale_that_day_is_sold(self) -> None:
        commands.seed_demo_product(by=BY, at=AT)
        later = commands.publish_version(
            product_code="doctor-like",
            product_name="Доктор Лайк",
            number=2,
            sold_from_on=date(2026, 7, 1),
            terms=parse_terms(written(waiting_days=10)),
            by=BY,
            at=AT,
        )
        assert queries.terms_on_sale(date(2026, 6, 30)).number == 1
        assert queries.terms_on_sale(date(2026, 7, 1)).version_id == later

    def test_nothing_is_sold_before_the_first_day_of_sale(self) -> None:
        commands.seed_demo_product(by=BY, at=AT)
        with pytest.raises(NothingOnSaleError):
            queries.terms_on_sale(date(2024, 12, 31))

    def test_a_number_already_published_with_other_terms_is_refused(self) -> None:
        commands.seed_demo_product(by=BY, at=AT)
        with pytest.raises(VersionExistsError):
            commands.publish_version(
                product_code="doctor-like",
                product_name="Доктор Лайк",
                number=1,
                sold_from_on=date(2025, 1, 1),
                terms=parse_terms(written(waiting_days=10)),
                by=BY,
                at=AT,
            )

    def test_the_database_refuses_to_change_a_published_version(self) -> None:
        version = commands.seed_demo_product(by=BY, at=AT)
        with pytest.raises(DatabaseError, match="pgtrigger"):
            ProductVersion.objects.filter(pk=version).update(sold_from_on=date(2020, 1, 1))
