"""GET /payments and GET /refunds: newest first, by pages, with the API's filters."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Literal

from sandbox.acquirer import payments, refunds
from sandbox.acquirer.errors import invalid
from sandbox.acquirer.objects import PAYMENT_COLUMNS
from sandbox.clock import from_iso
from sandbox.settings import Contract
from sandbox.world import World

_SIGNS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
_COLUMNS = {
    "payments": (PAYMENT_COLUMNS, ("created_at", "captured_at"), ("status",)),
    "refunds": ("p.* FROM refunds p", ("created_at",), ("status", "payment_id")),
}


def list_of(
    world: World, contract: Contract, what: Literal["payments", "refunds"], asked: Mapping[str, str]
) -> dict[str, Any]:
    """A page of the shop's objects. Raises ApiError `invalid_request` for a filter that cannot be read."""
    columns, instants, words = _COLUMNS[what]
    conditions, values = ["p.shop_id = ?"], [contract.shop_id]
    for name in instants:
        for sign, operator in _SIGNS.items():
            if f"{name}.{sign}" in asked:
                conditions.append(f"p.{name} {operator} ?")
                values.append(_instant(f"{name}.{sign}", asked[f"{name}.{sign}"]))
    for name in words:
        if name in asked:
            conditions.append(f"p.{name} = ?")
            values.append(asked[name])
    if "cursor" in asked:
        conditions.append("(p.created_at, p.number) < (?, ?)")
        values.extend(_cursor(asked["cursor"]))
    limit = _limit(asked.get("limit", "10"))
    rows = world.db.rows(
        f"""SELECT {columns} WHERE {" AND ".join(conditions)}
        ORDER BY p.created_at DESC, p.number DESC LIMIT ?""",
        (*values, limit + 1),
    )
    shown = payments.shown if what == "payments" else refunds.shown
    page: dict[str, Any] = {"type": "list", "items": [shown(world, row) for row in rows[:limit]]}
    if len(rows) > limit:
        last = rows[limit - 1]
        page["next_cursor"] = base64.urlsafe_b64encode(f"{last['created_at']}:{last['number']}".encode()).decode()
    return page


def _instant(name: str, given: str) -> Any:
    try:
        # An unescaped plus in a query arrives as a space.
        return from_iso(given.replace(" ", "+"))
    except ValueError as error:
        raise invalid(name, "Must be an ISO 8601 instant with a zone") from error


def _limit(given: str) -> int:
    if not given.isdigit() or not 1 <= int(given) <= 100:
        raise invalid("limit", "Limit must be 1 to 100")
    return int(given)


def _cursor(given: str) -> list[Any]:
    try:
        created_at, _, number = base64.urlsafe_b64decode(given.encode()).decode().partition(":")
        return [int(created_at), int(number)]
    except (ValueError, binascii.Error) as error:
        raise invalid("cursor", "Cursor is not one of ours") from error
