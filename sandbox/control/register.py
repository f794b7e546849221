"""What truly happened, told apart from the API: the acquirer's register and the count of debits.

Tests and benches prove with it that nobody was debited twice, whatever replies were lost.
"""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.acquirer.money import amount
from sandbox.clock import iso
from sandbox.storage.database import Row
from sandbox.world import World, world_of

_SUMS = """SELECT
    (SELECT count(*) FROM payments WHERE shop_id LIKE :shop) AS payments,
    (SELECT count(*) FROM payments WHERE shop_id LIKE :shop AND status = 'succeeded') AS debits,
    (SELECT coalesce(sum(amount), 0) FROM payments WHERE shop_id LIKE :shop AND status = 'succeeded') AS debited,
    (SELECT count(*) FROM refunds WHERE shop_id LIKE :shop AND status = 'succeeded') AS refunds,
    (SELECT coalesce(sum(amount), 0) FROM refunds WHERE shop_id LIKE :shop AND status = 'succeeded') AS refunded"""
_PAYMENTS = """SELECT id, shop_id, status, amount, refunded, method_id, recurring, description, metadata,
    reason, receipt IS NOT NULL AS has_receipt, json_extract(receipt, '$.customer.email') AS receipt_email,
    json_extract(receipt, '$.customer.phone') AS receipt_phone, created_at, captured_at FROM payments
    WHERE shop_id LIKE :shop ORDER BY number"""
_REFUNDS = "SELECT * FROM refunds WHERE shop_id LIKE :shop ORDER BY number"
_DEBITS = """SELECT json_extract(metadata, :path) AS value, count(*) AS debits, sum(amount) AS debited,
    group_concat(id) AS ids FROM payments
    WHERE status = 'succeeded' AND shop_id LIKE :shop AND json_extract(metadata, :path) IS NOT NULL
    GROUP BY value ORDER BY debits DESC, value"""


def _shop(request: Request) -> dict[str, str]:
    return {"shop": request.query_params.get("shop_id", "") or "%"}


def sums(world: World, shop: str = "%") -> dict[str, int]:
    """Counts, and sums in kopecks."""
    row = world.db.rows(_SUMS, {"shop": shop})[0]
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a Row iterates over values


async def register_json(request: Request) -> Response:
    """GET /control/register.json?shop_id=: every payment and refund as the acquirer knows it, oldest first."""
    world, shop = world_of(request), _shop(request)
    # Ten thousand charges are read and written out aside, so that the API goes on answering meanwhile.
    body = await asyncio.to_thread(_register, world, shop)
    return Response(body, media_type="application/json")


def _register(world: World, shop: dict[str, str]) -> bytes:
    payments = [_payment(row) for row in world.db.read_apart(_PAYMENTS, shop)]
    refunds = [_refund(row) for row in world.db.read_apart(_REFUNDS, shop)]
    counted = world.db.read_apart(_SUMS, shop)[0]
    total = {name: counted[name] for name in ("payments", "debits", "debited", "refunds", "refunded")}
    return json.dumps({"payments": payments, "refunds": refunds, "sums": total}, ensure_ascii=False).encode()


def _payment(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "shop_id": row["shop_id"],
        "status": row["status"],
        "amount": amount(row["amount"]),
        "refunded_amount": amount(row["refunded"]),
        "payment_method_id": row["method_id"],
        "recurring": bool(row["recurring"]),
        "description": row["description"],
        "metadata": json.loads(row["metadata"]),
        "reason": row["reason"],
        "has_receipt": bool(row["has_receipt"]),
        "receipt_to": row["receipt_email"] or row["receipt_phone"],
        "created_at": iso(row["created_at"]),
        "captured_at": iso(row["captured_at"]) if row["captured_at"] else None,
    }


def _refund(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "shop_id": row["shop_id"],
        "payment_id": row["payment_id"],
        "status": row["status"],
        "amount": amount(row["amount"]),
        "metadata": json.loads(row["metadata"]),
        "reason": row["reason"],
        "has_receipt": row["receipt"] is not None,
        "created_at": iso(row["created_at"]),
    }


async def debits_json(request: Request) -> Response:
    """GET /control/debits.json?key=NAME: succeeded payments counted by the value of a metadata key.

    `more_than_once` lists the values debited twice or oftener; it must be empty.
    """
    key = request.query_params.get("key", "")
    if not key or '"' in key or "\\" in key:
        return JSONResponse({"error": "key must name a metadata key"}, status_code=400)
    rows = await asyncio.to_thread(world_of(request).db.read_apart, _DEBITS, {**_shop(request), "path": f'$."{key}"'})
    counted = {
        row["value"]: {"debits": row["debits"], "kopecks": row["debited"], "ids": row["ids"].split(",")} for row in rows
    }
    twice = [value for value, found in counted.items() if found["debits"] > 1]
    return JSONResponse({"key": key, "values": counted, "more_than_once": twice})


async def notifications_json(request: Request) -> Response:
    """GET /control/notifications.json?object_id=: the queue with its fates, newest first, up to a thousand."""
    object_id = request.query_params.get("object_id", "")
    rows = world_of(request).db.rows(
        """SELECT number, shop_id, event, object_id, attempts, due_at, delivered_at, abandoned_at, last_answer
        FROM notifications WHERE ? IN ('', object_id) ORDER BY number DESC LIMIT 1000""",
        (object_id,),
    )
    return JSONResponse({"notifications": [dict(row) for row in rows]})


async def faults_json(request: Request) -> Response:
    """GET /control/faults.json: faults with how often they were drawn and fired, latency, delivery, clock."""
    world = world_of(request)
    delivery = world.notifications.delivery
    return JSONResponse(
        {
            "faults": [dict(row) for row in world.faults.all()],
            "latency": world.faults.latency,
            "delivery": vars(delivery),
            "clock_offset_seconds": world.clock.offset_seconds,
        }
    )


routes = [
    Route("/control/register.json", register_json),
    Route("/control/debits.json", debits_json),
    Route("/control/notifications.json", notifications_json),
    Route("/control/faults.json", faults_json),
]
