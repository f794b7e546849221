"""Jobs of policies."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job
from doctorlike.policies import commands

BY = Actor.system("policies")


@job(retry=RetryStrategy(max_attempts=5, exponential_wait=10))
def tell_cancellation(policy_id: str) -> None:
    """The notice of one cancellation, made and sent once."""
    commands.send_cancellation_notice(policy_id=UUID(policy_id), by=BY, at=clock.now())


@every("5 * * * *")
def tell_birthdays() -> None:
    """Children who come of age: notices thirty days ahead and on the day."""
    commands.tell_birthdays(on=clock.today(), by=BY, at=clock.now())


@every("*/10 * * * *")
def tell_late_cancellations() -> None:
    """Cancellations whose job was lost get another."""
    for policy_id in commands.untold_cancellations(clock.now()):
        tell_cancellation.configure(lock=f"cancellation:{policy_id}").defer(policy_id=str(policy_id))


@job(retry=RetryStrategy(max_attempts=3, wait=5))
def send_code_of_try(try_id: str) -> None:
    """The code that links a policy by its number, where the number fits one."""
    commands.send_link_code(try_id=UUID(try_id), by=BY)
