from __future__ import annotations

from doctorlike.accounts import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every

_BY = Actor.system("recovery")


@every("*/5 * * * *")
def complete_due_recoveries() -> None:
    """Lost phones whose waiting is over are replaced. True time: a moved demo clock brings nobody in sooner."""
    commands.complete_due_recoveries(by=_BY, at=clock.real_now())
