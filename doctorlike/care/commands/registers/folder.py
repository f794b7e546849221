"""Registers that clinics put into a folder, taken without anybody at work.

    <folder>/<clinic's key>/april.csv       the clinic's own file; without a clinic's folder each line names its clinic
    <folder>/<clinic's key>/taken/          files on their way
    <folder>/<clinic's key>/answers/        what went back
    <folder>/<clinic's key>/refused/        files that cannot be read, each with the reason beside it

A file is taken once nothing has been written to it for a while, and moved only after it was received: whoever is killed
in between leaves it to be recognised by its bytes.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.care.commands.registers.receiving import LARGEST_BYTES, receive_register
from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.models import Register
from doctorlike.care.rules import CameBy, RegisterState
from doctorlike.clinics import queries as clinics
from doctorlike.kit import clock, storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock

log = logging.getLogger(__name__)

KINDS = (".csv", ".txt", ".xlsx", ".xls", ".ods")
# Nothing was written to the file for so long: whoever copies slower than that writes beside it and renames.
SETTLED_AFTER = timedelta(seconds=30)
TAKEN, ANSWERS, REFUSED = "taken", "answers", "refused"


def take_from_folder(folder: Path, *, by: Actor, at: datetime) -> int:
    """Receives every settled file of the folder and of its clinics' folders, and puts down answers that are ready;
    returns how many files were taken. A folder that no clinic is called by is left alone. Safe to repeat, to run
    beside itself and to be killed at any moment."""
    count = 0
    with transaction.atomic():
        # Two sweeps would take the same files; the second finds nothing.
        advisory_lock("care:folder")
        for place, clinic_id in _places(folder):
            for file in _settled(place):
                count += _take(file, clinic_id, by=by, at=at)
            _put_answers(place)
    return count


def _places(folder: Path) -> Iterator[tuple[Path, UUID | None]]:
    yield folder, None
    own = {TAKEN, ANSWERS, REFUSED}
    named = {one.name: one for one in sorted(folder.iterdir()) if one.is_dir() and not one.is_symlink()}
    keys = clinics.find_by_key(named.keys() - own)
    for name, place in named.items():
        if name in keys:
            yield place, keys[name]
        elif name not in own:
            log.warning("no clinic is called as a folder of registers is: %s", name)


def _settled(place: Path) -> Iterator[Path]:
    """True time: it is the file system's clock that is compared with."""
    before = (clock.real_now() - SETTLED_AFTER).timestamp()
    for file in sorted(place.iterdir()):
        is_register = file.suffix.lower() in KINDS and not file.name.startswith((".", "~"))
        if is_register and file.is_file() and not file.is_symlink() and file.stat().st_mtime <= before:
            yield file


def _take(file: Path, clinic_id: UUID | None, *, by: Actor, at: datetime) -> int:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise UnreadableRegisterError(file_name=file.name, what=_("Файл больше 200 МБ."))
        with transaction.atomic():
            receive_register(
                content=file.read_bytes(), file_name=file.name, clinic_id=clinic_id, came_by=CameBy.FOLDER, by=by, at=at
            )
    except UnreadableRegisterError as refusal:
        _move(file, REFUSED)
        _write(file.parent / REFUSED / f"{file.name}.txt", str(refusal).encode())
        return 0
    transaction.on_commit(lambda: _move(file, TAKEN))
    return 1


def _put_answers(place: Path) -> None:
    taken = place / TAKEN
    for file in sorted(taken.iterdir()) if taken.is_dir() else ():
        register = Register.objects.filter(sha256=hashlib.sha256(file.read_bytes()).hexdigest()).first()
        if register is None:
            continue
        if register.answer_key:
            _write(place / ANSWERS / file.name, storage.read(register.answer_key))
            file.unlink(missing_ok=True)
        elif register.state == RegisterState.FAILED:
            _write(place / REFUSED / f"{file.name}.txt", register.problem.encode())
            _move(file, f"../{REFUSED}")


def _move(file: Path, where: str) -> None:
    target = file.parent / where
    target.mkdir(exist_ok=True)
    os.replace(file, target / file.name)


def _write(file: Path, content: bytes) -> None:
    """All of it or nothing, for whoever looks into the folder."""
    file.parent.mkdir(exist_ok=True)
    beside = file.with_name(f".{file.name}.part")
    beside.write_bytes(content)
    os.replace(beside, file)
