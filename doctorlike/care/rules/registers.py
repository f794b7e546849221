"""The life of a register (docs/rules/registers.md), and what its columns are called. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from zlib import crc32

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.sheets.columns import Field


class RegisterState(StrEnum):
    """`received`: waits for its columns to be named, or to be read; `checked`: every row was read, lines are being
    decided and nothing is charged yet; `decided`: all of them are, charges are being announced; `answered`: that is
    done too; `failed`: the file as a whole cannot be read."""

    RECEIVED = "received"
    CHECKED = "checked"
    DECIDED = "decided"
    ANSWERED = "answered"
    FAILED = "failed"


class RegisterEvent(StrEnum):
    NAME = "name"  # its columns, or another sheet
    READ = "read"
    FAIL = "fail"
    DECIDE = "decide"
    ANSWER = "answer"


_S, _E = RegisterState, RegisterEvent
TRANSITIONS: Mapping[tuple[RegisterState, RegisterEvent], RegisterState] = MappingProxyType(
    {
        (_S.RECEIVED, _E.NAME): _S.RECEIVED,
        (_S.FAILED, _E.NAME): _S.RECEIVED,
        (_S.RECEIVED, _E.READ): _S.CHECKED,
        (_S.RECEIVED, _E.FAIL): _S.FAILED,
        (_S.CHECKED, _E.DECIDE): _S.DECIDED,
        (_S.DECIDED, _E.ANSWER): _S.ANSWERED,
    }
)
# A register in one of these has had its lines decided.
ALL_DECIDED = (RegisterState.DECIDED, RegisterState.ANSWERED)


def register_after(state: RegisterState | str, event: RegisterEvent) -> RegisterState | None:
    """None when the table has no such way."""
    return TRANSITIONS.get((RegisterState(state), event))


class Verdict(StrEnum):
    """What a decided register came to."""

    WHOLE = "whole"
    IN_PART = "in_part"
    NOTHING = "nothing"


def verdict(*, rows: int, taken: int) -> Verdict:
    """`taken` are accepted lines and corrections that took one back."""
    if not taken:
        return Verdict.NOTHING
    return Verdict.WHOLE if taken == rows else Verdict.IN_PART


STATES: Mapping[RegisterState, Any] = MappingProxyType(
    {
        RegisterState.RECEIVED: _("Получен"),
        RegisterState.CHECKED: _("Разбирается"),
        RegisterState.DECIDED: _("Готовим ответ"),
        RegisterState.ANSWERED: _("Отвечено"),
        RegisterState.FAILED: _("Не прочитан"),
    }
)
VERDICTS: Mapping[Verdict, Any] = MappingProxyType(
    {
        Verdict.WHOLE: _("Принят целиком"),
        Verdict.IN_PART: _("Принят частично"),
        Verdict.NOTHING: _("Ничего не принято"),
    }
)


class CameBy(StrEnum):
    """Which way a register came."""

    CONSOLE = "console"
    DESK = "desk"
    RECEPTION = "reception"
    FOLDER = "folder"


FIELDS: tuple[Field, ...] = (
    Field("clinic", _("Клиника"), ("клиника", "код клиники", "лпу", "clinic", "клиника…", "лпу…")),
    Field(
        "policy_number",
        _("Номер полиса"),
        ("номер полиса", "полис", "полиса", "policy number", "policy", "номер полиса…", "полис…"),
        needed=True,
    ),
    Field(
        "born_on",
        _("Дата рождения"),
        ("дата рождения", "др", "birth date", "дата рождения…", "рожд…"),
        needed=True,
    ),
    Field(
        "visit_on",
        _("Дата визита"),
        ("дата визита", "дата услуги", "дата оказания", "дата", "visit date", "date", "дата визита…", "дата ок…",
         "дата услуг…"),
        needed=True,
    ),
    Field(
        "service_code",
        _("Код услуги"),
        ("код услуги", "код", "service code", "code", "код услуги…", "код 804н", "код…"),
        needed=True,
    ),
    Field(
        "service_name",
        _("Услуга"),
        ("услуга", "наименование услуги", "название услуги", "service name", "service", "наименование…", "название…"),
    ),
    Field("quantity", _("Количество"), ("количество", "кол во", "кол", "quantity", "кол…")),
    Field(
        "price",
        _("Цена за единицу"),
        ("цена", "цена услуги", "стоимость", "тариф", "price", "цена…", "тариф…"),
        needed=True,
    ),
    Field("total", _("Сумма"), ("сумма", "итого", "total", "amount", "сумма…", "итог…")),
)  # fmt: skip
TITLES: Mapping[str, Any] = MappingProxyType({field.key: field.title for field in FIELDS})

# Lines are shared out by policy: so many slices, and about so many lines a piece of work.
SLICES = 1024
PIECE_LINES = 4000


def slice_of(policy_number: str) -> int:
    """Every line of a policy is in the same slice, so that its limits and repetitions are decided in one place."""
    return crc32(policy_number.encode()) % SLICES


def pieces(rows: int) -> Iterator[tuple[int, int]]:
    """Slices cut into pieces of work: of each its first and the one after its last."""
    count = max(1, min(SLICES, -(-rows // PIECE_LINES)))
    return pairwise(SLICES * at // count for at in range(count + 1))


def misprints(number: str, alphabet: str = "0123456789") -> Sequence[str]:
    """Numbers one slip apart: a figure wrong, missing, too many, or two swapped. Letters are taken as they stand."""
    found: dict[str, None] = {}
    for at, sign in enumerate(number):
        if sign.isdecimal():
            found |= dict.fromkeys(number[:at] + other + number[at + 1 :] for other in alphabet)
            found[number[:at] + number[at + 1 :]] = None
        following = number[at + 1 : at + 2]
        if sign.isdecimal() and following.isdecimal():
            found[number[:at] + following + sign + number[at + 2 :]] = None
        if sign.isdecimal() or not following:
            found |= dict.fromkeys(number[: at + 1] + other + number[at + 1 :] for other in alphabet)
    found.pop(number, None)
    return list(found)
