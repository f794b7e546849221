"""The digital card, for pages."""

from doctorlike.coverage.cards.cover import CoverAtClinic, Refused, cover_at_clinic
from doctorlike.coverage.cards.issuing import may_show
from doctorlike.coverage.cards.qr import QrParts, parts, picture_address
from doctorlike.coverage.cards.rules import (
    CODE_DIGITS,
    NUMBER_DIGITS,
    STEP_SECONDS,
    Finding,
    Shown,
    code_at,
    read_shown,
    step_at,
    step_ends_at,
)

__all__ = [
    "CODE_DIGITS",
    "NUMBER_DIGITS",
    "STEP_SECONDS",
    "CoverAtClinic",
    "Finding",
    "QrParts",
    "Refused",
    "Shown",
    "code_at",
    "cover_at_clinic",
    "may_show",
    "parts",
    "picture_address",
    "read_shown",
    "step_at",
    "step_ends_at",
]
