"""Passkeys (WebAuthn): the browser's answers, checked by allauth against the challenge that it keeps in the session."""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError

from doctorlike.accounts.errors import WrongPasskeyError
from doctorlike.accounts.models import User


def creation_asked(user: User) -> dict[str, Any]:
    """What the browser makes a new passkey of: one that finds its owner by itself and asks for finger, face or PIN."""
    return auth.begin_registration(user, True)


def created(answer: str) -> dict[str, Any]:
    """The new passkey as allauth stores it. WrongPasskeyError for anything that does not answer our challenge."""
    credential = _read(answer)
    try:
        auth.parse_registration_response(credential)
        binding = auth.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError):
        raise WrongPasskeyError from None
    if not binding.is_user_verified():
        raise WrongPasskeyError
    return credential


def proof_asked(user: User | None = None) -> dict[str, Any]:
    """What the browser signs: by any passkey of this site, or by one of that person's."""
    return auth.begin_authentication(user)


def proven(answer: str, user: User | None = None) -> Authenticator:
    """The passkey that signed our challenge; without `user` it says itself whose it is. WrongPasskeyError."""
    credential = _read(answer)
    try:
        auth.parse_authentication_response(credential)
        owner = user or auth.extract_user_from_response(credential)
        passkey = auth.complete_authentication(owner, credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        raise WrongPasskeyError from None
    if not passkey.user.is_active:
        raise WrongPasskeyError
    passkey.record_usage()
    return passkey


def _read(answer: str) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        raise WrongPasskeyError from None
    if not isinstance(told, dict):
        raise WrongPasskeyError
    return told
