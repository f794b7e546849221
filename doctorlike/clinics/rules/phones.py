"""Phone numbers as clinics' lists write them (docs/rules/regions.md). What is not plainly a number is reported,
never guessed: a wrong number is worse than none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from doctorlike.kit.phones import parse_phone, show_phone


@dataclass(frozen=True, slots=True)
class Phone:
    """`e164` is the number, `extension` the digits dialled after it, or none."""

    e164: str
    extension: str = ""

    @property
    def href(self) -> str:
        """For a link that dials (RFC 3966)."""
        return f"tel:{self.e164}" + (f";ext={self.extension}" if self.extension else "")

    @property
    def text(self) -> str:
        return show_phone(self.e164) + (f" доб. {self.extension}" if self.extension else "")


class PhonesRead(NamedTuple):
    """`unread` holds the parts of the text that are no number."""

    phones: tuple[Phone, ...]
    unread: tuple[str, ...]


class _Group(NamedTuple):
    """Digits written together; a plus opens a number."""

    digits: str
    plus: bool


_PARTS = re.compile(r"[,;\n]|\s/\s")
_EXTENSION = re.compile(r"(?:доб|вн|ext|#)[^\d]*(\d{1,7})\s*$", re.IGNORECASE)
_GROUP = re.compile(r"(\+?)\s*(\d+)")
# Cities whose codes have three figures in every number, so that seven more are a whole number of theirs.
_THREE_FIGURE_CODES = ("495", "498", "499", "812")


def read_phones(text: str) -> PhonesRead:
    """Numbers of one cell: «т.:8495…», «8 (495) 287-60-00 доб. 140», several apart by commas or only by spaces. A
    number without its code takes that of the one before it, when the code there is plain."""
    phones: list[Phone] = []
    unread: list[str] = []
    code = ""
    for part in _PARTS.split(text):
        extension = _EXTENSION.search(part)
        body = part[: extension.start()] if extension else part
        groups = [_Group(digits, bool(plus)) for plus, digits in _GROUP.findall(body)]
        if not groups:
            if extension and phones and not phones[-1].extension:
                phones[-1] = Phone(phones[-1].e164, extension[1])
            elif extension:
                unread.append(part.strip())
            continue
        numbers, left = _longest_reading(groups)
        if not numbers and (short := _with_code(code, groups)):
            numbers, left = [(short, "")], 0
        if left or not numbers:
            rest = groups[len(groups) - left :] if numbers else groups
            unread.append(" ".join(group.digits for group in rest))
        found = [Phone(e164) for e164, _code in numbers]
        if extension and found and not left:
            found[-1] = Phone(found[-1].e164, extension[1])
        phones += [phone for phone in found if phone not in phones]
        code = next((told for _e164, told in reversed(numbers) if told), code)
    return PhonesRead(tuple(phones), tuple(unread))


def _longest_reading(groups: Sequence[_Group]) -> tuple[list[tuple[str, str]], int]:
    """Numbers (with the code as it was written apart) that take up the most groups from the left, and how many groups
    are left over."""
    count = len(groups)
    best: list[tuple[list[tuple[str, str]], int]] = [([], count - start) for start in range(count + 1)]
    for start in reversed(range(count)):
        digits = 0
        for end in range(start + 1, count + 1):
            digits += len(groups[end - 1].digits)
            numbers = _one_number(groups[start:end]) or (_run_together(groups[start]) if end == start + 1 else [])
            following, left = best[end]
            if numbers and left < best[start][1]:
                best[start] = ([*numbers, *following], left)
            if digits > 15:  # no number is longer (E.164)
                break
    return best[0]


def _one_number(groups: Sequence[_Group]) -> list[tuple[str, str]]:
    if any(group.plus for group in groups[1:]):
        return []
    e164 = _number("".join(group.digits for group in groups), groups[0].plus)
    return [(e164, _written_code(groups, e164))] if e164 else []


def _run_together(group: _Group) -> list[tuple[str, str]]:
    """Several whole numbers of eleven figures without anything between them."""
    count, over = divmod(len(group.digits), 11)
    if over or count < 2:
        return []
    numbers = [_number(group.digits[at * 11 : at * 11 + 11], plus=False) for at in range(count)]
    return [(number, "") for number in numbers if number] if all(numbers) else []


@lru_cache(maxsize=4096)
def _number(digits: str, plus: bool) -> str | None:
    if len(digits) == 11 and digits[0] in "78":
        return parse_phone("+7" + digits[1:])
    if plus:
        return parse_phone("+" + digits)
    if len(digits) == 10 and digits[0] in "3489":
        return parse_phone("+7" + digits)
    return None


def _written_code(groups: Sequence[_Group], e164: str) -> str:
    """The area code, when the text itself keeps it apart («8 49664 72113») or its length is known."""
    national = e164.removeprefix("+7")
    if national == e164:
        return ""
    written, at = [group.digits for group in groups], 0
    if written[0] in ("7", "8"):
        at = 1
    elif len("".join(written)) == 11:
        written[0] = written[0][1:]
    first = written[at]
    if 3 <= len(first) <= 5 and national.startswith(first):
        return first
    return national[:3] if national.startswith(_THREE_FIGURE_CODES) else ""


def _with_code(code: str, groups: Sequence[_Group]) -> str | None:
    digits = "".join(group.digits for group in groups)
    if not code or groups[0].plus or len(code) + len(digits) != 10:
        return None
    return parse_phone("+7" + code + digits)
