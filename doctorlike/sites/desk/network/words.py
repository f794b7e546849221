"""What of the network's rows is shown, in the field's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.queries import Difference, RowView
from doctorlike.clinics.rules import CARE_KIND_NAMES, CareKind, ListKind, Outcome, Phone, field_title
from doctorlike.kit.errors import NotFoundError
from doctorlike.products.rules import Scope
from doctorlike.regions import queries as regions
from doctorlike.ui.words import money, shortday

OUTCOMES: Mapping[Outcome, tuple[Promise, str]] = {
    Outcome.ADDED: (_("Новая"), "good"),
    Outcome.CHANGED: (_("Меняется"), "wait"),
    Outcome.SAME: (_("Без изменений"), "plain"),
    Outcome.REPEATED: (_("Повтор"), "plain"),
    Outcome.REFUSED: (_("Не принята"), "bad"),
}
SCOPE_NAMES: Mapping[str, Promise] = {
    Scope.MOSCOW: _("Москва и область"),
    Scope.SAINT_PETERSBURG: _("Санкт-Петербург и область"),
    Scope.REGIONS: _("Регионы России"),
    Scope.RUSSIA: _("Вся Россия"),
}
_VALUES: Mapping[str, Promise] = {
    "name": _("Название"),
    "region_id": _("Регион"),
    "city": _("Город"),
    "address": _("Адрес"),
    "metro": _("Метро"),
    "zone": _("Часовой пояс"),
    "phones": _("Телефоны"),
    "hours_text": _("Часы работы"),
    "care_kinds": _("Виды помощи"),
    "website": _("Сайт"),
    "email": _("Эл. почта"),
    "rating": _("Оценка"),
    "latitude": _("Широта"),
    "longitude": _("Долгота"),
    "price": _("Цена"),
    "to_on": _("До"),
}


def changes(row: RowView) -> list[tuple[Any, str, str]]:
    """Name, old value, new value of all that a row changes. Hours are told by the words that the list has for them."""
    told = [one for one in row.differences if one.name != "hours"]
    if len(told) < len(row.differences) and not any(one.name == "hours_text" for one in told):
        told.append(Difference("hours_text", "", row.meant.get("hours_text", "")))
    return [(_VALUES.get(one.name, one.name), shown(one.name, one.before), shown(one.name, one.after)) for one in told]


def shown(name: str, value: Any) -> str:
    """A stored value in words; a dash for nothing."""
    if value in (None, "", []):
        return "—"
    if name == "phones":
        return ", ".join(Phone(e164, extension).text for e164, extension in value)
    if name == "care_kinds":
        return ", ".join(str(CARE_KIND_NAMES[CareKind(kind)]) for kind in value)
    if name == "metro":
        return ", ".join(value)
    if name == "price":
        return money(Decimal(value))
    if name in ("to_on", "from_on"):
        return shortday(date.fromisoformat(value))
    if name == "region_id":
        try:
            return regions.region(value).name
        except NotFoundError:
            return str(value)
    return str(value)


def column_title(kind: ListKind, column: str) -> Any:
    """A remark's column: a field's title, or the row as a whole."""
    if column == "coordinates":
        return _("Координаты")
    return field_title(kind, column) if column else _("Строка целиком")
