"""What an attached file is, the number of a complaint and how long an answer has been waited for."""

from __future__ import annotations

from datetime import date

from doctorlike.care.rules import complaint_number, days_waiting, media_type


def test_what_a_file_is_is_told_by_its_first_bytes() -> None:
    kinds = {b"%PDF-1.4": "application/pdf", b"\xff\xd8\xff\xe0": "image/jpeg", b"\x89PNG\r\n\x1a\n.": "image/png"}
    assert {content: media_type(content) for content in kinds} == kinds
    assert [media_type(other) for other in (b"", b"GIF89a", b"<svg", b"PK\x03\x04", b" %PDF-")] == [None] * 5


def test_numbers_and_days() -> None:
    assert complaint_number(2026, 42) == "2026-000042"
    assert [days_waiting(date(2026, 4, 1), on) for on in (date(2026, 4, 1), date(2026, 4, 4), date(2026, 3, 1))] == [
        0,
        3,
        0,
    ]
