"""The life of a letter of guarantee (docs/rules/guarantees.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

# A letter that no job has made by then is asked for again.
LATE_AFTER = timedelta(minutes=10)


class LetterState(StrEnum):
    ASKED = "asked"  # a job is to make it
    MAILED = "mailed"  # made and signed; the word about it is on its way
    SENT = "sent"  # the clinic's mail took it
    OPENED = "opened"  # somebody at the clinic's reception has read it
    FAILED = "failed"  # the clinic could not be told; the letter lies at its reception all the same
    WITHDRAWN = "withdrawn"  # the visit was cancelled or moved


class LetterEvent(StrEnum):
    MAIL = "mail"
    ACCEPT = "accept"
    OPEN = "open"
    FAIL = "fail"
    SEND_AGAIN = "send_again"
    WITHDRAW = "withdraw"


_S, _E = LetterState, LetterEvent
# What is not here changes nothing: news of a letter come late, twice and in any order.
_NEXT: Mapping[tuple[LetterState, LetterEvent], LetterState] = MappingProxyType(
    {
        (_S.ASKED, _E.MAIL): _S.MAILED,
        (_S.ASKED, _E.FAIL): _S.FAILED,
        (_S.MAILED, _E.ACCEPT): _S.SENT,
        (_S.MAILED, _E.FAIL): _S.FAILED,
        (_S.MAILED, _E.OPEN): _S.OPENED,
        (_S.SENT, _E.OPEN): _S.OPENED,
        (_S.FAILED, _E.ACCEPT): _S.SENT,
        (_S.FAILED, _E.OPEN): _S.OPENED,
        (_S.FAILED, _E.SEND_AGAIN): _S.ASKED,
        **{(state, _E.WITHDRAW): _S.WITHDRAWN for state in _S},
    }
)


def next_state(state: LetterState, event: LetterEvent) -> LetterState:
    return _NEXT.get((state, event), state)


def letter_number(policy_number: str, serial: int) -> str:
    """«ONDL-304821/2»: the second letter under that policy."""
    return f"{policy_number}/{serial}"
