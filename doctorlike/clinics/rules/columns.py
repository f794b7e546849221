"""What the columns of a list are called, and where in a file its heading stands (docs/rules/network.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.spelling import fold

# A title, a date and a few words may stand above the heading.
HEADING_AMONG_ROWS = 20


class ListKind(StrEnum):
    CLINICS = "clinics"
    PRICES = "prices"


LIST_KINDS: Mapping[ListKind, Any] = MappingProxyType(
    {ListKind.CLINICS: _("Список клиник"), ListKind.PRICES: _("Прайс-лист")}
)


@dataclass(frozen=True, slots=True)
class Field:
    """`key` is what rules and stored rows call it, `title` what people do; `names` are the columns it is guessed by,
    folded, the likeliest first: a whole name, or with «…» at its end the beginning of one."""

    key: str
    title: Any
    names: tuple[str, ...]
    needed: bool = False


_CLINIC_FIELDS = (
    Field(
        "clinic",
        _("Название клиники"),
        (
            "clinic", "название клиники", "наименование клиники", "клиника", "название", "наименование", "лпу",
            "наименование лпу", "медицинская организация", "наименование медицинской организации", "мо", "name",
            "название…", "наименование…", "клиника…", "лпу…", "медицинск…", "учреждение…",
        ),
        needed=True,
    ),
    Field(
        "address",
        _("Адрес"),
        ("address", "адрес", "фактический адрес", "адрес клиники", "адрес лпу", "адрес…", "фактический…", "место…"),
        needed=True,
    ),
    Field("region", _("Регион"), ("region", "регион", "субъект", "субъект рф", "область", "регион…", "субъект…")),
    Field("phone", _("Телефоны"), ("phone", "phones", "телефон", "телефоны", "тел", "телефон…", "контактн…")),
    Field(
        "hours",
        _("Часы работы"),
        ("hours", "часы работы", "режим работы", "график работы", "график", "режим…", "часы…", "график…", "время…"),
    ),
    Field(
        "services",
        _("Виды помощи"),
        ("services", "виды помощи", "вид помощи", "услуги", "вид…", "услуги…", "оказываем…", "медицинские услуги"),
    ),
    Field("website", _("Сайт"), ("website", "site", "сайт", "url", "сайт…", "адрес сайта", "веб…")),
    Field("email", _("Эл. почта"), ("email", "e mail", "почта", "эл почта", "электронная почта", "электронн…", "mail")),
    Field("rating", _("Оценка"), ("rating", "рейтинг", "оценка", "рейтинг…")),
    Field("latitude", _("Широта"), ("latitude", "lat", "широта", "широта…")),
    Field("longitude", _("Долгота"), ("longitude", "lon", "lng", "long", "долгота", "долгота…")),
)  # fmt: skip
_PRICE_FIELDS = (
    Field(
        "clinic",
        _("Клиника: название или ключ"),
        ("clinic", "клиника", "лпу", "название клиники", "медицинская организация", "клиника…", "лпу…", "медицинск…"),
    ),
    Field("address", _("Адрес клиники"), ("address", "адрес", "адрес…")),
    Field(
        "code",
        _("Код услуги (приказ 804н)"),
        ("code", "код услуги", "код", "код 804н", "код по номенклатуре", "код…", "шифр…", "артикул"),
    ),
    Field(
        "service",
        _("Название услуги"),
        ("service", "услуга", "название услуги", "наименование услуги", "наименование", "название", "name", "услуг…",
         "наименование…", "название…"),
        needed=True,
    ),
    Field(
        "price",
        _("Цена, ₽"),
        ("price", "цена", "стоимость", "тариф", "цена руб", "цена…", "стоимость…", "тариф…", "сумма…"),
        needed=True,
    ),
    Field("from", _("Действует с"), ("from", "действует с", "дата начала", "с", "начало", "с даты", "начало…")),
    Field(
        "to",
        _("Действует до (не включая)"),
        ("to", "действует до", "до", "дата окончания", "окончание", "действует до…", "окончание…"),
    ),
)  # fmt: skip
FIELDS: Mapping[ListKind, tuple[Field, ...]] = MappingProxyType(
    {ListKind.CLINICS: _CLINIC_FIELDS, ListKind.PRICES: _PRICE_FIELDS}
)


@dataclass(frozen=True, slots=True)
class Heading:
    """`row_number` as a spreadsheet shows it; `columns` have a name each, all different; `fingerprint` is the same for
    the same names in any order."""

    row_number: int
    columns: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        folded = sorted(fold(column) for column in self.columns)
        return hashlib.sha256("\n".join(folded).encode()).hexdigest()


def find_heading(rows: Sequence[tuple[int, Sequence[str]]], kind: ListKind, known: Collection[str] = ()) -> Heading:
    """The heading among a file's first rows: one whose fingerprint is `known`, or that names the most fields, or else
    the first of the widest. LookupError when there are no rows."""
    found = [Heading(number, named(cells)) for number, cells in rows[:HEADING_AMONG_ROWS]]
    for heading in found:
        if heading.fingerprint in known:
            return heading
    guessed = [len(guess(kind, heading.columns)) for heading in found]
    best = max(guessed, default=0)
    if best > 1:
        return found[guessed.index(best)]
    widths = [sum(bool(cell) for cell in cells) for _number, cells in rows[:HEADING_AMONG_ROWS]]
    if not widths:
        raise LookupError
    return found[widths.index(max(widths))]


def named(cells: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns: trimmed and in small letters; a column without one is called by its letter, and the second
    of a name gets a number."""
    names: list[str] = []
    for at, cell in enumerate(cells):
        name = " ".join(cell.lower().split()) or str(_("столбец {letter}")).format(letter=column_letter(at))
        alike = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({alike + 1})" if alike else name)
    return tuple(names)


def column_letter(at: int) -> str:
    """A, B … Z, AA …, as a spreadsheet shows it; `at` counts from 0."""
    letters, rest = "", at + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def guess(kind: ListKind, columns: Iterable[str]) -> dict[str, str]:
    """Which column each field may be, by name; a column is one field at most. Fields without a likely column are left
    out."""
    folded = {column: fold(column) for column in columns}
    found: dict[str, str] = {}
    for whole in (True, False):
        for field in FIELDS[kind]:
            if field.key in found:
                continue
            column = _named_so(field, {one: name for one, name in folded.items() if one not in found.values()}, whole)
            if column:
                found[field.key] = column
    return found


def _named_so(field: Field, folded: Mapping[str, str], whole: bool) -> str | None:
    for name in field.names:
        if name.endswith("…") is whole:
            continue
        for column, told in folded.items():
            if told == name if whole else told.startswith(name[:-1]):
                return column
    return None


def needed_fields(kind: ListKind) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS[kind] if field.needed)


def field_title(kind: ListKind, key: str) -> Any:
    """What people call a field; the key itself where it is none of this kind."""
    return next((field.title for field in FIELDS[kind] if field.key == key), key)
