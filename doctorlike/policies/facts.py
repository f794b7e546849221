"""News of this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PolicyIssued:
    """A contract was concluded."""

    policy_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PoliciesImported:
    """Contracts concluded elsewhere are served here from now on; their premium was not received here."""

    policy_ids: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyLinked:
    """A policy stands in somebody's account from now on."""

    policy_id: UUID
    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyUnlinked:
    """The desk took a policy out of an account it did not belong in."""

    policy_id: UUID
    user_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyCancelled:
    """A contract ends early; `cancelled_on` is the first day no longer covered."""

    policy_id: UUID
    cancelled_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class PolicyCorrected:
    """A person of the contract is written otherwise from now on; nothing else has changed."""

    policy_id: UUID
    at: datetime
