"""The QR code of a card, in parts of which a device makes that of the present code without a QR library.

In a QR code of one version, level and mask every module is a sum modulo two of bits of the text: error correction is
linear, format and mask do not change. So the code of «number + figures» is that of «number + zeros» with, for each bit
set in a figure, the same modules turned over. Figures are written as bytes, whose lower half is the figure.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache

import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

from doctorlike.coverage.cards.rules import CODE_DIGITS, NUMBER_DIGITS

# Twenty bytes fit version 2 at level M, which survives a smear on the glass.
VERSION, MASK = 2, 2
SIZE = 17 + 4 * VERSION
BITS = (8, 4, 2, 1)
# Light modules around it, by the standard.
QUIET = 4


@dataclass(frozen=True, slots=True)
class QrParts:
    """`changes` has four entries a figure of the code (for 8, 4, 2, 1); each a row-by-row bit string in base 64."""

    size: int
    base: str
    changes: tuple[str, ...]


def parts(number: str) -> QrParts:
    """For the card with that number."""
    return QrParts(SIZE, _packed(_matrix(number + "0" * CODE_DIGITS)), _changes())


def picture(text: str) -> str:
    """The whole code as SVG, black on white with its quiet zone."""
    path = "".join(
        f"M{left} {top}h1v1h-1z" for top, row in enumerate(_matrix(text)) for left, is_dark in enumerate(row) if is_dark
    )
    edge = SIZE + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-{QUIET} -{QUIET} {edge} {edge}">'
        f'<path fill="#fff" d="M-{QUIET}-{QUIET}h{edge}v{edge}h-{edge}z"/><path d="{path}"/></svg>'
    )


def picture_address(text: str) -> str:
    """The picture as a `data:` address."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture(text).encode()).decode()


@lru_cache(maxsize=1)
def _changes() -> tuple[str, ...]:
    # They are the same for every card: only the zeros' own code depends on its number.
    number = "0" * NUMBER_DIGITS
    zeros = _matrix(number + "0" * CODE_DIGITS)
    changes = []
    for place in range(CODE_DIGITS):
        for bit in BITS:
            figures = "0" * place + str(bit) + "0" * (CODE_DIGITS - place - 1)
            other = _matrix(number + figures)
            turned = [[a != b for a, b in zip(*rows, strict=True)] for rows in zip(zeros, other, strict=True)]
            changes.append(_packed(turned))
    return tuple(changes)


def _matrix(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(
        version=VERSION, error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=MASK
    )
    code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE), optimize=0)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _packed(matrix: list[list[bool]]) -> str:
    bits = "".join("1" if module else "0" for row in matrix for module in row)
    bits += "0" * (-len(bits) % 8)
    return base64.b64encode(int(bits, 2).to_bytes(len(bits) // 8, "big")).decode()
