"""Price lists: a row read, and what it does to the prices that are known (docs/rules/network.md)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.rules.remarks import RefusedRowError, Remark
from doctorlike.kit.money import Money
from doctorlike.kit.spelling import fold

LARGEST_PRICE = Decimal("99999999.99")
_NOMENCLATURE = re.compile(r"[AB]\d{2}\.\d{2,3}\.\d{3}(?:\.\d{3})*\Z")
_LIKE_LATIN = str.maketrans("АВ,", "AB.")
_GAPS = re.compile(r"[\s\u00a0\u202f']+")
_ROUBLES = re.compile(r"(?:₽|руб(?:лей|ля|\.)?|р\.?)\Z", re.IGNORECASE)
_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[ T]00:00(?::00)?)?\Z"),
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})(?:\s*г\.?)?\Z"),
)


@dataclass(frozen=True, slots=True)
class ListedPrice:
    """A row that can be stored, once its clinic is known. Half-open: `to_on` is the first day without it, None for a
    price that holds until another."""

    code: str
    name: str
    price: Money
    from_on: date
    to_on: date | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, order=True)
class Spell:
    """Days at one price, half-open; None for no end."""

    from_on: date
    to_on: date | None
    price: Money
    name: str

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


class OverlapError(ValueError):
    """Another price begins on `on`, within the days that the new one names."""

    def __init__(self, on: date) -> None:
        self.on = on
        super().__init__(on)


def with_price(spells: Sequence[Spell], new: Spell) -> tuple[Spell, ...]:
    """The spells (which do not overlap) after a new price: before its first day everything stays. One without an end
    holds until the next that is known already; after one with an end the price of before holds again. OverlapError when
    another price begins within its days."""
    later = min((one.from_on for one in spells if one.from_on > new.from_on), default=None)
    if new.to_on is None:
        new = replace(new, to_on=later)
    elif later is not None and later < new.to_on:
        raise OverlapError(later)
    there = next((one for one in spells if one.holds_on(new.from_on)), None)
    if there is None:
        return tuple(sorted([*spells, new]))
    if (there.price, there.name) == (new.price, new.name) and _ends_no_later(new, there):
        return tuple(spells)
    parts = [new]
    if there.from_on < new.from_on:
        parts.append(replace(there, to_on=new.from_on))
    if new.to_on is not None and not _ends_no_later(there, new):
        parts.append(replace(there, from_on=new.to_on))
    return tuple(sorted([*(one for one in spells if one != there), *parts], key=lambda one: one.from_on))


def _ends_no_later(one: Spell, other: Spell) -> bool:
    return other.to_on is None or (one.to_on is not None and one.to_on <= other.to_on)


def read_price(cells: Mapping[str, str], *, codes: Mapping[str, str], from_on: date | None, today: date) -> ListedPrice:
    """A price from a row. `codes` are known codes by the folded names of their services; `from_on` is the day of rows
    that name none. RefusedRowError without a service, a price or a day that can be read."""
    remarks: list[Remark] = []
    name = " ".join(cells.get("service", "").split())
    if not fold(name) or len(name) > 300:
        raise RefusedRowError("service", _("нет названия услуги") if not fold(name) else _("длиннее 300 знаков"))
    price = _price(cells.get("price", ""))
    starts_on = _day("from", cells.get("from", "")) or from_on
    if starts_on is None:
        raise RefusedRowError("from", _("не сказано, с какого дня действует цена"))
    ends_on = _day("to", cells.get("to", ""))
    if ends_on is not None and ends_on <= starts_on:
        raise RefusedRowError("to", _("цена кончается раньше, чем начинается"))
    if starts_on < today:
        remarks.append(Remark("from", str(_("задним числом: принятые услуги не пересчитываются"))))
    code = _code(cells.get("code", ""), name, codes, remarks)
    return ListedPrice(code, name, price, starts_on, ends_on, tuple(remarks))


def _price(text: str) -> Money:
    figures = _ROUBLES.sub("", _GAPS.sub("", text)).replace(",", ".")
    try:
        price = Decimal(figures)
    except InvalidOperation:
        raise RefusedRowError("price", _("не цена: {part}").format(part=text[:30] or "—")) from None
    if not price.is_finite() or price < 0:
        raise RefusedRowError("price", _("цена меньше нуля"))
    if price > LARGEST_PRICE or price != price.quantize(Decimal("0.01")):
        raise RefusedRowError("price", _("не цена в рублях и копейках: {part}").format(part=text[:30]))
    return Money(price)


def _day(column: str, text: str) -> date | None:
    written = text.strip()
    if not written:
        return None
    for form in _DAYS:
        if found := form.match(written):
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                break
    raise RefusedRowError(column, _("не дата: {part}").format(part=written[:30]))


def read_code(text: str) -> str | None:
    """A code of the nomenclature (order 804н), its letter in either alphabet; None for anything else."""
    code = _GAPS.sub("", text).upper().translate(_LIKE_LATIN)
    return code if _NOMENCLATURE.match(code) and len(code) <= 20 else None


def _code(text: str, name: str, codes: Mapping[str, str], remarks: list[Remark]) -> str:
    """The row's own code, that of a service of this name, or else one of ours, the same for the same name."""
    written = text.strip()
    code = read_code(written)
    if code is not None:
        return code
    if written:
        remarks.append(Remark("code", _("не код номенклатуры: {part}").format(part=written[:30])))
    if known := codes.get(fold(name)):
        return known
    if not written:
        remarks.append(Remark("code", str(_("кода нет, и по названию он не узнан"))))
    return f"~{hashlib.sha256(fold(name).encode()).hexdigest()[:12]}"
