"""Jobs of registers."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from procrastinate import RetryStrategy

from doctorlike.care import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job

_BY = Actor.system("care")
_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=10)
# A long register keeps nobody's letter or code waiting: what comes meanwhile goes first every few seconds.
_AFTER_LETTERS = -10
_SECONDS_A_JOB = 3.0


@job(retry=_AGAIN, priority=_AFTER_LETTERS)
def work_on_registers(*, lane: int) -> None:
    if commands.work(by=_BY, now=clock.now, most_seconds=_SECONDS_A_JOB):
        commands.go_on_with_registers()


@job(retry=_AGAIN, priority=_AFTER_LETTERS)
def make_answer(*, register_id: str) -> None:
    commands.make_answer(register_id=UUID(register_id), by=_BY, at=clock.now())


# What a worker that was killed has left is taken up by whoever looks next.
@every("* * * * *", priority=_AFTER_LETTERS)
def look_for_registers() -> None:
    if settings.REGISTER_FOLDER is not None:
        commands.take_from_folder(settings.REGISTER_FOLDER, by=_BY, at=clock.now())
    commands.go_on_with_registers()
