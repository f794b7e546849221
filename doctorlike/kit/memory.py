"""What Python's garbage collector walks through."""

from __future__ import annotations

import gc


def keep_for_good() -> None:
    """What start-up made stays as long as the process: the collector need not walk through it again with every few
    requests or jobs. Called once, by a serving process or a worker, when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
