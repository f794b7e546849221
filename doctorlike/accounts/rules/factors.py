"""Second proofs of who somebody is: an app that makes codes, a passkey, recovery codes; and what a device is called."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum


class Factor(StrEnum):
    """Kinds as allauth stores them."""

    APP = "totp"
    PASSKEY = "webauthn"
    RECOVERY_CODES = "recovery_codes"


STRONG: frozenset[Factor] = frozenset({Factor.APP, Factor.PASSKEY})
# How long a proof serves for sensitive deeds: a change of factors, a copy of one's data.
PROVEN_FOR = timedelta(minutes=10)
MOST_PASSKEYS = 10
# The step of a sign-in, and the page, at which people at work set up their first proof.
SET_UP = "second_factor_setup"


def second_step_needed(*, at_work: bool, held: Collection[str]) -> bool:
    """Whether a code to phone or e-mail is not enough. People at work always prove twice. A client does when they set
    up an app; a passkey alone stays a way in of its own, so that a lost phone locks nobody out."""
    asked = STRONG if at_work else {Factor.APP}
    return any(kind in held for kind in asked)


def must_set_up(*, at_work: bool, held: Collection[str]) -> bool:
    """Whether nobody gets further without a second proof of their own."""
    return at_work and not any(kind in held for kind in STRONG)


def may_remove(*, at_work: bool, strong_left: int) -> bool:
    """`strong_left` is how many apps and passkeys would remain."""
    return not at_work or strong_left > 0


# What browsers and systems call themselves, the telling names first: Edge also says Chrome, Chrome also says Safari.
_BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"), ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_name(user_agent: str) -> str:
    """«Chrome, Android»: what people recognise a device by; empty when it does not say."""
    found = (next((name for mark, name in names if mark in user_agent), "") for names in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))
