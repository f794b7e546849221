"""What pages are given: frozen values, made from rows in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from doctorlike.appointments.models import Appointment, Doctor
from doctorlike.appointments.rules import State
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.kit.money import Money


def specialty_name(code: str) -> str:
    """The specialty in words; the code itself when the catalogue no longer has it."""
    known = SPECIALTIES.get(code)
    return str(known.name) if known else code


@dataclass(frozen=True, slots=True)
class DoctorCard:
    id: UUID
    clinic_id: UUID
    full_name: str
    specialty_code: str
    service_code: str
    room: str

    @property
    def specialty_name(self) -> str:
        return specialty_name(self.specialty_code)


@dataclass(frozen=True, slots=True)
class SlotCard:
    """`visit_on` is the day at the clinic, `zone` the clinic's IANA zone when the slot was made; `service_code` what is
    done then, `room` where."""

    id: UUID
    doctor: DoctorCard
    starts_at: datetime
    ends_at: datetime
    visit_on: date
    zone: str
    free: bool
    service_code: str
    room: str

    @property
    def clock_time(self) -> str:
        """The start by the clinic's clock: «10:40»."""
        return f"{self.starts_at.astimezone(ZoneInfo(self.zone)):%H:%M}"


@dataclass(frozen=True, slots=True)
class NextSlot:
    id: UUID
    clinic_id: UUID
    starts_at: datetime
    visit_on: date
    zone: str


@dataclass(frozen=True, slots=True)
class HoldCard:
    """`is_live` at the instant asked; `appointment_id` once it was confirmed; `moves` is the visit that it is kept to
    move."""

    id: UUID
    policy_id: UUID
    slot: SlotCard
    until_at: datetime
    is_live: bool
    appointment_id: UUID | None
    moves: UUID | None = None


@dataclass(frozen=True, slots=True)
class VisitCard:
    """`is_displaced`: the clinic has taken the time away since, and the visit is to be moved."""

    id: UUID
    policy_id: UUID
    policy_number: str
    patient_name: str
    patient_born_on: date
    clinic_id: UUID
    clinic_name: str
    clinic_address: str
    doctor: DoctorCard
    room: str
    service_code: str
    price: Money | None
    starts_at: datetime
    ends_at: datetime
    visit_on: date
    zone: str
    state: State
    changed_at: datetime
    moves: int
    is_displaced: bool

    @property
    def specialty_name(self) -> str:
        return self.doctor.specialty_name

    def is_upcoming(self, at: datetime) -> bool:
        return self.state == State.BOOKED and self.ends_at > at

    def can_cancel(self, at: datetime) -> bool:
        """Also whether it can be moved."""
        return self.state == State.BOOKED and self.starts_at > at


def doctor_card(row: Doctor) -> DoctorCard:
    return DoctorCard(row.pk, row.clinic_id, row.full_name, row.specialty_code, row.service_code, row.room)


def slot_card(row: Any, *, free: bool | None = None) -> SlotCard:
    """`free` as the query annotated it, unless it is told."""
    return SlotCard(
        row.pk,
        doctor_card(row.doctor),
        row.starts_at,
        row.ends_at,
        row.visit_on,
        row.zone,
        row.free if free is None else free,
        row.service_code or row.doctor.service_code,
        row.room or row.doctor.room,
    )


def visit_card(row: Appointment) -> VisitCard:
    return VisitCard(
        id=row.pk,
        policy_id=row.policy_id,
        policy_number=row.policy.number,
        patient_name=str(row.patient),
        patient_born_on=row.patient.born_on,
        clinic_id=row.slot.clinic_id,
        clinic_name=row.slot.clinic.name,
        clinic_address=row.slot.clinic.address,
        doctor=doctor_card(row.slot.doctor),
        room=row.slot.room or row.slot.doctor.room,
        service_code=row.service_code,
        price=row.price,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        visit_on=row.slot.visit_on,
        zone=row.slot.zone,
        state=State(row.state),
        changed_at=row.changed_at,
        moves=row.moves,
        is_displaced=row.state == State.BOOKED and row.slot.withdrawn_at is not None,
    )
