"""Taking a consent back. What was agreed to is never changed: a withdrawal is a row whose subject is the consent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.accounts.models import Consent
from doctorlike.accounts.rules.consents import WITHDRAWN_SUBJECT
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock


@transaction.atomic
def withdraw_consents(
    *, consent_ids: list[UUID], channel: str, ip_address: str | None = None, by: Actor, at: datetime
) -> int:
    """Note that `by` takes those consents back; returns how many stood until now. Whose they are, the caller decides
    by what they are about. Repeating, or two at once, withdraws nothing twice."""
    # A consent cannot be locked by its row, which the database keeps from being touched.
    for consent_id in sorted(consent_ids, key=str):
        advisory_lock(f"consent {consent_id}")
    gone = set(
        Consent.objects.filter(
            subject_type=WITHDRAWN_SUBJECT, subject_id__in=[str(one) for one in consent_ids]
        ).values_list("subject_id", flat=True)
    )
    standing = [
        one
        for one in Consent.objects.filter(pk__in=consent_ids).exclude(subject_type=WITHDRAWN_SUBJECT)
        if str(one.pk) not in gone
    ]
    Consent.objects.bulk_create(
        Consent(
            purpose=one.purpose,
            document_version=one.document_version,
            text_sha256=one.text_sha256,
            subject_type=WITHDRAWN_SUBJECT,
            subject_id=str(one.pk),
            person_id=one.person_id,
            channel=channel,
            ip_address=ip_address,
            given_at=at,
            given_by=str(by),
        )
        for one in standing
    )
    ids: list[object] = [one.pk for one in standing]
    if ids:
        audit.record_many(by=by, at=at, action="consent.withdrawn", subject_type="consent", subject_ids=ids)
    return len(standing)
