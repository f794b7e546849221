"""Jobs about the client's own data."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job
from doctorlike.rights import commands

BY = Actor.system("rights")


@job(retry=RetryStrategy(max_attempts=5, exponential_wait=10))
def make_copy(copy_id: str) -> None:
    """One copy of somebody's data."""
    commands.make_copy(copy_id=UUID(copy_id), by=BY, at=clock.now())


@every("*/15 * * * *")
def make_late_copies() -> None:
    """Copies whose job was lost get another."""
    for copy_id in commands.late_copies(clock.now()):
        make_copy.configure(lock=f"copy:{copy_id}").defer(copy_id=str(copy_id))


@every("17 * * * *")
def remove_old_copies() -> None:
    commands.remove_old_copies(by=BY, at=clock.now())


@every("37 1 * * *")
def close_waiting_accounts() -> None:
    """What is due by the insurer's date: accounts that wait for nothing any more, papers kept long enough."""
    commands.close_waiting(by=BY, at=clock.now())
    commands.erase_due(by=BY, at=clock.now())
