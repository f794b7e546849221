"""A tariff as a flat table that people edit in a spreadsheet and send back.

One row a figure: `kind` base (scope, programme, value in roubles), age (from, to, female, male), copay (percent,
value), group (from, value), step (value)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.products.errors import WrongTableError

COLUMNS = ("kind", "scope", "programme", "percent", "from", "to", "female", "male", "value")
Row = dict[str, str]


def tariff_rows(written: Mapping[str, Any]) -> list[Row]:
    """The tariff of a draft's JSON as rows of the table."""
    tariff = written["tariff"]
    rows = [_row("step", value=tariff["step"])]
    for scope, programmes in tariff["base"].items():
        rows += [_row("base", scope=scope, programme=code, value=value) for code, value in programmes.items()]
    for band in tariff["age_bands"]:
        edges = {"from": str(band["age_from"]), "to": str(band["age_to"])}
        rows.append(_row("age", **edges, female=band["female"], male=band["male"]))
    rows += [_row("copay", percent=str(percent), value=value) for percent, value in tariff["copay_factors"].items()]
    groups = tariff.get("group_factors", ())
    rows += [_row("group", **{"from": str(one["insured_from"])}, value=one["factor"]) for one in groups]
    return rows


def _row(kind: str, **cells: str) -> Row:
    return {**dict.fromkeys(COLUMNS, ""), "kind": kind, **cells}


def read_tariff(rows: Iterable[tuple[int, Mapping[str, str]]], tariff: Mapping[str, Any]) -> dict[str, Any]:
    """The tariff of the table in place of the given one; `rows` are numbered as the spreadsheet shows them.
    WrongTableError names the row. Prices below zero and missing figures are found when the draft is checked."""
    read: dict[str, Any] = {**tariff, "base": {}, "age_bands": [], "copay_factors": {}, "group_factors": []}
    for number, cells in rows:
        kind = cells.get("kind", "").strip().lower()
        match kind:
            case "base":
                of_scope = read["base"].setdefault(_text(number, cells, "scope"), {})
                of_scope[_text(number, cells, "programme")] = _roubles(number, cells)
            case "age":
                edges = {"age_from": _whole(number, cells, "from"), "age_to": _whole(number, cells, "to")}
                factors = {sex: _decimal(number, cells, sex) for sex in ("female", "male")}
                read["age_bands"].append({**edges, **factors})
            case "copay":
                read["copay_factors"][str(_whole(number, cells, "percent"))] = _decimal(number, cells, "value")
            case "group":
                factor = {"insured_from": _whole(number, cells, "from"), "factor": _decimal(number, cells, "value")}
                read["group_factors"].append(factor)
            case "step":
                read["step"] = _roubles(number, cells)
            case _:
                raise WrongTableError(row=number, reason=_("неизвестный вид строки в столбце kind"))
    read["age_bands"].sort(key=lambda band: band["age_from"])
    return read


def _text(number: int, cells: Mapping[str, str], name: str) -> str:
    told = cells.get(name, "").strip()
    if not told:
        raise WrongTableError(row=number, reason=_("пустая ячейка в столбце %s") % name)
    return told


def _whole(number: int, cells: Mapping[str, str], name: str) -> int:
    told = _text(number, cells, name).removesuffix(".0")
    if not (told.isascii() and told.isdigit()):
        raise WrongTableError(row=number, reason=_("нужно целое число в столбце %s") % name)
    return int(told)


def _decimal(number: int, cells: Mapping[str, str], name: str) -> str:
    told = "".join(_text(number, cells, name).split()).replace(",", ".")
    whole, _dot, rest = told.partition(".")
    if not (told.isascii() and whole.isdigit() and (rest.isdigit() or not rest)):
        raise WrongTableError(row=number, reason=_("нужно число в столбце %s") % name)
    return told.rstrip(".")


def _roubles(number: int, cells: Mapping[str, str]) -> str:
    told = _decimal(number, cells, "value")
    whole, _dot, rest = told.partition(".")
    if len(rest) > 2 and rest[2:].strip("0"):
        raise WrongTableError(row=number, reason=_("копеек не больше двух цифр"))
    return f"{whole}.{rest[:2]:0<2}"
