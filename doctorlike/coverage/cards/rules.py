"""The rotating code of a digital card (RFC 6238) and what a code shown at a reception may be found to be
(docs/adr/0006-digital-card.md). All instants are true ones: codes do not follow a moved demo clock."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 300
CODE_DIGITS = 8
NUMBER_DIGITS = 12
SECRET_BYTES = 32
# Clocks of phones differ: the step before and the step after the present one are good as well.
ADJOINING = 1
# So far to either side a wrong code is still recognised, to be told what is wrong with it: two hours.
RECOGNISED = 24

# Wrong codes of one registrar, and of a whole clinic, that close the check for a while.
WRONG_BY_ONE = 5
WRONG_AT_CLINIC = 20
LOCK_FOR = timedelta(minutes=15)
# Checks are kept for the limits above and to know a code that was used; the trail keeps who checked for good.
CHECKS_KEPT_FOR = timedelta(days=1)
# A card whose sign-in ended is kept so long, for the reception to be told why its code is refused.
ENDED_KEPT_FOR = timedelta(days=7)


class Finding(StrEnum):
    """What a code was found to be."""

    GOOD = "good"
    USED = "used"  # shown before, or an earlier one than one that was
    REVOKED = "revoked"  # right, but the device is signed out or the policy is not the account's any more
    LATE = "late"  # right some while ago
    EARLY = "early"  # of a device whose clock is ahead
    UNKNOWN = "unknown"  # no card's


# When a code fits several cards of a policy, the finding that helps most.
_BEST_FIRST = tuple(Finding)
WRONG = frozenset({Finding.UNKNOWN, Finding.REVOKED})


def new_secret() -> str:
    return secrets.token_hex(SECRET_BYTES)


def new_number() -> str:
    """Figures only: a scanner types them right under a Russian keyboard too. It tells nothing of its holder."""
    return "".join(secrets.choice("0123456789") for _ in range(NUMBER_DIGITS))


def code_at(secret: bytes, instant: datetime, *, step_seconds: int = STEP_SECONDS) -> str:
    """Eight figures: TOTP with HMAC-SHA-256 and T0 of 1970 (RFC 6238)."""
    made = TOTP(secret, CODE_DIGITS, SHA256(), step_seconds).generate(int(instant.timestamp()))
    return made.decode()


def step_at(instant: datetime) -> int:
    return int(instant.timestamp()) // STEP_SECONDS


def step_ends_at(step: int) -> datetime:
    """The first instant of the next step."""
    return datetime.fromtimestamp((step + 1) * STEP_SECONDS, UTC)


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read at the counter: `number` is the card's, empty where only the code was typed."""

    number: str
    code: str


def read_shown(text: str) -> Shown | None:
    """From what a scanner or a person typed: twenty figures of the QR code, or the eight of the code; spaces and dashes
    are nothing. None for anything else."""
    figures = re.sub(r"[\s\u00a0\u202f–—-]", "", text)
    if not re.fullmatch(r"[0-9]+", figures):
        return None
    if len(figures) == NUMBER_DIGITS + CODE_DIGITS:
        return Shown(figures[:NUMBER_DIGITS], figures[NUMBER_DIGITS:])
    return Shown("", figures) if len(figures) == CODE_DIGITS else None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What is known of a card that a code may be of. `serves`: its device is signed in and its policy is the
    account's; `used_step` is the latest whose code was taken."""

    secret: bytes
    serves: bool
    used_step: int | None


def judge(code: str, card: CardFacts, at: datetime) -> tuple[Finding, int | None]:
    """What the code is as this card's, and the step it belongs to. A code is taken once (RFC 6238, 5.2), and none after
    a later one was."""
    step = _step_of(code, card.secret, step_at(at))
    if step is None:
        return Finding.UNKNOWN, None
    if not card.serves:
        return Finding.REVOKED, step
    if step < step_at(at) - ADJOINING:
        return Finding.LATE, step
    if step > step_at(at) + ADJOINING:
        return Finding.EARLY, step
    if card.used_step is not None and step <= card.used_step:
        return Finding.USED, step
    return Finding.GOOD, step


def _step_of(code: str, secret: bytes, present: int) -> int | None:
    for distance in range(RECOGNISED + 1):
        for step in dict.fromkeys((present - distance, present + distance)):
            made = code_at(secret, datetime.fromtimestamp(step * STEP_SECONDS, UTC))
            if hmac.compare_digest(made, code):
                return step
    return None


def better(one: Finding, other: Finding) -> bool:
    return _BEST_FIRST.index(one) < _BEST_FIRST.index(other)
