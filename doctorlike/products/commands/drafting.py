"""Drafts: terms that staff change until they are published. One draft a product."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock
from doctorlike.products.errors import DraftChangedError, SoldFromPastError, WrongTermsError
from doctorlike.products.models import ProductVersion
from doctorlike.products.rules import effect, fingerprint, objections, parse_terms, write_terms


@transaction.atomic
def start_draft(*, product_code: str, by: Actor, at: datetime) -> UUID:
    """A draft of the next version, from the one published last; sold from tomorrow until somebody says otherwise.
    Repeating gives the draft that is there. NotFoundError for a product without a published version."""
    advisory_lock(f"product:{product_code}")
    versions = ProductVersion.objects.filter(product_id=product_code)
    open_draft = versions.filter(published_at__isnull=True).first()
    if open_draft is not None:
        return open_draft.pk
    latest = versions.order_by("-sold_from_on", "-number").first()
    if latest is None:
        raise NotFoundError
    draft = ProductVersion.objects.create(
        product_id=product_code,
        number=max(versions.values_list("number", flat=True)) + 1,
        sold_from_on=clock.insurer_date(at) + timedelta(days=1),
        # Written anew, so that terms added since stand in it with their defaults.
        terms=write_terms(parse_terms(latest.terms)),
    )
    _record(draft, "product.draft_started", {"from_number": latest.number}, by, at)
    return draft.pk


@transaction.atomic
def save_draft(
    *,
    version_id: UUID,
    seen: str,
    part: str,
    written: Mapping[str, Any],
    sold_from_on: date | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Write the draft's terms as the page changed them; they need not be whole yet. `seen` is the fingerprint of the
    draft that the page showed, `part` what was changed, for the trail. DraftChangedError, NotFoundError."""
    draft = _locked(version_id, seen)
    draft.terms = dict(written)
    draft.sold_from_on = sold_from_on or draft.sold_from_on
    draft.save(update_fields=["terms", "sold_from_on"])
    _record(draft, "product.draft_saved", {"part": part}, by, at)


@transaction.atomic
def discard_draft(*, version_id: UUID, seen: str, by: Actor, at: datetime) -> None:
    """Throw a draft away. DraftChangedError, NotFoundError."""
    draft = _locked(version_id, seen)
    _record(draft, "product.draft_discarded", {}, by, at)
    draft.delete()


@transaction.atomic
def publish_draft(*, version_id: UUID, seen: str, by: Actor, at: datetime) -> None:
    """Publish exactly the draft that was looked at; from then on it never changes. WrongTermsError, SoldFromPastError,
    DraftChangedError, NotFoundError (also for one published already)."""
    draft = _locked(version_id, seen)
    terms = parse_terms(draft.terms)
    for place, wrong in objections(terms):
        raise WrongTermsError(reason=f"{place}: {wrong}")
    today = clock.insurer_date(at)
    if draft.sold_from_on < today:
        raise SoldFromPastError(today=f"{today:%d.%m.%Y}")
    draft.terms = write_terms(terms)
    draft.published_at = at
    draft.save(update_fields=["terms", "published_at"])
    _record(draft, "product.published", {"sold_from_on": draft.sold_from_on.isoformat(), **_change(draft)}, by, at)


def _change(draft: ProductVersion) -> dict[str, Any]:
    """How prices move against the version published before, for the trail."""
    others = ProductVersion.objects.filter(product_id=draft.product_id, published_at__isnull=False).exclude(pk=draft.pk)
    before = others.order_by("-sold_from_on", "-number").first()
    if before is None:
        return {}
    change = effect(parse_terms(before.terms), parse_terms(draft.terms))
    return {"against": before.number, "dearer": change.dearer, "cheaper": change.cheaper, "same": change.same}


def _locked(version_id: UUID, seen: str) -> ProductVersion:
    draft = ProductVersion.objects.select_for_update().filter(pk=version_id, published_at__isnull=True).first()
    if draft is None:
        raise NotFoundError
    if fingerprint(draft.terms, draft.sold_from_on) != seen:
        raise DraftChangedError
    return draft


def _record(draft: ProductVersion, action: str, details: dict[str, Any], by: Actor, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject_type="product_version",
        subject_id=draft.pk,
        details={"product": draft.product_id, "number": draft.number, **details},
    )
