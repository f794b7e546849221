"""News of booking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    appointment_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    """`from_slot_id` is the slot that is free now."""

    appointment_id: UUID
    from_slot_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    appointment_id: UUID
    at: datetime
