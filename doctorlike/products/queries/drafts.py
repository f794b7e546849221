"""Versions as staff see them, drafts among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from doctorlike.kit.errors import NotFoundError
from doctorlike.products.errors import WrongTermsError
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import Terms, fingerprint, objections, parse_terms


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list; a draft has no `published_at`."""

    id: UUID
    product_code: str
    product_name: str
    number: int
    sold_from_on: date
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftView:
    """A version's terms as written. `terms` is None while they cannot be read; `wrong` is everything that forbids to
    publish, in words; `seen` names this state of the draft."""

    line: VersionLine
    written: Mapping[str, Any]
    seen: str
    terms: Terms | None
    wrong: tuple[str, ...]


def versions() -> list[VersionLine]:
    """All of them, the newest first. One query."""
    rows = ProductVersion.objects.select_related("product").defer("terms")
    return [_line(row) for row in rows.order_by("product_id", "-number")]


def version(version_id: UUID) -> DraftView:
    """A draft or a published version. NotFoundError. One query."""
    row = ProductVersion.objects.select_related("product").filter(pk=version_id).first()
    if row is None:
        raise NotFoundError
    terms, wrong = _read(row.terms)
    return DraftView(_line(row), row.terms, fingerprint(row.terms, row.sold_from_on), terms, wrong)


def draft(version_id: UUID) -> DraftView:
    """NotFoundError also for a version published already."""
    found = version(version_id)
    if found.line.published_at is not None:
        raise NotFoundError
    return found


def terms_before(product_code: str) -> tuple[VersionLine, Terms] | None:
    """The published version that a draft is compared with: the one sold last. One query."""
    rows = ProductVersion.objects.filter(product_id=product_code, published_at__isnull=False)
    latest = rows.select_related("product").order_by("-sold_from_on", "-number").first()
    return (_line(latest), parse_terms(latest.terms)) if latest else None


def _read(written: Mapping[str, Any]) -> tuple[Terms | None, tuple[str, ...]]:
    try:
        terms = parse_terms(written)
    except WrongTermsError as wrong:
        return None, (str(wrong.facts["reason"]),)
    return terms, tuple(f"{place}: {wrong}" for place, wrong in objections(terms))


def _line(row: ProductVersion) -> VersionLine:
    return VersionLine(row.pk, row.product_id, row.product.name, row.number, row.sold_from_on, row.published_at)
