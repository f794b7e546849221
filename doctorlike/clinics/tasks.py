"""Jobs of the network."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.clinics import commands
from doctorlike.clinics.commands import listing
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor, Kind
from doctorlike.kit.jobs import every, job

_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=10)
# A long list keeps nobody's letter waiting.
_AFTER_LETTERS = -10


@every("*/5 * * * *")
def index_clinics() -> None:
    """Clinics that cannot be searched for yet, such as after an upgrade, are made findable."""
    commands.index_outdated(on=clock.today())


@job(retry=_AGAIN, priority=_AFTER_LETTERS)
def read_list(*, run_id: str, by_kind: Kind, by_ref: str) -> None:
    commands.read_list(run_id=UUID(run_id), by=Actor(by_kind, by_ref), at=clock.now())


@job(retry=_AGAIN, priority=_AFTER_LETTERS)
def apply_list(*, run_id: str, by_kind: Kind, by_ref: str) -> None:
    commands.apply_list(run_id=UUID(run_id), by=Actor(by_kind, by_ref), at=clock.now())


@job(retry=_AGAIN, priority=_AFTER_LETTERS)
def take_back_list(*, run_id: str, by_kind: Kind, by_ref: str) -> None:
    commands.take_back_list(run_id=UUID(run_id), by=Actor(by_kind, by_ref), at=clock.now())


@job()
def make_list_file(*, file_id: str) -> None:
    """A long «Список ЛПУ» for everybody who asks that day."""
    listing.make_list_file(file_id=UUID(file_id), by=Actor.system("clinics"), at=clock.now())


@every("23 2 * * *")
def remove_old_list_files() -> None:
    listing.remove_old_list_files(on=clock.today())
