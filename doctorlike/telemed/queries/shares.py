"""Links to conclusions, for who made them and for who opens them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.telemed import rules
from doctorlike.telemed.models import Share, ShareOpening
from doctorlike.telemed.queries.cards import ConsultationCard, card, whole
from doctorlike.telemed.queries.conclusions import ConclusionView, conclusions_of


@dataclass(frozen=True, slots=True)
class ShareView:
    """Everything but the secret, which nobody has any more."""

    id: UUID
    consultation_id: UUID
    made_at: datetime
    ends_at: datetime
    revoked_at: datetime | None
    opened_at: Sequence[datetime]

    def serves(self, at: datetime) -> bool:
        return rules.share_serves(ends_at=self.ends_at, revoked_at=self.revoked_at, at=at)


def shares_of(consultation_ids: Collection[UUID]) -> list[ShareView]:
    """Of consultations that the viewer may see, newest first; two queries."""
    openings = Prefetch("openings", ShareOpening.objects.order_by("id"))
    rows = Share.objects.filter(consultation__in=list(consultation_ids)).prefetch_related(openings)
    return [
        ShareView(
            id=one.pk,
            consultation_id=one.consultation_id,
            made_at=one.made_at,
            ends_at=one.ends_at,
            revoked_at=one.revoked_at,
            opened_at=[opening.opened_at for opening in one.openings.all()],
        )
        for one in rows.order_by("-made_at", "-id")
    ]


@dataclass(frozen=True, slots=True)
class Shared:
    """What another doctor reads by a link."""

    share_id: UUID
    card: ConsultationCard
    conclusion: ConclusionView
    ends_at: datetime


def shared(secret: str, *, at: datetime) -> Shared:
    """NotFoundError for a link that is unknown, over, revoked, or whose maker may not see the consultation any more (a
    child's adult after the 15th birthday): they all look alike."""
    found = Share.objects.filter(secret_sha256=rules.digest(secret)).first()
    if found is None or not rules.share_serves(ends_at=found.ends_at, revoked_at=found.revoked_at, at=at):
        raise NotFoundError
    row = whole().get(pk=found.consultation_id)
    if not policies.policy_for(found.made_by_id, row.policy_id, clock.insurer_date(at)).medical_open:
        raise NotFoundError
    return Shared(found.pk, card(row), conclusions_of([row.pk])[row.pk], found.ends_at)
