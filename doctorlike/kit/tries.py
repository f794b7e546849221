"""Wrong tries that lock a door for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def locked_until(*, wrong_at: Sequence[datetime], at: datetime, most: int, lasts: timedelta) -> datetime | None:
    """Until when the door is locked, or None. `wrong_at` are instants of wrong tries; `most` of them within `lasts`
    lock it for as long from the last of those."""
    ordered = sorted(wrong_at)
    for latest in reversed(range(most - 1, len(ordered))):
        until = ordered[latest] + lasts
        if at >= until:
            return None
        if ordered[latest] - ordered[latest - most + 1] < lasts:
            return until
    return None
