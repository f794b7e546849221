"""What browsers tell each other about their call, and what they may use to reach each other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from doctorlike.kit import clock
from doctorlike.kit.locks import locked
from doctorlike.telemed import rules
from doctorlike.telemed.commands.happening import happened
from doctorlike.telemed.commands.room import author_of
from doctorlike.telemed.errors import NoSignalError, WrongStepError
from doctorlike.telemed.models import CallSignal, Consultation
from doctorlike.telemed.rules import EventKind, SignalKind, State

# A call lasts less; whoever has kept a credential for longer can do nothing with it.
RELAY_HOURS = 6
_KINDS = frozenset(SignalKind)


@transaction.atomic
def send_signal(
    *, consultation_id: UUID, user_id: UUID, device: str, kind: str, payload: Mapping[str, Any], at: datetime
) -> None:
    """Tell the other browsers of the room something about the call, in the order in which it is sent. NotFoundError for
    anybody but its patient's account and its doctor, WrongStepError while no doctor is there and after the end,
    NoSignalError for what no page of ours sends. Nothing of it is kept after the consultation; it is in no trail."""
    consultation = locked(Consultation.objects, pk=consultation_id)
    author = author_of(consultation, user_id, at)
    if consultation.state != State.TAKEN:
        raise WrongStepError
    written = json.dumps(payload)
    if kind not in _KINDS or not rules.is_device(device) or len(written) > rules.MOST_SIGNAL_LETTERS:
        raise NoSignalError
    event = happened(consultation, EventKind.SIGNAL, at)
    CallSignal.objects.create(event=event, author=author, device=device, kind=kind, payload=written)


def forget_signals(consultation: Consultation) -> None:
    """A call that is over needs no addresses any more. For callers that hold the consultation's lock."""
    CallSignal.objects.filter(event__consultation=consultation).delete()


def ice_servers(user_id: UUID) -> list[dict[str, Any]]:
    """As RTCPeerConnection takes them: STUN, and TURN with a credential for some hours (the scheme of TURN servers with
    a shared secret: the end of its time and the user, signed)."""
    found: list[dict[str, Any]] = []
    if settings.TELEMED_STUN_URLS:
        found.append({"urls": settings.TELEMED_STUN_URLS})
    if settings.TELEMED_TURN_URLS and settings.TELEMED_TURN_SECRET:
        ends_at = clock.real_now() + timedelta(hours=RELAY_HOURS)
        # Whom the credential was given to is nobody's business at the relay: a name that nothing else bears.
        whom = hashlib.sha256(f"relay:{user_id}".encode()).hexdigest()[:16]
        name = f"{int(ends_at.timestamp())}:{whom}"
        signed = hmac.new(settings.TELEMED_TURN_SECRET.encode(), name.encode(), hashlib.sha1).digest()
        found.append(
            {
                "urls": settings.TELEMED_TURN_URLS,
                "username": name,
                "credential": base64.b64encode(signed).decode(),
            }
        )
    return found
