"""What a clinic asks of those who book online."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import UUIDField

from doctorlike.appointments.models import BookingTerms
from doctorlike.appointments.rules import HORIZON_DAYS, is_late
from doctorlike.kit.reads import Read, Told


@dataclass(frozen=True, slots=True)
class TermsView:
    """`horizon_days`: how far ahead of the clinic's day time is published. Cancelling or moving is free until
    `free_until_hours` before the start; `late_words`: what the clinic wants said to whoever is later."""

    horizon_days: int = HORIZON_DAYS
    free_until_hours: int = 0
    late_words: str = ""

    def is_late(self, starts_at: datetime, at: datetime) -> bool:
        """Whether cancelling a visit now is past the clinic's limit."""
        return is_late(starts_at=starts_at, free_until_hours=self.free_until_hours, at=at)

    def free_until(self, starts_at: datetime) -> datetime:
        """From this instant on it is late."""
        return starts_at - timedelta(hours=self.free_until_hours)


_terms = Read(
    lambda: BookingTerms.objects.filter(clinic_id=Told("clinic_id", UUIDField())).values_list(
        "horizon_days", "free_until_hours", "late_words"
    ),
    prepared=True,
)


def terms_of(clinic_id: UUID) -> TermsView:
    """The usual terms where the clinic has none of its own. One query."""
    return next((TermsView(*row) for row in _terms(clinic_id=clinic_id)), TermsView())
