"""News of the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class Departure(NamedTuple):
    """A clinic and the scopes that it no longer serves."""

    clinic_id: UUID
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClinicLeft:
    """From `left_on` on, not before, these clinics no longer serve policies of those scopes. Told when it is decided,
    which is before that day or on it."""

    departures: tuple[Departure, ...]
    left_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class ClinicStayed:
    """A departure that was told is taken back: the clinics go on serving policies of those scopes."""

    departures: tuple[Departure, ...]
    at: datetime
