"""Versions of products, for whoever sells, serves or charges by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from doctorlike.kit.errors import NotFoundError
from doctorlike.products.errors import NothingOnSaleError
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import Terms, parse_terms


@dataclass(frozen=True, slots=True)
class SoldVersion:
    version_id: UUID
    product_name: str
    number: int
    terms: Terms


def terms_on_sale(on: date) -> SoldVersion:
    """The newest published version sold on that day (insurer's date); NothingOnSaleError when there is none."""
    row = (
        ProductVersion.objects.filter(published_at__isnull=False, sold_from_on__lte=on)
        .select_related("product")
        .defer("terms")
        .order_by("-sold_from_on", "-number")
        .first()
    )
    if row is None:
        raise NothingOnSaleError
    return SoldVersion(row.pk, row.product.name, row.number, terms_of(row.pk))


@lru_cache(maxsize=64)
def terms_of(version_id: UUID) -> Terms:
    """Terms of a published version, read once per process: the database refuses to change them afterwards.
    NotFoundError for an unknown or unpublished one."""
    written = (
        ProductVersion.objects.filter(pk=version_id, published_at__isnull=False).values_list("terms", flat=True).first()
    )
    if written is None:
        raise NotFoundError
    return parse_terms(written)


def product_name(version_id: UUID) -> str:
    """NotFoundError for an unknown version."""
    try:
        return ProductVersion.objects.values_list("product__name", flat=True).get(pk=version_id)
    except ProductVersion.DoesNotExist:
        raise NotFoundError from None
