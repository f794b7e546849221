"""Which clinics want a letter of guarantee for each visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.audit import commands as audit
from doctorlike.coverage.models import LetterWish
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.reads import Read, Told

_email = Read(
    lambda: LetterWish.objects.filter(pk=Told("clinic_id", UUIDField())).values_list("email", flat=True),
    prepared=True,
)


def letters_email(clinic_id: UUID) -> str:
    """Where a clinic is told of its letters; empty for one that wants none. One query."""
    return next(iter(_email(clinic_id=clinic_id)), "")


@transaction.atomic
def set_letter_wish(*, clinic_id: UUID, email: str, by: Actor, at: datetime) -> None:
    """From now on each covered visit booked there has a letter, of which the clinic is told at `email`; without an
    address none has. Letters made before stay. Repeating changes nothing."""
    advisory_lock(f"coverage:letter_wish:{clinic_id}")
    if letters_email(clinic_id) == email:
        return
    if email:
        told = {"email": email, "wished_at": at, "wished_by": str(by)}
        LetterWish.objects.update_or_create(clinic_id=clinic_id, defaults=told)
    else:
        LetterWish.objects.filter(pk=clinic_id).delete()
    audit.record(
        by=by, at=at, action="clinic.letters_set", subject_type="clinic", subject_id=clinic_id,
        details={"wanted": bool(email)},
    )  # fmt: skip
