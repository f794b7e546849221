"""A patient shows a conclusion to another doctor by a link that ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.telemed import rules
from doctorlike.telemed.commands.happening import audited
from doctorlike.telemed.models import Conclusion, Consultation, Share, ShareOpening


@transaction.atomic
def share_conclusion(
    *, consultation_id: UUID, user_id: UUID, policy_ids: Collection[UUID], days: int, by: Actor, at: datetime
) -> str:
    """The secret of a new link, told this once. `policy_ids` are those whose medical content is open to the user;
    NotFoundError for a consultation under another, or without a conclusion. WrongShareDaysError."""
    ends_at = rules.share_ends(at, days)
    consultation = locked(Consultation.objects, pk=consultation_id, policy__in=list(policy_ids))
    if not Conclusion.objects.filter(pk=consultation.pk).exists():
        raise NotFoundError
    secret, digest = rules.new_secret()
    Share.objects.create(
        consultation=consultation, made_by_id=user_id, secret_sha256=digest, made_at=at, ends_at=ends_at
    )
    audited(consultation, "conclusion.shared", by, at)
    return secret


@transaction.atomic
def revoke_share(
    *, consultation_id: UUID, share_id: UUID, policy_ids: Collection[UUID], by: Actor, at: datetime
) -> None:
    """From now on the link opens nothing. Whoever may see the consultation may close its links, whoever made them.
    Repeating changes nothing; NotFoundError for another's."""
    share = locked(Share.objects, pk=share_id, consultation=consultation_id, consultation__policy__in=list(policy_ids))
    if share.revoked_at is not None:
        return
    share.revoked_at = at
    share.save(update_fields=["revoked_at"])
    audited(share.consultation, "conclusion.share_revoked", by, at)


@transaction.atomic
def note_share_opened(*, share_id: UUID, by: Actor, at: datetime) -> None:
    """Somebody read the conclusion by the link: its maker sees how often and when."""
    share = locked(Share.objects, pk=share_id)
    ShareOpening.objects.create(share=share, opened_at=at)
    audited(share.consultation, "conclusion.share_opened", by, at)
