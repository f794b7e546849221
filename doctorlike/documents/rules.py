"""Codes on paper, and what may be said of a file that claims to be a document of ours."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# No letter that is taken for a figure or another letter (Crockford's base 32); sixteen signs are eighty bits.
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
# What people type instead: look-alikes of both alphabets.
_MEANT = str.maketrans("OILАВСЕНКМОРТХУЗ", "011ABCEHKM0PTXY3")


@dataclass(frozen=True, slots=True)
class Paper:
    """A document to be made. `facts` are what its Typst template tells; with `verified_at`, the address of the page on
    which codes are checked, the paper gets the public code of its subject, as text and as a QR code. One that
    `is_shared` says the same of many subjects: equal facts are set and signed once."""

    kind: str
    template: str
    facts: dict[str, Any]
    subject_type: str
    subject_id: object
    title: str
    is_shared: bool = False


class Finding(StrEnum):
    """What a file is."""

    GENUINE = "genuine"  # the newest revision of a document about the subject, byte for byte
    REPLACED = "replaced"  # an earlier revision: it was genuine, a newer one holds now
    ANOTHERS = "anothers"  # signed by us and untouched, but no document about this subject
    CHANGED = "changed"  # our signature is in it, and the bytes are not those that were signed
    FOREIGN = "foreign"  # signed, but not by our certificate
    UNSIGNED = "unsigned"  # no signature that could be read


def new_code() -> str:
    """A code that cannot be guessed."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


def normal_code(text: str) -> str:
    """A code as it is stored, from what a person typed: any case, spaces, dashes, look-alike letters. «» for a text
    that cannot be one."""
    meant = "".join(sign for sign in text.upper() if sign.isalnum()).translate(_MEANT)
    return meant if len(meant) == CODE_LENGTH and all(sign in CODE_SIGNS for sign in meant) else ""


def grouped(code: str) -> str:
    """«K7QF 2M9X 4TBC 1D34», for paper."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
