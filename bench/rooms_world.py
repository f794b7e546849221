"""People in open rooms, signed in on the telemedicine site. Import this only after `Measurement.enter_django`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bench.pages_people import insured_users, sign_in
from doctorlike.kit.actors import Actor
from doctorlike.telemed import commands as telemed

INSURED_DAYS = 60


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A consultation that waits for its doctor, and the session of whoever asked for it."""

    id: UUID
    user_id: UUID
    session: str


def open_rooms(count: int, *, at: datetime) -> list[OpenRoom]:
    """So many, each of its own patient. The demo must have been seeded."""
    since_on = at.date() - timedelta(days=INSURED_DAYS)
    with transaction.atomic():
        return [
            OpenRoom(
                telemed.request_urgent(
                    user_id=user.pk,
                    policy_id=policy_id,
                    complaint="Болит горло",
                    consent_text="Согласен",
                    by=Actor.user(user.pk),
                    at=at,
                ),
                user.pk,
                sign_in(user, at),
            )
            for user, policy_id in insured_users(count, since_on=since_on, at=at).items()
        ]
