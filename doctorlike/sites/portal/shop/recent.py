"""What a visitor has just told: kept sealed in their own browser for a short while. So a birth date or a question about
health stands in no address, log or history, the back button works, and an address copied to somebody tells nothing."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from doctorlike.kit import crypto

COOKIE = "portal_recent"
KEPT_FOR = timedelta(hours=2)
# So many answers at once, for several tabs beside each other; the oldest gives way.
MOST_KEPT = 4
_KEY_BYTES = 6

Told = dict[str, Any]


def new_key() -> str:
    """What an address names the answers by; it means nothing in another browser."""
    return secrets.token_urlsafe(_KEY_BYTES)


def keep(request: HttpRequest, response: HttpResponse, *, key: str, told: Told, at: datetime) -> None:
    """Have the browser keep what was told under the key. `at` is real time."""
    entries = [entry for entry in _entries(request, at) if entry[0] != key]
    entries = [*entries[-(MOST_KEPT - 1) :], [key, at.timestamp(), told]]
    response.set_cookie(
        COOKIE,
        crypto.encrypt(json.dumps(entries).encode()).decode(),
        max_age=KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def recall(request: HttpRequest, key: str, at: datetime) -> Told | None:
    """What this browser told under the key, or None when it did not, too long ago, or changed the cookie."""
    return next((told for known, _told_at, told in _entries(request, at) if known == key), None)


def _entries(request: HttpRequest, at: datetime) -> list[Any]:
    try:
        entries = json.loads(crypto.decrypt(request.COOKIES.get(COOKIE, "").encode()))
    except InvalidToken:
        return []
    oldest = (at - KEPT_FOR).timestamp()
    return [entry for entry in entries if entry[1] >= oldest]
