"""Who works where."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.clinics.models import ClinicStaff
from doctorlike.kit.actors import Actor


@transaction.atomic
def assign_staff(*, user_id: UUID, clinic_id: UUID, by: Actor, at: datetime) -> None:
    """From now on the user sees this clinic's reception, and no other's. Repeating changes nothing."""
    if ClinicStaff.objects.filter(user_id=user_id, clinic_id=clinic_id).exists():
        return
    ClinicStaff.objects.update_or_create(user_id=user_id, defaults={"clinic_id": clinic_id})
    audit.record(
        by=by,
        at=at,
        action="clinic.staff_assigned",
        subject_type="clinic",
        subject_id=clinic_id,
        details={"user_id": str(user_id)},
    )
