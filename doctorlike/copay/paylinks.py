"""The secret in the address of a page where a charge is paid without an account.

It names the charge and the last day the link serves, and is signed: nobody can make one, and nothing is stored.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from doctorlike.kit.errors import NotFoundError

# Each reminder brings a fresh link.
LIVES = timedelta(days=30)
_SALT = "copay.paylink"
_ID_BYTES, _DAY_BYTES, _SEAL_BYTES = 16, 3, 20


@dataclass(frozen=True, slots=True)
class PayLink:
    """What a genuine secret says."""

    charge_id: UUID
    last_on: date

    def serves(self, on: date) -> bool:
        """Whether the link is still good on that business date."""
        return on <= self.last_on


def address(charge_id: UUID, *, on: date) -> str:
    """The full address of the page for a charge, good for `LIVES` from that business date."""
    path = reverse("paylink:show", urlconf=settings.URLCONFS["portal"], kwargs={"token": token(charge_id, on=on)})
    return settings.SITE_URLS["portal"] + path


def token(charge_id: UUID, *, on: date) -> str:
    said = charge_id.bytes + (on + LIVES).toordinal().to_bytes(_DAY_BYTES, "big")
    return base64.urlsafe_b64encode(said + _seal(said, settings.SECRET_KEY)).decode()


def read(secret: str) -> PayLink:
    """NotFoundError for whatever was not made here. One made under an earlier key of ours is still taken."""
    try:
        raw = base64.b64decode(secret, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotFoundError from None
    said, seal = raw[: _ID_BYTES + _DAY_BYTES], raw[_ID_BYTES + _DAY_BYTES :]
    keys = [settings.SECRET_KEY, *(str(key) for key in settings.SECRET_KEY_FALLBACKS)]
    if not any(hmac.compare_digest(seal, _seal(said, key)) for key in keys):
        raise NotFoundError
    return PayLink(UUID(bytes=said[:_ID_BYTES]), date.fromordinal(int.from_bytes(said[_ID_BYTES:], "big")))


def _seal(said: bytes, key: str) -> bytes:
    return salted_hmac(_SALT, said, secret=key, algorithm="sha256").digest()[:_SEAL_BYTES]
