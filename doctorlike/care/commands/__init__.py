"""Registers in, decisions and charges out; disputes of single lines. Public to the sites above."""

from doctorlike.care.commands.answering import (
    reject_complaint,
    reject_dispute,
    uphold_complaint,
    uphold_dispute,
)
from doctorlike.care.commands.disputing import SentFile, complain, open_dispute
from doctorlike.care.commands.importing import RefusedRow, RegisterReport, import_register

__all__ = [
    "RefusedRow",
    "RegisterReport",
    "SentFile",
    "complain",
    "import_register",
    "open_dispute",
    "reject_complaint",
    "reject_dispute",
    "uphold_complaint",
    "uphold_dispute",
]
