"""What time it is for the business.

Only views, tasks and console commands ask; rules and commands are told. In a demo or a test the clock can be moved:
it moves business dates and instants only, while sessions, codes and tokens keep real time (`real_now`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_shift = timedelta()
_read_shift: Callable[[], timedelta] | None = None
_insurer_zone = ZoneInfo("Europe/Moscow")


def configure(*, insurer_zone: ZoneInfo, read_shift: Callable[[], timedelta] | None) -> None:
    """Called once at start-up. `read_shift` is given in a demo only: it tells how far the clock was moved."""
    global _insurer_zone, _read_shift
    _insurer_zone, _read_shift = insurer_zone, read_shift


def refresh() -> None:
    """Take over a moved clock. Called at the start of each request, task and console command; costs nothing
    outside a demo."""
    global _shift
    if _read_shift is not None:
        _shift = _read_shift()


def real_now() -> datetime:
    """The true instant, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The business instant, in UTC."""
    return real_now() + _shift


def shift() -> timedelta:
    """How far the business clock is ahead of the true one."""
    return _shift


def insurer_zone() -> ZoneInfo:
    return _insurer_zone


def insurer_date(instant: datetime) -> date:
    """The calendar date of an instant in the insurer's zone."""
    return instant.astimezone(_insurer_zone).date()


def today() -> date:
    """The business date in the insurer's zone."""
    return insurer_date(now())


@contextmanager
def moved_to(instant: datetime) -> Iterator[None]:
    """For tests: the business clock stands at `instant` and runs on from there."""
    global _shift
    before = _shift
    _shift = instant - real_now()
    try:
        yield
    finally:
        _shift = before
