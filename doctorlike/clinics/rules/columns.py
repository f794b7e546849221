"""What the columns of a list are called, and where in a file its heading stands (docs/rules/network.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.sheets import columns as sheets
from doctorlike.kit.sheets.columns import HEADING_AMONG_ROWS as HEADING_AMONG_ROWS
from doctorlike.kit.sheets.columns import Field, Heading
from doctorlike.kit.sheets.columns import column_letter as column_letter


class ListKind(StrEnum):
    CLINICS = "clinics"
    PRICES = "prices"


LIST_KINDS: Mapping[ListKind, Any] = MappingProxyType(
    {ListKind.CLINICS: _("Список клиник"), ListKind.PRICES: _("Прайс-лист")}
)


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


def find_heading(rows: Sequence[tuple[int, Sequence[str]]], kind: ListKind, known: Collection[str] = ()) -> Heading:
    """The heading of a list of this kind (`kit.sheets.columns`)."""
    return sheets.find_heading(rows, FIELDS[kind], known)


def guess(kind: ListKind, columns: Iterable[str]) -> dict[str, str]:
    """Which column each field of this kind may be, by name."""
    return sheets.guess(FIELDS[kind], columns)


def needed_fields(kind: ListKind) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS[kind] if field.needed)


def field_title(kind: ListKind, key: str) -> Any:
    """What people call a field; the key itself where it is none of this kind."""
    return next((field.title for field in FIELDS[kind] if field.key == key), key)
