"""The levers as JSON, so that tests and benches can script the sandbox. Forms of the pages end here as well."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.acquirer import sweep
from sandbox.acquirer.cards import REASONS
from sandbox.acquirer.notifications import Delivery
from sandbox.control.faults import ANY, BadFault
from sandbox.world import World, world_of

Json = dict[str, Any]
_NUMBERS = {"times": int, "percent": float, "seed": int, "ms": int}
_ROOMS = {
    "faults": ("faults",),
    "acquirer": ("notifications", "idempotence_keys", "visits", "refunds", "payments", "methods"),
    "sms": ("sms",),
    "mail": ("mail_recipients", "mail"),
    "esia": ("esia_codes",),
}


class BadOrder(ValueError):
    """A lever pulled wrongly; the message says why."""


def lever(function: Callable[[World, Json], Json]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that takes JSON or a form and answers in kind: JSON, or back to the page it came from."""

    async def endpoint(request: Request) -> Response:
        if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return JSONResponse({"error": "only from this site's own pages"}, status_code=403)
        by_form = request.headers.get("content-type", "").startswith(
            ("application/x-www-form-urlencoded", "multipart/form-data")
        )
        try:
            asked = await _asked(request, by_form)
            done = function(world_of(request), {**asked, **request.path_params})
        except (BadFault, BadOrder) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return RedirectResponse("/control/", 303) if by_form else JSONResponse(done)

    return endpoint


async def _asked(request: Request, by_form: bool) -> Json:
    if by_form:
        form = await request.form()
        given: Json = {name: value for name, value in form.items() if isinstance(value, str) and value.strip()}
        try:
            return {name: _NUMBERS[name](value) if name in _NUMBERS else value for name, value in given.items()}
        except ValueError as error:
            raise BadOrder("Числа пишутся цифрами") from error
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = await request.json()
    except ValueError as error:
        raise BadOrder("body is not JSON") from error
    if not isinstance(body, dict):
        raise BadOrder("body must be a JSON object")
    return body


def _whole(asked: Json, name: str, default: int | None = None) -> int:
    value = asked.get(name, default)
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise BadOrder(f"{name} must be a number")
    return int(value)


def add_fault(world: World, asked: Json) -> Json:
    """POST /control/faults {kind, operation, times | percent + seed, ms, reason, shop_id}."""
    known = {name: asked[name] for name in ("kind", "operation", "reason", "shop_id", *_NUMBERS) if name in asked}
    for name, number in _NUMBERS.items():
        if name in known and (isinstance(known[name], bool) or not isinstance(known[name], (int, float))):
            raise BadOrder(f"{name} must be a number")
        if known.get(name) is not None:
            known[name] = number(known[name])
    if known.get("reason") and known["reason"] not in (*REASONS, "3d_secure_failed"):
        raise BadOrder(f"reason must be one of {', '.join(REASONS)}")
    if "kind" not in known:
        raise BadOrder("kind is required")
    return {"id": world.faults.add(**known)}


def remove_faults(world: World, asked: Json) -> Json:
    """DELETE /control/faults, DELETE /control/faults/{id}; forms POST to …/remove."""
    return {"removed": world.faults.remove(asked.get("id"))}


def set_latency(world: World, asked: Json) -> Json:
    """POST /control/latency {ms, operation}: every request is answered that much later; 0 ends it."""
    world.faults.set_latency(asked.get("operation", ANY), _whole(asked, "ms"))
    return {"latency": world.faults.latency}


def set_delivery(world: World, asked: Json) -> Json:
    """POST /control/notifications {on, delay_ms, copies, shuffle_ms, seed}; what is not given goes to its default."""
    on = asked.get("on", True) in (True, "true", "on", "1", 1)
    numbers = {name: _whole(asked, name, 0) for name in ("delay_ms", "shuffle_ms", "seed")}
    copies = max(1, min(_whole(asked, "copies", 1), 20))
    world.notifications.set_delivery(Delivery(on=on, copies=copies, **numbers))
    return {"on": on, "copies": copies, **numbers}


def hurry_notifications(world: World, asked: Json) -> Json:
    """POST /control/notifications/now: everything not yet delivered is due now."""
    return {"due": world.notifications.hurry()}


def repeat_notification(world: World, asked: Json) -> Json:
    """POST /control/notifications/{number}/repeat: sends one once more."""
    if not world.notifications.send_again(asked["number"]):
        raise BadOrder("no such notification")
    return {"number": asked["number"]}


def script_method(world: World, asked: Json) -> Json:
    """POST /control/methods/{id} {decline: reason or null}: what later debits of a saved card answer."""
    reason = asked.get("decline") or None
    if reason is not None and reason not in REASONS:
        raise BadOrder(f"decline must be null or one of {', '.join(REASONS)}")
    if not world.db.write("UPDATE methods SET scripted_decline = ? WHERE id = ?", (reason, asked["id"])):
        raise BadOrder("no such method")
    return {"id": asked["id"], "decline": reason}


def move_clock(world: World, asked: Json) -> Json:
    """POST /control/clock {advance_seconds} or {reset: true}. What is due by the new time happens at once."""
    if asked.get("reset"):
        world.clock.reset()
    else:
        world.clock.advance(_whole(asked, "advance_seconds") + 3600 * _whole(asked, "advance_hours", 0))
    sweep.sweep(world)
    return {"offset_seconds": world.clock.offset_seconds}


def reset(world: World, asked: Json) -> Json:
    """POST /control/reset {what: [faults, acquirer, sms, mail]}: empties the rooms named, all when none is.

    Faults go with latency, delivery and clock back to their usual state.
    """
    what = asked.get("what") or list(_ROOMS)
    rooms = [what] if isinstance(what, str) else what
    if not isinstance(rooms, list) or any(room not in _ROOMS for room in rooms):
        raise BadOrder(f"what must be a list of {', '.join(_ROOMS)}")
    with world.db.transaction():
        for room in rooms:
            for table in _ROOMS[room]:
                world.db.write(f"DELETE FROM {table}")  # noqa: S608 - names from the table above
    if "faults" in rooms:
        world.faults.remove()
        for operation in list(world.faults.latency):
            world.faults.set_latency(operation, 0)
        world.notifications.set_delivery(Delivery())
        world.clock.reset()
    return {"reset": rooms}


routes = [
    Route("/control/faults", lever(add_fault), methods=["POST"]),
    Route("/control/faults", lever(remove_faults), methods=["DELETE"]),
    Route("/control/faults/remove", lever(remove_faults), methods=["POST"]),
    Route("/control/faults/{id:int}", lever(remove_faults), methods=["DELETE"]),
    Route("/control/faults/{id:int}/remove", lever(remove_faults), methods=["POST"]),
    Route("/control/latency", lever(set_latency), methods=["POST"]),
    Route("/control/notifications", lever(set_delivery), methods=["POST"]),
    Route("/control/notifications/now", lever(hurry_notifications), methods=["POST"]),
    Route("/control/notifications/{number:int}/repeat", lever(repeat_notification), methods=["POST"]),
    Route("/control/methods/{id}", lever(script_method), methods=["POST"]),
    Route("/control/clock", lever(move_clock), methods=["POST"]),
    Route("/control/reset", lever(reset), methods=["POST"]),
]
