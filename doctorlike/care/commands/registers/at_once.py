"""A register taken in one go, as the console does: received, decided and answered before this returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.care.commands.registers.receiving import ReceivedRegister, lacking, receive_register
from doctorlike.care.commands.registers.working import work_until
from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.models import Register, RegisterLine
from doctorlike.care.rules import FIELDS, CameBy, Outcome, RegisterState
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.kit.sheets.columns import guess


@dataclass(frozen=True, slots=True)
class RefusedRow:
    row: int
    words: str


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What became of a file. `rows` = accepted + refused + not_covered + withdrawn; `repeated` when the very same file
    had been loaded before, and this time nothing was done."""

    register_id: UUID
    repeated: bool
    rows: int
    accepted: int
    withdrawn: int
    refused: Sequence[RefusedRow]
    not_covered: Sequence[RefusedRow]
    charges: int
    insurer_total: Money
    share_total: Money


def import_register(
    *,
    content: bytes,
    file_name: str,
    clinic_id: UUID | None = None,
    corrects_id: UUID | None = None,
    by: Actor,
    at: datetime,
    tell: Callable[[UUID], None] = lambda _register_id: None,
) -> RegisterReport:
    """Read, adjudicate and keep a register; each visit with a share to pay makes one charge. It does the work itself,
    beside any workers there are; registers that came before go first. UnreadableRegisterError when the file as a whole
    cannot be read, or its columns are not known; what was not read at all is not kept. The same file again changes
    nothing. `tell` is called between pieces."""
    received = _receive(content, file_name, clinic_id, corrects_id, by=by, at=at)

    def done() -> bool:
        tell(received.register_id)
        state = Register.objects.values_list("state", flat=True).get(pk=received.register_id)
        return state in (RegisterState.ANSWERED, RegisterState.FAILED)

    work_until(done, by=by, now=lambda: at)
    register = Register.objects.get(pk=received.register_id)
    if register.state == RegisterState.FAILED:
        raise UnreadableRegisterError(file_name=register.file_name, what=register.problem)
    return report(register.pk, repeated=received.repeated)


def _receive(
    content: bytes, file_name: str, clinic_id: UUID | None, corrects_id: UUID | None, *, by: Actor, at: datetime
) -> ReceivedRegister:
    with transaction.atomic(), ExitStack() as undone:
        received = receive_register(
            content=content,
            file_name=file_name,
            clinic_id=clinic_id,
            corrects_id=corrects_id,
            came_by=CameBy.CONSOLE,
            by=by,
            at=at,
        )
        if not received.ready:
            register = Register.objects.get(pk=received.register_id)
            if not received.repeated:
                undone.callback(storage.forget, register.storage_key)
            missing = lacking(register, guess(FIELDS, register.headings or [], whole_names=True))
            what = _("Нет столбца «{column}».").format(column="», «".join(missing)) if missing else register.problem
            raise UnreadableRegisterError(file_name=file_name, what=what or _("Названия столбцов повторяются."))
    return received


def report(register_id: UUID, *, repeated: bool = False) -> RegisterReport:
    """What became of a register that is answered."""
    register = Register.objects.get(pk=register_id)
    told = RegisterLine.objects.filter(register=register).order_by("row")
    refused = told.filter(outcome=Outcome.REFUSED).values_list("row", "refusal_text")
    uncovered = told.filter(outcome=Outcome.NOT_COVERED).values_list("row", "reasons")
    return RegisterReport(
        register_id=register.pk,
        repeated=repeated,
        rows=register.row_count,
        accepted=register.accepted,
        withdrawn=register.withdrawn,
        refused=[RefusedRow(row, words) for row, words in refused.iterator()],
        not_covered=[RefusedRow(row, ", ".join(reasons)) for row, reasons in uncovered.iterator()],
        charges=0 if repeated else register.charges,
        insurer_total=register.insurer_part,
        share_total=register.share,
    )
