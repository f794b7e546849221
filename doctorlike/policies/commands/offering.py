"""That a renewal was offered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.policies.models import RenewalOffer


@transaction.atomic
def note_renewal_offers(*, policy_ids: Iterable[UUID], by: Actor, at: datetime) -> bool:
    """Note that these contracts' renewal is being offered; False, and nothing changes, when it was for any of them
    (the caller then sends nothing). Call it in the transaction that sends the offer."""
    wanted = sorted(set(policy_ids))
    rows = [RenewalOffer(policy_id=one, offered_at=at, offered_by=str(by)) for one in wanted]
    # Two jobs at once: the second waits for the first one's rows, finds them and gives up.
    made = RenewalOffer.objects.bulk_create(rows, ignore_conflicts=True)
    kept = RenewalOffer.objects.filter(pk__in=[row.pk for row in made]).count()
    if kept != len(wanted):
        RenewalOffer.objects.filter(pk__in=[row.pk for row in made]).delete()
        return False
    audit.record_many(by=by, at=at, action="policy.renewal_offered", subject_type="policy", subject_ids=[*wanted])
    return True
