"""News that travels upwards.

A lower app publishes a frozen dataclass inside its transaction; the apps above have their handlers in one table
(`doctorlike.config.handlers`), filled at start-up. A handler runs in the publisher's transaction, so it either
happens together with the fact or not at all; every handler is safe to repeat, and slow ones only enqueue a job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

Handler = Callable[[Any], None]

_handlers: dict[type, tuple[Handler, ...]] = {}


class UnheardFactError(LookupError):
    """A fact was published that the table does not know: news must not be lost silently."""


def fill(table: Mapping[type, Sequence[Handler]]) -> None:
    """Take over the table of handlers. Called once at start-up."""
    _handlers.clear()
    _handlers.update({fact: tuple(handlers) for fact, handlers in table.items()})


def table() -> Mapping[type, tuple[Handler, ...]]:
    return dict(_handlers)


def publish(fact: object) -> None:
    """Tell everyone above. Must be called inside the transaction that makes the fact true."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a fact is published inside its transaction")
    try:
        handlers = _handlers[type(fact)]
    except KeyError:
        raise UnheardFactError(type(fact).__name__) from None
    for handler in handlers:
        handler(fact)
