"""The sandbox's own clock, which can be moved to see keys forgotten and payments expire."""

import time
from datetime import UTC, datetime

from sandbox.storage import Database


class Clock:
    """Real time plus a remembered offset. Only the acquirer's business instants use it; deliveries keep real time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._offset_ms = int(db.switch("clock_offset_ms", 0))

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC on the sandbox's clock."""
        return real_ms() + self._offset_ms

    @property
    def offset_seconds(self) -> float:
        """How far the clock was moved forward."""
        return self._offset_ms / 1000

    def advance(self, seconds: float) -> None:
        """Moves the clock forward. Never back: the acquirer's objects would come to lie in the future."""
        self._set(self._offset_ms + round(max(seconds, 0) * 1000))

    def reset(self) -> None:
        """Back to real time."""
        self._set(0)

    def _set(self, offset_ms: int) -> None:
        self._offset_ms = offset_ms
        self._db.turn("clock_offset_ms", offset_ms)


def real_ms() -> int:
    """Milliseconds since 1970 UTC by the machine's clock."""
    return time.time_ns() // 1_000_000


def iso(ms: int) -> str:
    """An instant as YooKassa writes it: UTC with milliseconds and a Z."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def from_iso(text: str) -> int:
    """Milliseconds of an ISO 8601 instant. Raises ValueError when it is none, or has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return round(moment.timestamp() * 1000)
