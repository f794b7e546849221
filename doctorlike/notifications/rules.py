"""Channels and the fate of a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_TRIES = 6


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class State(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"  # a provider took it over; whether it was read nobody can know
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the private storage, by its key, sent under `name`."""

    name: str
    storage_key: str
    media_type: str
