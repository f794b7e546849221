"""What is said, sent and happens in a room (docs/rules/telemedicine-room.md)."""

from __future__ import annotations

import re
from enum import StrEnum

MOST_MESSAGE_LETTERS = 4000
MOST_FILES = 20
LARGEST_FILE_BYTES = 10_000_000
# Of one signal between browsers: a description of a call with video takes about seven thousand.
MOST_SIGNAL_LETTERS = 40_000
_DEVICE = re.compile(r"[0-9a-f-]{8,36}")
# The first bytes decide, not the name: what a file calls itself may be anything.
_FIRST_BYTES = (
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
)


class EventKind(StrEnum):
    """What happens in a room; people in it are told at once. A `signal` is one browser's word to the other about their
    call."""

    ASKED = "asked"
    TAKEN = "taken"
    MESSAGE = "message"
    FILE = "file"
    SIGNAL = "signal"
    FINISHED = "finished"
    LEFT = "left"


class Author(StrEnum):
    PATIENT = "patient"
    DOCTOR = "doctor"


class SignalKind(StrEnum):
    """What browsers tell each other about a call (JSEP, RFC 8829); only the doctor's makes offers.

    `hello`: a device has come into the call, with what it sends; `media`: that has changed; `restart`: the patient's
    asks for a new way through the network; `bye`: the device left the call."""

    HELLO = "hello"
    OFFER = "offer"
    ANSWER = "answer"
    CANDIDATES = "candidates"
    MEDIA = "media"
    RESTART = "restart"
    BYE = "bye"


def media_type(content: bytes) -> str | None:
    """Of a file that may be sent: PDF, JPEG, PNG or WebP; None for any other."""
    return next((kind for first, kind in _FIRST_BYTES if first.match(content)), None)


def is_device(text: str) -> bool:
    """Whether that is how a page of ours names itself within a call."""
    return _DEVICE.fullmatch(text) is not None
