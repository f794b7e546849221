"""One-time codes: how long, how often, how many tries. They keep real time, whatever the demo clock shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

DIGITS = 6
LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
MOST_UNANSWERED_A_DAY = 10
DAY = timedelta(days=1)

SIGN_IN = "sign_in"
CONTACT = "contact"
PROOF = "proof"


def seconds_to_wait(sent: Sequence[tuple[datetime, datetime | None]], at: datetime) -> int:
    """How many seconds until a phone or address may be sent another code, given when it was sent earlier ones and
    when each was entered; 0 when it may be now. Entering a code proves who owns the address, so only those sent
    since then count."""
    proved_at = max((entered_at for _, entered_at in sent if entered_at), default=None)
    unanswered = sorted(
        sent_at
        for sent_at, entered_at in sent
        if not entered_at and at - DAY < sent_at and (proved_at is None or proved_at < sent_at)
    )
    if not unanswered:
        return 0
    free_at = unanswered[-1] + RESEND_AFTER
    if len(unanswered) >= MOST_UNANSWERED_A_DAY:
        free_at = max(free_at, unanswered[-MOST_UNANSWERED_A_DAY] + DAY)
    return max(0, math.ceil((free_at - at).total_seconds()))


def is_expired(sent_at: datetime, at: datetime) -> bool:
    return at >= sent_at + LIFETIME
