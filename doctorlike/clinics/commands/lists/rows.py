"""A row on its way from a file into the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from doctorlike.clinics.models import ImportRow, ImportRun
from doctorlike.clinics.rules import Outcome, RefusedRowError, Remark


class Told(NamedTuple):
    """What a row of the file says, by field. `spills` when it has more cells than the heading."""

    number: int
    cells: dict[str, str]
    spills: bool = False


def refuse_spilled(told: Told) -> None:
    """RefusedRowError: cells stand one beside their columns."""
    if told.spills:
        raise RefusedRowError("", _("ячеек больше, чем столбцов: в тексте лишний разделитель?"))


def row_of(
    run: ImportRun,
    told: Told,
    outcome: Outcome,
    remarks: Iterable[Remark],
    *,
    key: str = "",
    meant: dict[str, Any] | None = None,
) -> ImportRow:
    return ImportRow(
        run=run,
        row_number=told.number,
        outcome=outcome.value,
        told=told.cells,
        remarks=[[remark.column, remark.text] for remark in remarks],
        key=key,
        meant=meant,
    )
