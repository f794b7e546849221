"""One-time codes: how long, how often, how many tries. They keep real time, whatever the demo clock shows."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

DIGITS = 6
LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
MOST_UNANSWERED_A_DAY = 10
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Codes nobody entered, asked from one address of the network. A mobile operator puts hundreds of its clients behind
# one address: they enter their codes, and those do not count.
MOST_UNANSWERED_OF_NETWORK_AN_HOUR = 30
MOST_UNANSWERED_OF_NETWORK_A_DAY = 100
_V6_PREFIX = 64  # what a provider gives to one home

SIGN_IN = "sign_in"
CONTACT = "contact"
OLD_CONTACT = "old_contact"
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


def network_of(address: str) -> str:
    """What is counted as one place of the network: an IPv4 address, or the /64 of an IPv6 one («2001:db8::/64»); empty
    for anything else, and for this machine itself: a proxy on it that does not say who asks would have everybody
    counted as one."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.is_loopback:
            return ""
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(found) >> 64 << 64, _V6_PREFIX)))
        found = found.ipv4_mapped
    return "" if found.is_loopback else str(found)


def network_seconds_to_wait(unanswered: Sequence[datetime], at: datetime) -> int:
    """How many seconds until one place of the network may ask for another code, given when it asked for those nobody
    entered; 0 when it may now."""
    asked = sorted(one for one in unanswered if at - DAY < one)
    free_at = at
    for most, within in ((MOST_UNANSWERED_OF_NETWORK_AN_HOUR, HOUR), (MOST_UNANSWERED_OF_NETWORK_A_DAY, DAY)):
        if len(asked) >= most:
            free_at = max(free_at, asked[-most] + within)
    return math.ceil((free_at - at).total_seconds())
