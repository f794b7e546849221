"""What is told before a visit is moved or cancelled."""

from __future__ import annotations

from doctorlike.appointments import queries
from doctorlike.appointments.queries import VisitCard
from doctorlike.kit import clock


def moving_page(visit: VisitCard) -> dict[str, object]:
    """The visit that is moved or cancelled, and whether that is past the clinic's limit: never where the clinic took
    the time away itself."""
    terms = queries.terms_of(visit.clinic_id)
    has_limit = bool(terms.free_until_hours) and not visit.is_displaced
    return {
        "moved": visit,
        "late": has_limit and terms.is_late(visit.starts_at, clock.now()),
        "late_words": terms.late_words,
        "free_until": terms.free_until(visit.starts_at) if has_limit else None,
    }
