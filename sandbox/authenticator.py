"""The app with codes on the phones of the demonstration's staff: RFC 6238, half minutes, six figures, SHA-1.

Each secret follows from the address, as the product's demonstration sets it up; nothing real is guarded by it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.pages import page

HALF_MINUTE_SECONDS = 30
STAFF = ("operator", "finance", "expert", "product", "auditor", "registrar", "doctor1", "doctor2")
DOMAIN = "demo.example"


def demo_secret(address: str) -> str:
    """The secret of one of the demonstration's people, base32."""
    return base64.b32encode(hashlib.sha256(f"demo authenticator {address}".encode()).digest()[:20]).decode()


def code_at(secret: str, at_seconds: float) -> str:
    """What the app shows at that Unix time."""
    counter = struct.pack(">Q", int(at_seconds) // HALF_MINUTE_SECONDS)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    (value,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(value & 0x7FFFFFFF) % 1_000_000:06d}"


async def shown(request: Request) -> Response:
    """The phone's screen."""
    return page(request, "authenticator.html", codes=_codes(), lasts=_lasts())


async def codes(request: Request) -> Response:
    """The same for programs."""
    return JSONResponse({"codes": _codes(), "seconds_left": _lasts()})


def _codes() -> dict[str, str]:
    now = time.time()
    return {f"{name}@{DOMAIN}": code_at(demo_secret(f"{name}@{DOMAIN}"), now) for name in STAFF}


def _lasts() -> int:
    return HALF_MINUTE_SECONDS - int(time.time()) % HALF_MINUTE_SECONDS


routes = [Route("/authenticator/", shown), Route("/authenticator/codes.json", codes)]
