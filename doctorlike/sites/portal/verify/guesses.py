"""How often one address of the network may miss. Codes cannot be guessed; this keeps guessing from costing us."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WITHIN_SECONDS = 60 * 60
MISSES_AT_MOST = 20
FILES_AT_MOST = 60


def too_many_misses(request: HttpRequest) -> bool:
    """Whether this address has typed so many unknown codes within an hour."""
    return _count(_key(request, "missed")) >= MISSES_AT_MOST


def note_miss(request: HttpRequest) -> None:
    _add(_key(request, "missed"))


def too_many_files(request: HttpRequest) -> bool:
    """Whether this address has had so many files examined within an hour."""
    return _count(_key(request, "files")) >= FILES_AT_MOST


def note_file(request: HttpRequest) -> None:
    _add(_key(request, "files"))


def _key(request: HttpRequest, what: str) -> str:
    # The address itself is nobody's business here.
    address = salted_hmac("verify", request.META.get("REMOTE_ADDR", ""), algorithm="sha256").hexdigest()[:32]
    return f"verify:{what}:{address}"


def _count(key: str) -> int:
    held = cache.get(key)
    return held if isinstance(held, int) else 0


def _add(key: str) -> None:
    # Two at once may count as one: a few tries more make no code easier to guess.
    cache.set(key, _count(key) + 1, WITHIN_SECONDS)
