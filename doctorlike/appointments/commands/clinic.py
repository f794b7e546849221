"""Who works at a clinic, and what it asks of online booking."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from doctorlike.appointments import rules
from doctorlike.appointments.errors import DoctorKnownError
from doctorlike.appointments.models import BookingTerms, Doctor
from doctorlike.appointments.queries.terms import terms_of
from doctorlike.audit.commands import record
from doctorlike.clinics import queries as clinics
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock


@transaction.atomic
def add_doctor(
    *, clinic_id: UUID, full_name: str, specialty_code: str, service_code: str, room: str, by: Actor, at: datetime
) -> UUID:
    """A doctor without hours yet; returns them. What `apply_change` gives them is published at once, as far as the
    clinic's horizon. DoctorKnownError."""
    today = rules.visit_date(at, ZoneInfo(clinics.clinic(clinic_id).zone))
    try:
        with transaction.atomic():
            doctor = Doctor.objects.create(
                clinic_id=clinic_id,
                full_name=full_name,
                specialty_code=specialty_code,
                service_code=service_code,
                room=room,
                # Without hours there is nothing to publish, and the hours to come are shown with the times they bring.
                published_until_on=today + timedelta(days=terms_of(clinic_id).horizon_days),
            )
    except IntegrityError as refused:
        raise DoctorKnownError from refused
    record(
        by=by, at=at, action="doctor.added", subject_type="doctor", subject_id=doctor.pk,
        details={"clinic": str(clinic_id)},
    )  # fmt: skip
    return doctor.pk


@transaction.atomic
def set_booking_terms(
    *, clinic_id: UUID, horizon_days: int, free_until_hours: int, late_words: str, by: Actor, at: datetime
) -> None:
    """How far ahead time is published and until when a visit is cancelled freely. A shorter horizon takes nothing back
    that is published; a longer one is published by a job. Repeating changes nothing."""
    from doctorlike.appointments.tasks import publish_slots_of  # the task calls back into the commands

    advisory_lock(f"appointments.timetable:{clinic_id}")
    before = terms_of(clinic_id)
    told = {"horizon_days": horizon_days, "free_until_hours": free_until_hours, "late_words": late_words}
    if told == {name: getattr(before, name) for name in told}:
        return
    BookingTerms.objects.update_or_create(
        clinic_id=clinic_id, defaults={**told, "changed_at": at, "changed_by": str(by)}
    )
    record(
        by=by, at=at, action="booking_terms.changed", subject_type="clinic", subject_id=clinic_id,
        details={"horizon_days": horizon_days, "free_until_hours": free_until_hours},
    )  # fmt: skip
    if horizon_days > before.horizon_days:
        publish_slots_of.defer(clinic_id=str(clinic_id))
