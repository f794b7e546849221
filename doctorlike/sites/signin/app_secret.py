"""An app with codes that is being set up: its secret waits in the session, sealed, until a code of it is entered."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO

import qrcode
from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest
from qrcode.image.svg import SvgPathFillImage

from doctorlike.accounts import commands
from doctorlike.accounts.models import User
from doctorlike.kit import crypto

KEY = "app_to_set_up"


@dataclass(frozen=True, slots=True)
class AppToSetUp:
    """What the page shows: a picture to scan, and the secret in groups of four to type instead."""

    picture: str
    typed: str


def secret_to_set_up(request: HttpRequest) -> str:
    """The secret shown in this browser, a new one when none is."""
    sealed = request.session.get(KEY)
    if sealed:
        return crypto.decrypt(sealed.encode()).decode()
    secret = commands.new_app_secret()
    request.session[KEY] = crypto.encrypt(secret.encode()).decode()
    return secret


def forget_app(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def app_to_set_up(request: HttpRequest, user: User) -> AppToSetUp:
    secret = secret_to_set_up(request)
    drawn = BytesIO()
    address = get_adapter().build_totp_url(user, secret)
    # Black on white whatever the theme: cameras of older phones read nothing else.
    qrcode.make(address, image_factory=SvgPathFillImage, border=2).save(drawn)
    picture = base64.b64encode(drawn.getvalue()).decode()
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return AppToSetUp(f"data:image/svg+xml;base64,{picture}", groups)
