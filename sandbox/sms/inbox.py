"""The messages taken, for people (/sms/) and for tests (/sms/messages.json)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import iso
from sandbox.pages import page
from sandbox.sms.api import normal_phone
from sandbox.storage.database import Row
from sandbox.world import World, world_of

_SHOWN = 100


def _found(world: World, asked: str, after: int) -> list[Row]:
    """Messages with a number above `after`, newest first; `asked` is a phone in any form, or a part of one."""
    whole = normal_phone(asked) if asked else None
    if whole:
        return world.db.rows(
            "SELECT * FROM sms WHERE phone = ? AND number > ? ORDER BY number DESC LIMIT ?", (whole, after, _SHOWN)
        )
    part = "".join(mark for mark in asked if mark.isdigit())
    return world.db.rows(
        "SELECT * FROM sms WHERE phone LIKE ? AND number > ? ORDER BY number DESC LIMIT ?",
        (f"%{part}%", after, _SHOWN),
    )


def _shown(row: Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        "sms_id": row["sms_id"],
        "to": row["phone"],
        "from": row["sender"],
        "text": row["text"],
        "created_at": iso(row["created_at"]),
    }


async def messages_json(request: Request) -> Response:
    """Up to a hundred latest messages, oldest first: ?to=phone (any form), ?after=number of the last one seen."""
    after = request.query_params.get("after", "0")
    if not after.isdigit():
        return JSONResponse({"error": "after must be a message's number"}, status_code=400)
    rows = _found(world_of(request), request.query_params.get("to", ""), int(after))
    return JSONResponse({"messages": [_shown(row) for row in reversed(rows)]})


async def inbox(request: Request) -> Response:
    """The latest messages, with a search by phone."""
    asked = request.query_params.get("to", "").strip()
    rows = _found(world_of(request), asked, 0)
    return page(request, "sms.html", messages=[_shown(row) for row in rows], asked=asked, most=_SHOWN)


routes = [Route("/sms/", inbox), Route("/sms/messages.json", messages_json)]
