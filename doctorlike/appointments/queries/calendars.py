"""The secret address of an account's calendar and what stands in the calendar, and a client's places in waiting
lists for the copy of their data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField

from doctorlike.appointments.digests import digest
from doctorlike.appointments.models import CalendarAddress, WaitingEntry
from doctorlike.appointments.queries.cards import VisitCard, specialty_name, visit_card
from doctorlike.appointments.queries.visits import visits
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read, Told

_owner = Read(
    lambda: CalendarAddress.objects.filter(
        digest=Told("digest", CharField()), ended_at__isnull=True, user__is_active=True
    ).values_list("user_id", "made_at"),
    prepared=True,
)
_since = Read(
    lambda: (
        visits()
        .filter(Among("policy_id", "policy_ids"), starts_at__gt=Told("since", DateTimeField()))
        .order_by("starts_at", "pk")
    )
)


def calendar_owner(secret: str) -> tuple[UUID, datetime]:
    """Whose calendar the secret opens, and when it was made. A wrong secret costs the same one probe of an index as a
    right one. NotFoundError for one that never was, was replaced or revoked, or whose account is closed."""
    for user_id, made_at in _owner(digest=digest(secret)):
        return user_id, made_at
    raise NotFoundError


def calendar_made_at(user_id: UUID) -> datetime | None:
    """When the account's address was made, None while it has none."""
    rows = CalendarAddress.objects.filter(user=user_id, ended_at__isnull=True)
    return rows.values_list("made_at", flat=True).first()


def visits_since(policy_ids: Iterable[UUID], since: datetime) -> list[VisitCard]:
    """Every visit of the policies that starts later than that instant, cancelled ones too, by time. One query."""
    return [visit_card(row) for row in _since(policy_ids=list(policy_ids), since=since)]


def waiting_records(policy_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Places in waiting lists, taken and left ones too, as the copy of one's data tells them; the latest first."""
    rows = WaitingEntry.objects.filter(policy_id__in=list(policy_ids)).select_related(
        "policy", "doctor", "clinic", "region"
    )
    return [
        {
            "contract": row.policy.number,
            "specialty": specialty_name(row.specialty_code),
            "doctor": row.doctor.full_name if row.doctor else None,
            "clinic": row.clinic.name if row.clinic else None,
            "region": row.region.name if row.region else None,
            "from_on": row.from_on,
            "until_on": row.until_on,
            "weekdays": row.weekdays,
            "from_local": row.from_local.isoformat("minutes"),
            "until_local": row.until_local.isoformat("minutes") if row.until_local else None,
            "state": row.state,
            "joined_at": row.joined_at,
            "changed_at": row.changed_at,
        }
        for row in rows.only(
            *(field.name for field in WaitingEntry._meta.concrete_fields),
            "policy__number",
            "doctor__full_name",
            "clinic__name",
            "region__name",
        ).order_by("-joined_at")
    ]
