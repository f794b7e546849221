"""News of this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ContactVerified:
    """The account has a newly verified phone or e-mail address, or its name or birth date was saved: policies may
    match it now."""

    user_id: UUID
    at: datetime
