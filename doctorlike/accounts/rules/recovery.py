"""A lost phone: how long its replacement waits, and what may become of it (docs/rules/sign-in.md). True time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

# Long enough for the owner of the old phone to read the notice and cancel, short enough for somebody who is ill.
DELAY = timedelta(hours=24)
# Between proving the mailbox and entering the code of the new phone.
STEPS_WITHIN = timedelta(minutes=30)
MOST_WRONG = 5
LOCK_FOR = timedelta(hours=1)

MAILBOX = "recovery_mail"
NEW_PHONE = "recovery_phone"


class RecoveryState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"  # when it came due, the phone stood in another account or the account was closed


class RecoveryEvent(StrEnum):
    COMPLETE = "complete"
    CANCEL = "cancel"
    FAIL = "fail"


TRANSITIONS: Mapping[tuple[RecoveryState, RecoveryEvent], RecoveryState] = {
    (RecoveryState.WAITING, RecoveryEvent.COMPLETE): RecoveryState.DONE,
    (RecoveryState.WAITING, RecoveryEvent.CANCEL): RecoveryState.CANCELLED,
    (RecoveryState.WAITING, RecoveryEvent.FAIL): RecoveryState.FAILED,
}


def next_state(state: RecoveryState, event: RecoveryEvent) -> RecoveryState | None:
    """None when that does not happen any more: what has ended stays as it ended."""
    return TRANSITIONS.get((state, event))


def may_recover(*, is_active: bool, at_work: bool, fits: bool) -> bool:
    """People at work are not let back in by mail: an administrator does that at the console."""
    return is_active and not at_work and fits
