"""What the client takes away of rendered services and disputes: everything, however long ago."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doctorlike.care import words
from doctorlike.care.models import Dispute, Encounter
from doctorlike.care.queries.disputes import ComplaintView, _complaint
from doctorlike.care.queries.visits import EncounterView, _views
from doctorlike.care.rules import DisputeKind, DisputeState


@dataclass(frozen=True, slots=True)
class DisputeRecord:
    """A dispute as its client wrote it and was answered."""

    line_id: UUID
    kind_text: str
    text: str
    opened_at: datetime
    state_text: str
    answer: str
    decided_at: datetime | None
    complaint: ComplaintView | None


def all_encounters_of(policy_ids: Iterable[UUID]) -> list[EncounterView]:
    """As `encounters_of`, without its limit: for a copy of one's data, not for pages."""
    rows = Encounter.objects.filter(policy__in=list(policy_ids)).select_related("clinic")
    return _views(list(rows.order_by("-visit_on", "-id")))


def dispute_records(line_ids: Iterable[UUID]) -> list[DisputeRecord]:
    """Every dispute of those lines with its words, the first one first; one query."""
    rows = Dispute.objects.filter(line__in=list(line_ids)).select_related("complaint").order_by("opened_at", "id")
    return [
        DisputeRecord(
            line_id=row.line_id,
            kind_text=str(words.KINDS[DisputeKind(row.kind)]),
            text=row.text,
            opened_at=row.opened_at,
            state_text=str(words.STATES[DisputeState(row.state)]),
            answer=row.answer or "",
            decided_at=row.decided_at,
            complaint=_complaint(getattr(row, "complaint", None)),
        )
        for row in rows
    ]
