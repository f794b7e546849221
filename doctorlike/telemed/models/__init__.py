"""Consultations, what was said in them, and their conclusions. Medical text is encrypted."""

from doctorlike.telemed.models.conclusions import (
    Addendum,
    Conclusion,
    ConclusionDraft,
    ConclusionTemplate,
    Icd10Code,
    PrivateNote,
    Referral,
)
from doctorlike.telemed.models.consultations import Consultation, Doctor
from doctorlike.telemed.models.room import CallSignal, Message, RoomEvent, SharedFile
from doctorlike.telemed.models.shares import Share, ShareOpening

__all__ = [
    "Addendum",
    "CallSignal",
    "Conclusion",
    "ConclusionDraft",
    "ConclusionTemplate",
    "Consultation",
    "Doctor",
    "Icd10Code",
    "Message",
    "PrivateNote",
    "Referral",
    "RoomEvent",
    "Share",
    "ShareOpening",
    "SharedFile",
]
