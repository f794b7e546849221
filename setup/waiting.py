"""Waiting for something to become true, with a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# An event nobody sets: its wait() is a pause that a signal handler may cut short.
_pause = threading.Event()


def wait_until(condition: Callable[[], bool], *, seconds: float, every_seconds: float = 0.05) -> bool:
    """Ask `condition` until it is true or `seconds` have gone by; the last answer."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        _pause.wait(every_seconds)
    return True
