"""What the set-up tells the person who started it."""

from __future__ import annotations

import sys
import time


class Problem(Exception):
    """Something the person at the keyboard can put right; its text says what and how. Shown without a traceback."""


_started = time.monotonic()


def step(text: str) -> None:
    """A step begins; the seconds since the start stand before it."""
    print(f"[{time.monotonic() - _started:5.1f} s] {text}", file=sys.stderr, flush=True)


def note(text: str) -> None:
    """A remark inside the present step."""
    print(f"          {text}", file=sys.stderr, flush=True)
