"""Faults asked for by a test, a bench or a person: which request they hit and what they do to it.

A fault hits either the next N requests of an operation or a share of them. The share is drawn from a seed and the
request's place in the row, so that a run can be repeated.
"""

import random
from dataclasses import dataclass, replace

from sandbox.storage import Database
from sandbox.storage.database import Row

OPERATIONS = ("create", "recurring", "method", "page", "get", "list", "capture", "cancel", "refund", "sms", "mail")
ANY = "any"

# Kinds that lose or spoil the reply, and whether the request is carried out.
TRANSPORT = {
    "timeout_before": "before",
    "lost_before": "before",
    "error_before": "before",
    "throttle": "before",
    "timeout_after": "after",
    "lost_reply": "after",
    "error_after": "after",
}
KINDS = (*TRANSPORT, "decline_soft", "decline_hard", "slow", "late_settlement")
_HOLD_MS = 60_000
_SLOW_MS = 1_000
_LATE_MS = 2_000


class BadFault(ValueError):
    """A fault that cannot be; the message says why."""


@dataclass(frozen=True)
class Effects:
    """What the faults do to one request. `transport` is a kind of TRANSPORT; delays in milliseconds."""

    delay_ms: int = 0
    transport: str | None = None
    hold_ms: int = 0
    decline: str | None = None
    settle_after_ms: int | None = None

    @property
    def before(self) -> bool:
        """The request is not carried out."""
        return self.transport is not None and TRANSPORT[self.transport] == "before"

    @property
    def after(self) -> bool:
        """The request is carried out, the reply is not given."""
        return self.transport is not None and TRANSPORT[self.transport] == "after"


NO_EFFECTS = Effects()


class Faults:
    """The faults in force and the constant latency, kept in memory and in the storage."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._active: list[Row] = []
        self.latency: dict[str, int] = db.switch("latency", {})
        self._read()

    def _read(self) -> None:
        self._active = self._db.rows("SELECT * FROM faults WHERE times_left IS NULL OR times_left > 0 ORDER BY id")

    def all(self) -> list[Row]:
        """Every fault, spent ones too."""
        return self._db.rows("SELECT * FROM faults ORDER BY id")

    def set_latency(self, operation: str, ms: int) -> None:
        """Every request of the operation (or `any`) is answered this much later; 0 ends it."""
        if operation != ANY and operation not in OPERATIONS:
            raise BadFault(f"operation must be {ANY} or one of {', '.join(OPERATIONS)}")
        latency = {**self.latency, operation: max(ms, 0)}
        self.latency = {name: pause for name, pause in latency.items() if pause}
        self._db.turn("latency", self.latency)

    def add(
        self,
        *,
        kind: str,
        operation: str = ANY,
        times: int | None = None,
        percent: float | None = None,
        seed: int = 0,
        ms: int | None = None,
        reason: str | None = None,
        shop_id: str | None = None,
    ) -> int:
        """Puts a fault in force and returns its number.

        Without `times` and `percent` it hits the next request only. Raises BadFault.
        """
        if kind not in KINDS:
            raise BadFault(f"kind must be one of {', '.join(KINDS)}")
        if operation != ANY and operation not in OPERATIONS:
            raise BadFault(f"operation must be {ANY} or one of {', '.join(OPERATIONS)}")
        if percent is not None and not 0 < percent <= 100:
            raise BadFault("percent must be above 0 and up to 100")
        if times is not None and times < 1:
            raise BadFault("times must be at least 1")
        if ms is not None and ms < 0:
            raise BadFault("ms must not be negative")
        number = self._db.insert(
            "faults",
            kind=kind,
            operation=operation,
            shop_id=shop_id,
            times_left=times if times or percent else 1,
            percent=percent,
            seed=seed,
            ms=ms,
            reason=reason,
        )
        self._read()
        return number

    def remove(self, number: int | None = None) -> int:
        """Ends one fault, or all of them; returns how many."""
        count = (
            self._db.write("DELETE FROM faults")
            if number is None
            else self._db.write("DELETE FROM faults WHERE id = ?", (number,))
        )
        self._read()
        return count

    def draw(self, operation: str, shop_id: str | None = None) -> Effects:
        """What happens to the request that has just come. Counts it against the faults that fit."""
        delay = self.latency.get(operation, self.latency.get(ANY, 0)) if self.latency else 0
        if not self._active:
            return NO_EFFECTS if not delay else Effects(delay_ms=delay)
        effects = Effects(delay_ms=delay)
        fitting = [row for row in self._active if _fits(row, operation, shop_id)]
        if not fitting:
            return effects
        with self._db.transaction():
            for row in fitting:
                hit = row["percent"] is None or _lot(row) < row["percent"]
                spent = 1 if hit and row["times_left"] is not None else 0
                self._db.write(
                    """UPDATE faults SET drawn = drawn + 1, fired = fired + ?, times_left = times_left - ?
                    WHERE id = ?""",
                    (int(hit), spent, row["id"]),
                )
                if hit:
                    effects = _applied(effects, row)
        self._read()
        return effects


def _fits(row: Row, operation: str, shop_id: str | None) -> bool:
    return row["operation"] in (ANY, operation) and row["shop_id"] in (None, shop_id)


def _lot(row: Row) -> float:
    return random.Random(f"{row['seed']}:{row['kind']}:{row['drawn']}").random() * 100  # noqa: S311 - repeatable


def _applied(effects: Effects, row: Row) -> Effects:
    kind, ms = row["kind"], row["ms"]
    if kind == "slow":
        return replace(effects, delay_ms=effects.delay_ms + (_SLOW_MS if ms is None else ms))
    if kind == "late_settlement":
        return replace(effects, settle_after_ms=_LATE_MS if ms is None else ms)
    if kind in ("decline_soft", "decline_hard"):
        usual = "insufficient_funds" if kind == "decline_soft" else "payment_method_restricted"
        return replace(effects, decline=row["reason"] or usual)
    if effects.transport:
        return effects
    hold = (_HOLD_MS if ms is None else ms) if kind.startswith("timeout") else 0
    return replace(effects, transport=kind, hold_ms=hold)
