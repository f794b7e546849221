"""Versions of products, for whoever sells, serves or charges by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import DateField

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Read, Told
from doctorlike.products.errors import NothingOnSaleError
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import Terms, parse_terms


@dataclass(frozen=True, slots=True)
class SoldVersion:
    version_id: UUID
    product_name: str
    number: int
    terms: Terms


_newest = Read(
    lambda: (
        ProductVersion.objects.filter(published_at__isnull=False, sold_from_on__lte=Told("on", DateField()))
        .order_by("-sold_from_on", "-number")
        .values_list("pk", "product__name", "number")[:1]
    )
)


def terms_on_sale(on: date) -> SoldVersion:
    """The newest published version sold on that day (insurer's date); NothingOnSaleError when there is none."""
    for version_id, name, number in _newest(on=on):
        return SoldVersion(version_id, name, number, terms_of(version_id))
    raise NothingOnSaleError


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
