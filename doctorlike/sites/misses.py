"""How often one address of the network may miss at a door that anybody may knock at: secrets cannot be guessed; this
keeps guessing from costing us."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WITHIN_SECONDS = 60 * 60


def count(request: HttpRequest, door: str, what: str) -> int:
    """How often this address has done it at that door within an hour."""
    held = cache.get(_key(request, door, what))
    return held if isinstance(held, int) else 0


def note(request: HttpRequest, door: str, what: str) -> None:
    # Two at once may count as one: a few tries more make no secret easier to guess.
    cache.set(_key(request, door, what), count(request, door, what) + 1, WITHIN_SECONDS)


def _key(request: HttpRequest, door: str, what: str) -> str:
    # The address itself is nobody's business here.
    address = salted_hmac(door, request.META.get("REMOTE_ADDR", ""), algorithm="sha256").hexdigest()[:32]
    return f"{door}:{what}:{address}"
