"""Where a person can be reached: a phone or an e-mail address, and which of the two was typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from doctorlike.accounts.errors import WrongContactError, WrongEmailError, WrongPhoneError
from doctorlike.kit.phones import parse_phone, show_phone

ContactKind = Literal["phone", "email"]


class OldProof(StrEnum):
    """By what somebody showed that the contact they replace is theirs."""

    CODE = "code"  # sent to the old contact
    FACTOR = "factor"  # the app or a passkey


@dataclass(frozen=True, slots=True)
class Contact:
    """`value` is E.164 for a phone, lower case for an e-mail address: the form in which they are stored and found."""

    kind: ContactKind
    value: str

    def __str__(self) -> str:
        return show_phone(self.value) if self.kind == "phone" else self.value


def old_proof_needed(*, old: str | None, verified: bool, new: str) -> bool:
    """Whether the contact an account has must be proven before another takes its place: a first one, and one nobody
    ever verified, stand in nobody's way."""
    return bool(old) and verified and old != new


def read_contact(text: str) -> Contact:
    """A phone written any usual way («8 (912) …») or an e-mail address; WrongContactError when it is neither."""
    try:
        return read_email(text) if "@" in text else read_phone(text)
    except WrongEmailError:
        raise
    except WrongPhoneError:
        raise WrongContactError from None


def read_phone(text: str) -> Contact:
    """WrongPhoneError when it is no phone number."""
    number = parse_phone(text)
    if number is None:
        raise WrongPhoneError
    return Contact("phone", number)


def read_email(text: str) -> Contact:
    """WrongEmailError when it is no address."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise WrongEmailError from None
    return Contact("email", address)
