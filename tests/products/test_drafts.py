"""A draft is changed piece by piece, and exactly what was looked at is published."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.audit.models import Entry
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.products import commands, queries
from doctorlike.products.demo import demo_terms
from doctorlike.products.errors import (
    DraftChangedError,
    SoldFromPastError,
    VersionExistsError,
    WrongTableError,
    WrongTermsError,
)
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import objections, parse_terms, read_tariff, tariff_rows, write_terms

BY = Actor.system("tests")
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
WRITTEN = write_terms(demo_terms())


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(WRITTEN), **changes}


def refused(written: dict[str, Any]) -> list[str]:
    return [f"{place}: {wrong}" for place, wrong in objections(parse_terms(written))]


class TestObjections:
    def test_the_demo_may_be_sold(self) -> None:
        assert refused(WRITTEN) == []

    def test_a_wider_programme_cannot_be_cheaper(self) -> None:
        written = changed()
        written["tariff"]["base"]["moscow"]["polyclinic_dental"] = "20000.00"
        assert refused(written) == ["tariff.base: более широкая программа дешевле более узкой"]

    def test_the_whole_country_cannot_be_cheaper_than_a_part(self) -> None:
        written = changed()
        written["tariff"]["base"]["russia"]["polyclinic"] = "20000.00"
        assert "tariff.base: вся Россия дешевле своей части" in refused(written)

    def test_a_limit_cannot_exceed_the_sum_insured(self) -> None:
        written = changed()
        written["programmes"][0]["sum_insured"] = "10000.00"
        assert refused(written) == ["programmes.polyclinic: лимит помощи больше страховой суммы программы"]

    def test_a_price_below_a_step_is_no_price(self) -> None:
        written = changed()
        written["tariff"]["step"] = "6000.00"
        assert any("дешевле одного шага" in told for told in refused(written))

    def test_what_forbids_to_sell_does_not_forbid_to_read(self) -> None:
        written = changed(retry_days=[3, 1])
        assert parse_terms(written).retry_days == (3, 1)
        assert refused(written) == ["retry_days: дни повторов по возрастанию, начиная с первого"]


class TestTable:
    def test_a_tariff_goes_out_as_a_table_and_comes_back_the_same(self) -> None:
        rows = list(enumerate(tariff_rows(WRITTEN), start=2))
        assert read_tariff(rows, WRITTEN["tariff"]) == WRITTEN["tariff"]

    def test_figures_are_read_as_people_type_them(self) -> None:
        told = [(2, {"kind": "base", "scope": "moscow", "programme": "polyclinic", "value": "21 500,5"})]
        assert read_tariff(told, WRITTEN["tariff"])["base"] == {"moscow": {"polyclinic": "21500.50"}}

    @pytest.mark.parametrize(
        "cells",
        [
            {"kind": "bonus"},
            {"kind": "base", "scope": "moscow", "programme": "", "value": "1"},
            {"kind": "base", "scope": "moscow", "programme": "x", "value": "много"},
            {"kind": "base", "scope": "moscow", "programme": "x", "value": "1.234"},
            {"kind": "age", "from": "1.5", "to": "2", "female": "1", "male": "1"},
            {"kind": "copay", "percent": "-30", "value": "1"},
        ],
    )
    def test_a_wrong_row_is_named_by_its_number(self, cells: dict[str, str]) -> None:
        with pytest.raises(WrongTableError) as refusal:
            read_tariff([(17, cells)], WRITTEN["tariff"])
        assert "строка 17" in str(refusal.value)

    @given(st.dictionaries(st.sampled_from(["kind", "scope", "value", "from", "percent"]), st.text(max_size=8)))
    def test_any_row_is_read_or_refused(self, cells: dict[str, str]) -> None:
        try:
            read_tariff([(2, cells)], WRITTEN["tariff"])
        except WrongTableError as refusal:
            assert refusal.facts["row"] == 2


@pytest.mark.django_db
class TestDrafts:
    @pytest.fixture(autouse=True)
    def _published(self) -> None:
        commands.seed_demo_product(by=BY, at=AT)

    @pytest.fixture
    def draft(self) -> UUID:
        return commands.start_draft(product_code="doctor-like", by=BY, at=AT)

    def save(self, draft: UUID, seen: str | None = None, **changes: Any) -> None:
        commands.save_draft(
            version_id=draft,
            seen=seen or queries.draft(draft).seen,
            part="contract",
            written=changed(**changes),
            by=BY,
            at=AT,
        )

    def publish(self, draft: UUID, seen: str | None = None) -> None:
        commands.publish_draft(version_id=draft, seen=seen or queries.draft(draft).seen, by=BY, at=AT)

    def test_a_draft_begins_as_the_version_sold_and_is_there_once(self, draft: UUID) -> None:
        view = queries.draft(draft)
        assert (view.line.number, view.line.sold_from_on, view.terms, view.wrong) == (
            2,
            date(2026, 3, 2),
            demo_terms(),
            (),
        )
        assert commands.start_draft(product_code="doctor-like", by=BY, at=AT) == draft
        with pytest.raises(NotFoundError):
            commands.start_draft(product_code="unknown", by=BY, at=AT)

    def test_a_draft_sells_nothing(self, draft: UUID) -> None:
        self.save(draft, waiting_days=10)
        assert queries.terms_on_sale(date(2026, 4, 1)).number == 1
        with pytest.raises(NotFoundError):
            queries.terms_of(draft)

    def test_a_published_draft_is_sold_from_its_day_and_never_changes(self, draft: UUID) -> None:
        self.save(draft, waiting_days=10)
        self.publish(draft)
        assert queries.terms_on_sale(AT.date()).number == 1
        assert queries.terms_on_sale(date(2026, 3, 2)).terms.waiting_days == 10
        for again in (self.save, self.publish):
            with pytest.raises(NotFoundError):
                again(draft)
        assert "published" in {entry.action.partition(".")[2] for entry in Entry.objects.all()}

    def test_the_trail_tells_how_prices_moved(self, draft: UUID) -> None:
        tariff = copy.deepcopy(WRITTEN["tariff"])
        tariff["base"]["russia"]["polyclinic_dental"] = "35000.00"
        self.save(draft, tariff=tariff)
        self.publish(draft)
        told = Entry.objects.filter(action="product.published", subject_id=str(draft)).get().details
        assert told["against"] == 1
        assert told["dearer"] > 0
        assert told["cheaper"] == 0

    def test_a_draft_that_is_not_whole_can_be_kept_but_not_published(self, draft: UUID) -> None:
        self.save(draft, copay_percents=[0, 20])
        view = queries.draft(draft)
        assert view.terms is None
        assert view.wrong == ("tariff.copay_factors: нужен коэффициент для каждой доли в продаже",)
        with pytest.raises(WrongTermsError):
            self.publish(draft)

    def test_what_somebody_else_changed_meanwhile_is_neither_lost_nor_published(self, draft: UUID) -> None:
        seen = queries.draft(draft).seen
        self.save(draft, waiting_days=10)
        with pytest.raises(DraftChangedError):
            self.save(draft, seen, waiting_days=12)
        with pytest.raises(DraftChangedError):
            self.publish(draft, seen)
        assert queries.draft(draft).written["waiting_days"] == 10

    def test_sales_do_not_begin_in_the_past(self, draft: UUID) -> None:
        ProductVersion.objects.filter(pk=draft).update(sold_from_on=date(2026, 2, 28))
        with pytest.raises(SoldFromPastError):
            self.publish(draft)

    def test_a_discarded_draft_is_gone(self, draft: UUID) -> None:
        commands.discard_draft(version_id=draft, seen=queries.draft(draft).seen, by=BY, at=AT)
        with pytest.raises(NotFoundError):
            queries.draft(draft)
        with pytest.raises(NotFoundError):
            commands.discard_draft(version_id=uuid4(), seen="", by=BY, at=AT)

    def test_the_number_of_a_draft_is_taken(self, draft: UUID) -> None:
        with pytest.raises(VersionExistsError):
            commands.publish_version(
                product_code="doctor-like",
                product_name="Доктор Лайк",
                number=2,
                sold_from_on=date(2026, 3, 2),
                terms=demo_terms(),
                by=BY,
                at=AT,
            )

    def test_an_older_edition_of_the_demo_gets_todays_as_its_next_version(self) -> None:
        older = changed(rules_text=[], topics=[], typical_years=[])
        for name in ("renewal_offer_days", "refund_after_cooling_off", "refund_kept_percent"):
            del older[name]
        ProductVersion.objects.create(product_id="doctor-like", number=3, sold_from_on=date(2025, 2, 1), terms=older)
        assert parse_terms(older).renewal_offer_days == 30
        first = commands.seed_demo_product(by=BY, at=AT)
        assert queries.version(first).line.number == 1
