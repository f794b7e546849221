"""The code of a digital card: RFC 6238's own figures, what a code is found to be, and its QR code out of parts."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.coverage.cards import qr, rules
from doctorlike.coverage.cards.rules import CardFacts, Finding, Shown, judge, read_shown

# RFC 6238, appendix B, the rows of HMAC-SHA-256: seconds since 1970 and the eight figures, at a step of 30 seconds.
RFC_SECRET = b"12345678901234567890123456789012"
RFC_CODES = (
    (59, "46119246"),
    (1111111109, "68084774"),
    (1111111111, "67062674"),
    (1234567890, "91819424"),
    (2000000000, "90698825"),
    (20000000000, "77737706"),
)
SECRET = bytes(range(32))
NOW = datetime(2026, 3, 25, 6, 2, tzinfo=UTC)
STEP = timedelta(seconds=rules.STEP_SECONDS)
figures = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert rules.code_at(RFC_SECRET, datetime.fromtimestamp(seconds, UTC), step_seconds=30) == code


@pytest.mark.parametrize(
    ("steps_ago", "found"),
    [
        (-25, Finding.UNKNOWN),
        (-2, Finding.EARLY),
        (-1, Finding.GOOD),
        (0, Finding.GOOD),
        (1, Finding.GOOD),
        (2, Finding.LATE),
        (24, Finding.LATE),
        (25, Finding.UNKNOWN),
    ],
)
def test_the_adjoining_steps_are_good_and_farther_ones_are_told_by_name(steps_ago: int, found: Finding) -> None:
    code = rules.code_at(SECRET, NOW - steps_ago * STEP)
    assert judge(code, CardFacts(SECRET, serves=True, used_step=None), NOW)[0] is found


def test_a_code_is_taken_once_and_none_before_it() -> None:
    step = rules.step_at(NOW)
    for steps_ago, used, found in (
        (0, step, Finding.USED),
        (1, step, Finding.USED),
        (0, step - 1, Finding.GOOD),
        (-1, step, Finding.GOOD),
    ):
        code = rules.code_at(SECRET, NOW - steps_ago * STEP)
        assert judge(code, CardFacts(SECRET, serves=True, used_step=used), NOW) == (found, step - steps_ago)


def test_of_a_device_that_is_signed_out_every_code_is_revoked() -> None:
    for steps_ago in (0, 10):
        code = rules.code_at(SECRET, NOW - steps_ago * STEP)
        assert judge(code, CardFacts(SECRET, serves=False, used_step=None), NOW)[0] is Finding.REVOKED


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1234 5678", Shown("", "12345678")),
        ("1234-5678", Shown("", "12345678")),
        (" 123456789012\u00a012345678\n", Shown("123456789012", "12345678")),
        ("1234567", None),
        ("123456789", None),
        ("1234567a", None),
        ("١٢٣٤٥٦٧٨", None),
        ("", None),
    ],
)
def test_what_a_person_or_a_scanner_types_is_read(text: str, read: Shown | None) -> None:
    assert read_shown(text) == read


def drawn(parts: qr.QrParts, code: str) -> list[list[bool]]:
    """As a device draws it."""
    turned = int.from_bytes(base64.b64decode(parts.base))
    for place, figure in enumerate(code):
        for which, bit in enumerate(qr.BITS):
            if int(figure) & bit:
                turned ^= int.from_bytes(base64.b64decode(parts.changes[place * len(qr.BITS) + which]))
    bits = f"{turned:0{len(base64.b64decode(parts.base)) * 8}b}"
    return [[bits[row * parts.size + column] == "1" for column in range(parts.size)] for row in range(parts.size)]


@given(number=st.text("0123456789", min_size=12, max_size=12), code=figures)
def test_a_qr_code_out_of_parts_is_the_one_a_library_draws(number: str, code: str) -> None:
    assert drawn(qr.parts(number), code) == qr._matrix(number + code)
