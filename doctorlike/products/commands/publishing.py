"""Bringing versions to the market."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.products.demo import DEMO_CODE, DEMO_NAME, DEMO_SOLD_FROM, demo_terms
from doctorlike.products.errors import VersionExistsError, WrongTermsError
from doctorlike.products.models import Product, ProductVersion
from doctorlike.products.rules import Terms, objections, parse_terms, write_terms


@transaction.atomic
def publish_version(
    *, product_code: str, product_name: str, number: int, sold_from_on: date, terms: Terms, by: Actor, at: datetime
) -> UUID:
    """Publish a version; it can never be changed afterwards. Repeating with the same terms changes nothing;
    VersionExistsError with other terms, WrongTermsError for terms that nobody may be sold by."""
    advisory_lock(f"product:{product_code}")
    for place, wrong in objections(terms):
        raise WrongTermsError(reason=f"{place}: {wrong}")
    written = write_terms(terms)
    product, _ = Product.objects.get_or_create(code=product_code, defaults={"name": product_name})
    known = ProductVersion.objects.filter(product=product, number=number).first()
    if known is not None:
        # Compared as read: what was stored before a term existed means its default.
        if known.published_at is None or parse_terms(known.terms) != terms or known.sold_from_on != sold_from_on:
            raise VersionExistsError(number=number)
        return known.pk
    version = ProductVersion.objects.create(
        product=product, number=number, sold_from_on=sold_from_on, terms=written, published_at=at
    )
    audit.record(
        by=by,
        at=at,
        action="product.published",
        subject_type="product_version",
        subject_id=version.pk,
        details={"product": product_code, "number": number, "sold_from_on": sold_from_on.isoformat()},
    )
    return version.pk


@transaction.atomic
def seed_demo_product(*, by: Actor, at: datetime) -> UUID:
    """The demo product with its invented tariff; repeating changes nothing. Where an older edition of the demo is
    published already, today's becomes a further version of it, and a version of one's own that is sold from a later
    day goes on being sold."""
    terms = demo_terms()
    advisory_lock(f"product:{DEMO_CODE}")
    published = list(ProductVersion.objects.filter(product_id=DEMO_CODE).order_by("number"))
    for version in published:
        if version.published_at is not None and parse_terms(version.terms) == terms:
            return version.pk
    return publish_version(
        product_code=DEMO_CODE,
        product_name=DEMO_NAME,
        number=max((version.number for version in published), default=0) + 1,
        sold_from_on=DEMO_SOLD_FROM,
        terms=terms,
        by=by,
        at=at,
    )
