"""How often the interpreter looks for objects that hold each other."""

from __future__ import annotations

import gc

# A piece of a register makes objects by the hundred thousand, and none of them holds itself: looked through at every
# seven hundredth, as the interpreter would, they cost a third of the work. A program keeps a few megabytes more.
_OBJECTS, _YOUNG, _MIDDLE = 100_000, 20, 50


def look_seldom() -> None:
    """For programs that work at much at once: jobs and the console. Repeating changes nothing."""
    gc.set_threshold(_OBJECTS, _YOUNG, _MIDDLE)
