"""A register comes in: kept as it is, its heading found, its columns named, its turn given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.care.errors import (
    ColumnsLackError,
    NothingToCorrectError,
    RegisterUnderWayError,
    UnreadableRegisterError,
)
from doctorlike.care.models import Register, RegisterMapping
from doctorlike.care.rules import ALL_DECIDED, FIELDS, CameBy, RegisterEvent, RegisterState, register_after
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.sheets import UnreadableSheetError, open_table
from doctorlike.kit.sheets.columns import HEADING_AMONG_ROWS, Heading, find_heading, guess

FOLDER = "registers"
# A page takes less (`kit.sheets.LARGEST_FILE_BYTES`); by the folder and the console a month of a chain may come.
LARGEST_BYTES = 200_000_000
_RECEIVING = "care:receive"
_TURNS = "care:turns"


@dataclass(frozen=True, slots=True)
class ReceivedRegister:
    """`repeated`: these very bytes are here already, as the register named. `ready`: its columns are known, and it has
    its turn; otherwise a person has to name them first."""

    register_id: UUID
    repeated: bool
    ready: bool


@transaction.atomic
def receive_register(
    *,
    content: bytes,
    file_name: str,
    clinic_id: UUID | None = None,
    corrects_id: UUID | None = None,
    came_by: CameBy,
    by: Actor,
    at: datetime,
) -> ReceivedRegister:
    """Keep a file as it came, find its heading, and its columns where they were named before or are called as ours are.
    `clinic_id` is whose file it is; without it every line names its clinic. With `corrects_id` its lines replace those
    of that register. UnreadableRegisterError when it is no table; then nothing is kept. NothingToCorrectError for a
    register that is not decided yet, or another clinic's. The same bytes again change nothing."""
    advisory_lock(_RECEIVING)
    sha256 = hashlib.sha256(content).hexdigest()
    before = Register.objects.filter(sha256=sha256).first()
    if before is not None:
        return ReceivedRegister(before.pk, repeated=True, ready=before.turn is not None or before.state in ALL_DECIDED)
    register = Register(
        clinic_id=clinic_id,
        corrects_id=_corrected(corrects_id, clinic_id),
        file_name=file_name[:200],
        sha256=sha256,
        state=RegisterState.RECEIVED,
        came_by=came_by,
        received_at=at,
        received_by=str(by),
    )
    _look_into(register, content)
    register.storage_key = storage.keep(content, folder=f"{FOLDER}/{at:%Y/%m}")
    _give_turn(register)
    register.save(force_insert=True)
    _note(register, "register.received", by, at)
    return ReceivedRegister(register.pk, repeated=False, ready=register.turn is not None)


def _corrected(corrects_id: UUID | None, clinic_id: UUID | None) -> UUID | None:
    if corrects_id is None:
        return None
    corrected = Register.objects.filter(pk=corrects_id, state__in=ALL_DECIDED).first()
    if corrected is None or corrected.clinic_id != clinic_id:
        raise NothingToCorrectError
    return corrected.pk


def _look_into(register: Register, content: bytes, sheet: str = "") -> None:
    """Finds the heading, and its columns: as this clinic's were named before, or called as ours are."""
    saved = {
        one.fingerprint: one.columns
        for one in RegisterMapping.objects.filter(clinic=register.clinic_id).order_by("saved_at")
    }
    try:
        table = open_table(content, sheet=sheet, spread_merged=True, most_bytes=LARGEST_BYTES)
        heading = find_heading(list(islice(table.rows, HEADING_AMONG_ROWS)), FIELDS, saved)
    except UnreadableSheetError as wrong:
        raise UnreadableRegisterError(file_name=register.file_name, what=str(wrong)) from None
    except LookupError:
        raise UnreadableRegisterError(file_name=register.file_name, what=_("в файле нет строк")) from None
    register.sheet, register.other_sheets = table.sheet[:100], list(table.others)
    register.heading_row, register.headings = heading.row_number, list(heading.columns)
    known = saved.get(heading.fingerprint) or guess(FIELDS, heading.columns, whole_names=True)
    twice = any(f"{column} (2)" in heading.columns for column in known.values())
    register.columns = None if twice or lacking(register, known) else known


def lacking(register: Register, columns: Mapping[str, str]) -> list[str]:
    """Titles of the needed fields that have no column."""
    missing = [str(field.title) for field in FIELDS if field.needed and field.key not in columns]
    if register.clinic_id is None and "clinic" not in columns:
        missing.insert(0, str(next(field.title for field in FIELDS if field.key == "clinic")))
    return missing


def _give_turn(register: Register) -> None:
    """Its place behind all others, once its columns are known. Turns are given one at a time, so that they follow each
    other as they become visible."""
    if register.columns and register.turn is None:
        advisory_lock(_TURNS)
        register.turn = (Register.objects.aggregate(last=Max("turn"))["last"] or 0) + 1


@transaction.atomic
def choose_register_sheet(*, register_id: UUID, sheet: str, by: Actor, at: datetime) -> None:
    """Read another sheet of the workbook. UnreadableRegisterError for one it has not, RegisterUnderWayError once it is
    being read."""
    register = _renamed(register_id)
    _look_into(register, storage.read(register.storage_key), sheet)
    register.columns = None
    register.save()
    _note(register, "register.sheet_chosen", by, at)


@transaction.atomic
def name_register_columns(*, register_id: UUID, columns: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Say which column is which field; the next file of the same clinic with the same heading is read so without
    asking. ColumnsLackError without a needed one; RegisterUnderWayError once it is being read."""
    register = _renamed(register_id)
    headings = register.headings or []
    keys = {field.key for field in FIELDS}
    told = {key: column for key, column in columns.items() if key in keys and column in headings}
    missing = lacking(register, told)
    if missing:
        raise ColumnsLackError(columns=", ".join(missing))
    register.columns = told
    _give_turn(register)
    register.save()
    RegisterMapping.objects.update_or_create(
        clinic_id=register.clinic_id,  # type: ignore[misc]  # none: of files whose lines name their clinics
        fingerprint=Heading(register.heading_row or 1, tuple(headings)).fingerprint,
        defaults={"columns": told, "saved_at": at, "saved_by": str(by)},
    )
    _note(register, "register.columns_named", by, at)


def _renamed(register_id: UUID) -> Register:
    register = locked(Register.objects, pk=register_id)
    after = register_after(register.state, RegisterEvent.NAME)
    if after is None or register.columns:
        raise RegisterUnderWayError
    register.state, register.problem = after, ""
    return register


def _note(register: Register, action: str, by: Actor, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject_type="register", subject_id=register.pk)
