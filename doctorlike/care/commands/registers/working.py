"""What is to be done about registers, piece by piece: any number of workers take pieces until there are none.

Each piece is one transaction that holds a row for itself, so that a worker may be killed at any moment: what it was at
is undone, and another takes it. Registers are decided one after the other in the order of their turns, each by all
workers together, since the lines of a policy are in one piece.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from procrastinate.exceptions import AlreadyEnqueued

from doctorlike.audit import commands as audit
from doctorlike.care.commands.registers.charging import charge_piece
from doctorlike.care.commands.registers.deciding import Court
from doctorlike.care.commands.registers.reading import fail_register, read_register, turn_to
from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.models import Register, RegisterPiece
from doctorlike.care.rules import RegisterEvent, RegisterState
from doctorlike.kit.actors import Actor

# So many jobs look for pieces at once; more workers than that are free for other work.
LANES = 4
_LOOK_EVERY_SECONDS = 0.1
_ENDED = (RegisterState.ANSWERED, RegisterState.FAILED)
_COUNTS = ("accepted", "refused", "not_covered", "withdrawn", "reversed", "charges")


class Bench:
    """What one process remembers from piece to piece: the court of the register it is at."""

    def __init__(self) -> None:
        self._court: Court | None = None

    def court(self, register: Register) -> Court:
        if self._court is None or self._court.register.pk != register.pk:
            self._court = Court(register)
        return self._court


def work(*, by: Actor, now: Callable[[], datetime], most_seconds: float) -> bool:
    """Takes pieces, for so long or until none is free; returns whether there may be more. Safe to run beside itself on
    any number of machines, and to be killed at any moment."""
    bench, ends = Bench(), time.monotonic() + most_seconds
    while take_piece(bench, by=by, at=now()):
        if time.monotonic() > ends:
            return True
    return False


def work_until(done: Callable[[], bool], *, by: Actor, now: Callable[[], datetime]) -> None:
    """Takes pieces until `done`, and waits while others are at the last ones. Safe as above."""
    bench = Bench()
    while not done():
        if not take_piece(bench, by=by, at=now()):
            time.sleep(_LOOK_EVERY_SECONDS)  # a piece may come back from a worker that died


def take_piece(bench: Bench, *, by: Actor, at: datetime) -> bool:
    """Does the next thing there is to do, if any is free: what is nearest to its end goes first."""
    return _charge(by=by, at=at) or _decide(bench, by=by, at=at) or _read(by=by, at=at)


def _read(*, by: Actor, at: datetime) -> bool:
    with transaction.atomic():
        waiting = Register.objects.filter(state=RegisterState.RECEIVED, turn__isnull=False)
        register = waiting.order_by("turn").select_for_update(of=("self",), skip_locked=True).first()
        if register is None:
            return False
        try:
            with transaction.atomic():
                read_register(register, by=by, at=at)
        except UnreadableRegisterError as wrong:
            register.refresh_from_db()
            fail_register(register, str(wrong), by=by, at=at)
        else:
            go_on_with_registers()
    return True


def _decide(bench: Bench, *, by: Actor, at: datetime) -> bool:
    under_way = Register.objects.filter(turn__isnull=False, state__in=(RegisterState.RECEIVED, RegisterState.CHECKED))
    first = under_way.order_by("turn").first()
    # A register that came before is still being read: those behind it wait, or their limits would depend on who works.
    if first is None or first.state == RegisterState.RECEIVED:
        return False
    with transaction.atomic():
        piece = _free_piece(first.pk, decided_at__isnull=True)
        if piece is not None:
            bench.court(first).decide_piece(piece, by=by, at=at)
            return True
    return _finish(
        first.pk, RegisterState.CHECKED, RegisterEvent.DECIDE, "decided_at", "register.adjudicated", by=by, at=at
    )


def _charge(*, by: Actor, at: datetime) -> bool:
    for register in Register.objects.filter(state=RegisterState.DECIDED, turn__isnull=False).order_by("turn"):
        with transaction.atomic():
            piece = _free_piece(register.pk, charged_at__isnull=True)
            if piece is not None:
                corrects = register.corrects_id is not None
                # Of a correction somebody at work asks for the refunds: whoever sent it.
                charge_piece(piece, by=_sender(register) if corrects else by, at=at)
                return True
        if _finish(
            register.pk, RegisterState.DECIDED, RegisterEvent.ANSWER, "charged_at", "register.answered", by=by, at=at
        ):
            return True
    return False


def _free_piece(register_id: UUID, **which: bool) -> RegisterPiece | None:
    pieces = RegisterPiece.objects.filter(register_id=register_id, **which).order_by("from_slice")
    return pieces.select_for_update(of=("self",), skip_locked=True).first()


def _sender(register: Register) -> Actor:
    kind, _colon, ref = register.received_by.partition(":")
    return Actor(kind, ref)  # type: ignore[arg-type]  # as an Actor once wrote it


@transaction.atomic
def _finish(
    register_id: UUID, state: RegisterState, event: RegisterEvent, done: str, action: str, *, by: Actor, at: datetime
) -> bool:
    """The register's next state, once none of its pieces is left or being worked at."""
    waiting = Register.objects.filter(pk=register_id, state=state)
    register = waiting.select_for_update(of=("self",), skip_locked=True).first()
    if register is None or register.pieces.filter(**{f"{done}__isnull": True}).exists():
        return False
    turn_to(register, event)
    sums = register.pieces.aggregate(**{name: Sum(name) for name in (*_COUNTS, "share", "insurer_part")})
    for name, found in sums.items():
        setattr(register, name, found)
    setattr(register, "adjudicated_at" if event is RegisterEvent.DECIDE else "answered_at", at)
    register.save()
    if event is RegisterEvent.ANSWER:
        register.pieces.all().delete()
        _have_answer_made(register.pk)
    go_on_with_registers()
    audit.record(
        by=by,
        at=at,
        action=action,
        subject_type="register",
        subject_id=register.pk,
        details={"rows": register.row_count, **{name: getattr(register, name) for name in _COUNTS}},
    )
    return True


def _have_answer_made(register_id: UUID) -> None:
    from doctorlike.care import tasks  # the tasks call back into this package

    tasks.make_answer.defer(register_id=str(register_id))


def go_on_with_registers() -> None:
    """Have jobs take up what there is to do, if anything. Asking again is harmless."""
    from doctorlike.care import tasks  # the tasks call back into this package

    if not Register.objects.filter(turn__isnull=False).exclude(state__in=_ENDED).exists():
        return
    for lane in range(LANES):
        with suppress(AlreadyEnqueued), transaction.atomic():
            tasks.work_on_registers.configure(queueing_lock=f"care.registers:{lane}").defer(lane=lane)
