"""Jobs of this app: charges are swept by business date, so that a moved clock finds them."""

from __future__ import annotations

from uuid import UUID

from doctorlike.copay import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job

_BY = Actor.system("copay")


@job()
def try_one_charge(charge_id: str) -> None:
    commands.try_charge(charge_id=UUID(charge_id), on=clock.today(), by=_BY, at=clock.now())


@every("*/5 * * * *")
def try_due_charges() -> None:
    commands.run_due_charges(on=clock.today(), by=_BY, at=clock.now())
