"""Medical content of a client, open to one session for a while after a reason was recorded."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.visitor import signed_in

# Once a reason is given, the client's medical content stays open to this session for so long.
OPEN_FOR = timedelta(minutes=30)


def is_open(request: HttpRequest, policy_id: UUID) -> bool:
    until: float = request.session.get(_key(policy_id), 0.0)
    return until > clock.real_now().timestamp()


def open_records(request: HttpRequest, policy_id: UUID, *, reason: str) -> None:
    """The reason is in the trail, and the client sees it."""
    note_reading(request, policy_id, "medical.opened", {"reason": reason})
    request.session[_key(policy_id)] = (clock.real_now() + OPEN_FOR).timestamp()


def note_reading(request: HttpRequest, policy_id: UUID, action: str, details: dict[str, str]) -> None:
    audit.record(
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
        action=action,
        subject_type="policy",
        subject_id=policy_id,
        details=details,
    )


def _key(policy_id: UUID) -> str:
    return f"medical_open_{policy_id}"
