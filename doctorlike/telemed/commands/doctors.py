"""Who consults."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.telemed.models import Doctor


@transaction.atomic
def enrol_doctor(*, user_id: UUID, full_name: str, speciality: str, credentials: str, by: Actor, at: datetime) -> None:
    """Let a user consult, or change how patients see them. Repeating changes nothing."""
    Doctor.objects.update_or_create(
        user_id=user_id,
        defaults={"full_name": full_name, "speciality": speciality, "credentials": credentials},
    )
    audit.record(by=by, at=at, action="doctor.enrolled", subject_type="user", subject_id=user_id)
