from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.accounts.commands import recovering
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job

_BY = Actor.system("recovery")
_LOST_AFTER = timedelta(minutes=2)


@job(retry=RetryStrategy(max_attempts=5, exponential_wait=5), priority=50)
def answer_recovery(try_id: str) -> None:
    """One lost phone that was asked about: it begins, or is refused by mail."""
    recovering.answer_recovery(try_id=UUID(try_id), by=_BY, at=clock.real_now())


@every("*/5 * * * *")
def complete_due_recoveries() -> None:
    """Lost phones whose waiting is over are replaced; what a lost job left unanswered is answered. True time: a moved
    demo clock brings nobody in sooner."""
    now = clock.real_now()
    recovering.complete_due_recoveries(by=_BY, at=now)
    for try_id in recovering.unanswered_recoveries(before=now - _LOST_AFTER):
        recovering.answer_recovery(try_id=try_id, by=_BY, at=now)
