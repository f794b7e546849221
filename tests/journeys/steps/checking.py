"""Somebody who was shown a policy: its QR code, and whether the file is genuine."""

from __future__ import annotations

import re

from tests.journeys import pdf
from tests.journeys.person import Person


def follows_the_code(person: Person, paper: bytes, number: str, *, told: str) -> None:
    """The address of the QR code on the paper; no name stands on its page."""
    (address,) = {one for one in pdf.links(paper) if re.search("/verify/.", one)}
    person.opens(address)
    person.sees(f"Полис {number}", told=told)


def examines(person: Person, paper: bytes, number: str, *, told: str) -> None:
    person.attaches("Файл PDF", "полис.pdf", paper)
    person.presses("Проверить файл")
    person.sees(f"Полис {number}", told=told)


def with_one_byte_changed(paper: bytes) -> bytes:
    """Within the first of its streams."""
    at = paper.index(b"stream") + 20
    return paper[:at] + bytes([paper[at] ^ 1]) + paper[at + 1 :]
