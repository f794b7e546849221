"""Jobs of letters. `coverage.tasks` names them, where workers look."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.coverage.letters import making
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job

BY = Actor.system("letters")


@job(retry=RetryStrategy(max_attempts=5, exponential_wait=10))
def make_letter_later(letter_id: str) -> None:
    """One letter, made and told of once."""
    making.make_letter(letter_id=UUID(letter_id), by=BY, at=clock.now())


@every("*/10 * * * *")
def make_late_letters() -> None:
    """Letters whose job was lost get another."""
    for letter_id in making.late_letters(clock.now()):
        make_letter_later.configure(lock=f"letter:{letter_id}").defer(letter_id=str(letter_id))
