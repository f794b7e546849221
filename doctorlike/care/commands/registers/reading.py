"""A register is read: its rows lie beside each other until they are decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.care.cells import FIELD_KEYS, SPILLED, joined
from doctorlike.care.commands.registers.receiving import LARGEST_BYTES
from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.models import ClaimedRow, Register, RegisterPiece
from doctorlike.care.rules import RegisterEvent, pieces, register_after, slice_of
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.progress import Progress
from doctorlike.kit.sheets import UnreadableSheetError, open_table
from doctorlike.kit.sheets.columns import places
from doctorlike.kit.writes import copy_lines, written
from doctorlike.policies.rules import normal_number

# As many as a spreadsheet has.
MOST_ROWS = 1_048_576
_ROWS_AT_ONCE = 10_000
_NAMES = ("register_id", "slice", "row", "cells")


def read_register(register: Register, *, by: Actor, at: datetime) -> None:
    """Every row of a register that the caller has locked, in the caller's transaction: it is `checked` then, and cut
    into pieces. UnreadableRegisterError, and the transaction is of no use any more."""
    content = storage.read(register.storage_key)
    rows = _rows(register, content)
    shown, guessed = Progress(progress_name(register)), max(1, len(content) // 80)
    count = 0
    # Nothing else goes over the connection while a COPY does, so progress is told in between.
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        count += copy_lines(ClaimedRow, _NAMES, some)
        shown.tell(min(count, guessed), guessed + 1)
    if not count:
        raise UnreadableRegisterError(file_name=register.file_name, what=_("под названиями столбцов нет строк"))
    RegisterPiece.objects.bulk_create(
        RegisterPiece(register=register, from_slice=first, to_slice=last) for first, last in pieces(count)
    )
    turn_to(register, RegisterEvent.READ)
    register.row_count, register.checked_at = count, at
    register.save(update_fields=["state", "row_count", "checked_at"])
    audit.record(
        by=by,
        at=at,
        action="register.checked",
        subject_type="register",
        subject_id=register.pk,
        details={"rows": count, "sha256": register.sha256},
    )


def fail_register(register: Register, problem: str, *, by: Actor, at: datetime) -> None:
    """It cannot be read as a whole: whoever sent it is told why, and gives its columns or another file."""
    turn_to(register, RegisterEvent.FAIL)
    # It keeps no turn: others wait for it no more, and named anew it comes behind them.
    register.problem, register.columns, register.turn = problem[:500], None, None
    register.save(update_fields=["state", "problem", "columns", "turn"])
    audit.record(by=by, at=at, action="register.failed", subject_type="register", subject_id=register.pk)


def progress_name(register: Register) -> str:
    """What the progress of reading is asked by."""
    return f"register:{register.pk}"


def turn_to(register: Register, event: RegisterEvent) -> None:
    """The state that follows; the register is not saved."""
    after = register_after(register.state, event)
    if after is None:
        raise ValueError(f"a register that is {register.state} knows no {event}")
    register.state = after


def _rows(register: Register, content: bytes) -> Iterator[str]:
    """As COPY reads them."""
    try:
        table = open_table(content, sheet=register.sheet, spread_merged=True, most_bytes=LARGEST_BYTES)
        yield from _told(register, table.rows)
    except UnreadableSheetError as wrong:
        raise UnreadableRegisterError(file_name=register.file_name, what=str(wrong)) from None


def _told(register: Register, rows: Iterator[tuple[int, list[str]]]) -> Iterator[str]:
    found = places(register.headings or [], register.columns or {})
    where = [found.get(key) for key in FIELD_KEYS]
    number_at = found["policy_number"]
    width, heading_row, of = len(register.headings or []), register.heading_row or 0, written((register.pk,))
    slices: dict[str, int] = {}
    count = 0
    for number, cells in rows:
        if number <= heading_row:
            continue
        count += 1
        if count > MOST_ROWS:
            raise UnreadableRegisterError(file_name=register.file_name, what=_("в файле больше 1 048 576 строк"))
        told = cells[number_at] if number_at < len(cells) else ""
        if told not in slices:
            slices[told] = slice_of(normal_number(told))
        # In a workbook a cell cannot slip into the next column; in a text one unquoted separator moves them all.
        spilled = not register.sheet and len(cells) > width
        own = written((number, SPILLED if spilled else joined(cells, where)))
        yield f"{of}\t{slices[told]}\t{own}"
