"""The answer to a register, in its own form: its rows as they came, each with what was decided."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.care import words
from doctorlike.care.commands.registers.receiving import FOLDER, LARGEST_BYTES
from doctorlike.care.models import Register, RegisterLine
from doctorlike.care.rules import RegisterState
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.kit.sheets import open_table
from doctorlike.kit.workbooks import write_workbook

_LINES_AT_ONCE = 5_000
_WIDTH = 18


@transaction.atomic
def make_answer(*, register_id: UUID, by: Actor, at: datetime) -> None:
    """Make the file that goes back to whoever sent the register, unless it is made already or not due yet: repeating
    is safe. A workbook is answered by a workbook, text by text."""
    register = locked(Register.objects, pk=register_id)
    if register.state != RegisterState.ANSWERED or register.answer_key or not register.headings:
        return
    content = storage.read(register.storage_key)
    answered = _workbook(register, content) if register.sheet else _text(register, content)
    register.answer_key = storage.keep(answered, folder=f"{FOLDER}/{at:%Y/%m}")
    register.save(update_fields=["answer_key"])
    audit.record(by=by, at=at, action="register.answer_made", subject_type="register", subject_id=register.pk)


def _headings() -> tuple[str, ...]:
    return (_("Решение"), _("Причина"), _("Доля клиента, ₽"), _("Доля страховой, ₽"))


def _text(register: Register, content: bytes) -> bytes:
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow([*(register.headings or ()), *_headings()])
    sheet.writerows(_rows(register, content))
    # Spreadsheets take a file for UTF-8 only with the mark in front.
    return written.getvalue().encode("utf-8-sig")


def _workbook(register: Register, content: bytes) -> bytes:
    columns = [(name, _WIDTH) for name in (*(register.headings or ()), *_headings())]
    return write_workbook(title=register.sheet, notes=[], columns=columns, rows=_rows(register, content))


def _rows(register: Register, content: bytes) -> Iterator[list[str]]:
    """Rows and lines side by side: both are in the order of the file."""
    lines = RegisterLine.objects.filter(register=register).order_by("row")
    told = lines.values_list("row", "outcome", "reasons", "refusal_text", "share", "insurer_part")
    decided = told.iterator(chunk_size=_LINES_AT_ONCE)
    width = len(register.headings or ())
    table = open_table(content, sheet=register.sheet, spread_merged=True, most_bytes=LARGEST_BYTES)
    for number, cells in table.rows:
        if number <= (register.heading_row or 0):
            continue
        row, outcome, reasons, refusal_text, share, insurer_part = next(decided)
        if row != number:
            raise ValueError(f"row {number} of register {register.pk} was not decided")
        why = refusal_text or words.uncovered(reasons)
        yield [*_padded(cells, width), words.outcome(outcome), why, str(share), str(insurer_part)]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]
