"""The doors of the API v3: who asks, is the request well-formed, has it come before, do it, answer."""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.acquirer import idempotency, methods, payments, refunds
from sandbox.acquirer.errors import ApiError
from sandbox.acquirer.listing import list_of
from sandbox.acquirer.validation import method_return_url, payment_request, refund_request
from sandbox.control.faults import Effects
from sandbox.replies import LostReply
from sandbox.settings import Contract
from sandbox.world import World, world_of

Json = dict[str, Any]
# Does the work for a checked request: returns the kind of object and its id.
Perform = Callable[[Effects], tuple[str, str]]


def authenticated(request: Request, world: World) -> Contract:
    """The shop that asks. Raises ApiError `invalid_credentials`."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        shop_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        shop_id = secret = ""
    for contract in world.settings.contracts:
        if scheme.lower() == "basic" and (contract.shop_id, contract.secret_key) == (shop_id, secret):
            return contract
    raise ApiError("invalid_credentials", "Shop id or secret key is wrong", "Authorization")


async def body_of(request: Request) -> Json:
    """The request's JSON object. Raises ApiError `invalid_request`; 415 for another content type, as the real one."""
    raw = await request.body()
    if not raw:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError("invalid_request", "Body is not JSON") from error
    if not isinstance(body, dict):
        raise ApiError("invalid_request", "Body must be a JSON object")
    return body


Door = Callable[[Request, World, Contract], Awaitable[Response]]


def door(function: Door) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that authenticates first and turns refusals into the API's error object."""

    async def endpoint(request: Request) -> Response:
        world = world_of(request)
        try:
            return await function(request, world, authenticated(request, world))
        except ApiError as error:
            return error.response()

    return endpoint


async def _write(
    request: Request, world: World, contract: Contract, body: Json, operation: str, perform: Perform
) -> Response:
    """One writing request: faults, then idempotence and the work in one transaction, then faults again."""
    key = idempotency.checked_key(request.headers.get("idempotence-key"))
    effects = world.faults.draw(operation, contract.shop_id)
    if effects.delay_ms:
        await asyncio.sleep(effects.delay_ms / 1000)
    if effects.before:
        return _spoilt(effects)
    now = world.clock.now_ms()
    print_ = idempotency.fingerprint(request.url.path, body)
    with world.db.transaction():
        made = idempotency.remembered(world.db, contract.shop_id, key, print_, now)
        if made is None:
            made = perform(effects)
            idempotency.remember(world.db, contract.shop_id, key, print_, *made, now)
    answer = _current(world, *made)
    return _spoilt(effects) if effects.after else JSONResponse(answer)


def _current(world: World, kind: str, object_id: str) -> Json:
    if kind == "payment":
        return payments.shown(world, payments.load(world, object_id))
    if kind == "refund":
        return refunds.shown(world, refunds.load(world, object_id))
    return methods.shown(world, methods.load(world, object_id))


def _spoilt(effects: Effects) -> Response:
    if effects.transport in ("error_before", "error_after"):
        return ApiError("internal_server_error", "Result of the request is unknown").response()
    if effects.transport == "throttle":
        return ApiError("too_many_requests", "Too many requests").response()
    return LostReply(effects.hold_ms)


async def _read(world: World, contract: Contract, operation: str, answer: Callable[[], Json]) -> Response:
    effects = world.faults.draw(operation, contract.shop_id)
    if effects.delay_ms:
        await asyncio.sleep(effects.delay_ms / 1000)
    return _spoilt(effects) if effects.transport else JSONResponse(answer())


@door
async def create_payment(request: Request, world: World, contract: Contract) -> Response:
    """POST /payments."""
    body = await body_of(request)
    wanted = payment_request(body, world.settings)

    def perform(effects: Effects) -> tuple[str, str]:
        # A decline asked for the page's payments waits until the cardholder is there (operation `page`).
        decline = effects.decline if wanted.method_id else None
        return "payment", payments.create(world, contract, wanted, decline, effects.settle_after_ms)

    return await _write(request, world, contract, body, "recurring" if wanted.method_id else "create", perform)


@door
async def capture_payment(request: Request, world: World, contract: Contract) -> Response:
    """POST /payments/{id}/capture."""
    body = await body_of(request)
    payment_id = request.path_params["id"]
    return await _write(
        request,
        world,
        contract,
        body,
        "capture",
        lambda _: ("payment", payments.capture(world, contract, payment_id, body)),
    )


@door
async def cancel_payment(request: Request, world: World, contract: Contract) -> Response:
    """POST /payments/{id}/cancel."""
    body = await body_of(request)
    payment_id = request.path_params["id"]
    return await _write(
        request, world, contract, body, "cancel", lambda _: ("payment", payments.cancel(world, contract, payment_id))
    )


@door
async def create_refund(request: Request, world: World, contract: Contract) -> Response:
    """POST /refunds."""
    body = await body_of(request)
    wanted = refund_request(body, world.settings)
    return await _write(
        request,
        world,
        contract,
        body,
        "refund",
        lambda effects: ("refund", refunds.create(world, contract, wanted, effects.decline)),
    )


@door
async def create_method(request: Request, world: World, contract: Contract) -> Response:
    """POST /payment_methods."""
    body = await body_of(request)
    return_url = method_return_url(body)
    return await _write(
        request, world, contract, body, "method", lambda _: ("method", methods.create(world, contract, return_url))
    )


@door
async def one_payment(request: Request, world: World, contract: Contract) -> Response:
    """GET /payments/{id}."""
    payment_id = request.path_params["id"]
    return await _read(world, contract, "get", lambda: payments.shown(world, payments.own(world, contract, payment_id)))


@door
async def one_refund(request: Request, world: World, contract: Contract) -> Response:
    """GET /refunds/{id}."""
    refund_id = request.path_params["id"]
    return await _read(world, contract, "get", lambda: refunds.shown(world, refunds.own(world, contract, refund_id)))


@door
async def one_method(request: Request, world: World, contract: Contract) -> Response:
    """GET /payment_methods/{id}."""
    method_id = request.path_params["id"]
    return await _read(world, contract, "get", lambda: methods.shown(world, methods.own(world, contract, method_id)))


@door
async def many_payments(request: Request, world: World, contract: Contract) -> Response:
    """GET /payments."""
    return await _read(world, contract, "list", lambda: list_of(world, contract, "payments", request.query_params))


@door
async def many_refunds(request: Request, world: World, contract: Contract) -> Response:
    """GET /refunds."""
    return await _read(world, contract, "list", lambda: list_of(world, contract, "refunds", request.query_params))


_BASE = "/yookassa/v3"
routes = [
    Route(f"{_BASE}/payments", create_payment, methods=["POST"]),
    Route(f"{_BASE}/payments", many_payments, methods=["GET"]),
    Route(f"{_BASE}/payments/{{id}}", one_payment, methods=["GET"]),
    Route(f"{_BASE}/payments/{{id}}/capture", capture_payment, methods=["POST"]),
    Route(f"{_BASE}/payments/{{id}}/cancel", cancel_payment, methods=["POST"]),
    Route(f"{_BASE}/refunds", create_refund, methods=["POST"]),
    Route(f"{_BASE}/refunds", many_refunds, methods=["GET"]),
    Route(f"{_BASE}/refunds/{{id}}", one_refund, methods=["GET"]),
    Route(f"{_BASE}/payment_methods", create_method, methods=["POST"]),
    Route(f"{_BASE}/payment_methods/{{id}}", one_method, methods=["GET"]),
]
