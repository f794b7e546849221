"""Jobs of this app: charges are swept by business date, so that a moved clock finds them."""

from __future__ import annotations

from uuid import UUID

from doctorlike.copay import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job

_BY = Actor.system("copay")
# Each waits for the acquirer most of the time; beyond this one process gains nothing.
_AT_ONCE = 8


# A register brings hundreds of thousands of notices: nobody's code waits behind them.
_AFTER_LETTERS = -10
_NOTICES_AT_ONCE = 100
_NOTICES_A_JOB = 2000


@job(queueing_lock="copay.tell_of_announced", priority=_AFTER_LETTERS)
def tell_of_announced() -> None:
    """So many, then the worker is free for others for a while."""
    for _some in range(_NOTICES_A_JOB // _NOTICES_AT_ONCE):
        if commands.tell_announced(most=_NOTICES_AT_ONCE, by=_BY, at=clock.now()) < _NOTICES_AT_ONCE:
            return
    commands.go_on_telling()


# What a worker that was killed has left.
@every("*/5 * * * *", priority=_AFTER_LETTERS)
def tell_of_what_was_left() -> None:
    commands.go_on_telling()


@job()
def try_one_charge(charge_id: str) -> None:
    commands.try_charge(charge_id=UUID(charge_id), on=clock.today(), by=_BY, at=clock.now())


# Each hour, so that a moved clock is noticed; a card is warned of once.
@every("23 * * * *")
def warn_of_expiring_cards() -> None:
    commands.warn_of_expiry(on=clock.today(), by=_BY, at=clock.now())


# Each hour, as above. Nothing waits for it: whether a visit is covered is asked of the contract's own dates.
@every("41 * * * *")
def end_programmes_of_policies_over() -> None:
    commands.end_with_policies(on=clock.today(), by=_BY, at=clock.now())


@every("*/5 * * * *")
def try_due_charges() -> None:
    commands.Sweep(on=clock.today(), by=_BY, now=clock.now).run(at_once=_AT_ONCE)
