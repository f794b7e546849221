"""Jobs about jobs."""

from __future__ import annotations

from doctorlike.kit import jobs
from doctorlike.kit.jobs import every


@every("* * * * *")
def take_up_left_jobs() -> None:
    """A worker was killed: what it had begun waits again, and what waited behind it under the same lock goes on."""
    jobs.take_up_left_jobs()


@every("41 2 * * *")
def forget_old_jobs() -> None:
    """The queue stays short."""
    jobs.forget_old_jobs()
