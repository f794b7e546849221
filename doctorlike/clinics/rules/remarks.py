"""What is said of a row, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What becomes of a row; each row has exactly one."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Remark:
    """What could not be read in a column; `text` is for the people who mend the list."""

    column: str
    text: str


class RefusedRowError(ValueError):
    """The row cannot be taken at all."""

    def __init__(self, column: str, reason: Any) -> None:
        self.remark = Remark(column, str(reason))
        super().__init__(column)
