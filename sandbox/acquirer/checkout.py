"""The hosted card page: the cardholder gives a card, confirms with the bank, and goes back to the shop.

Plain pages and forms. After each form the reader is redirected, so that going back or reloading repeats nothing.
"""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.acquirer.card_form import read_card
from sandbox.acquirer.money import shown as roubles
from sandbox.acquirer.texts import TEXTS
from sandbox.acquirer.visits import Order, bank_answers, confirm_code, find_order, give_card
from sandbox.pages import language_of, page
from sandbox.world import world_of

_SAFE_HOST = re.compile(r"[\w.\-:\[\]]+\Z")
_FIELDS = ("number", "expiry", "cvc", "holder")


async def show(request: Request) -> Response:
    """The card form, the bank's question, or the end, whichever the order has got to."""
    order = find_order(world_of(request), request.path_params["id"])
    if order is None:
        return _missing(request)
    if order.ended:
        return _page(request, order, "checkout_ended.html", outcome=_outcome(order))
    if order.visit is not None:
        return _bank_page(request, order, None)
    return _card_page(request, order, {}, {})


async def submit(request: Request) -> Response:
    """The card form, the bank's code, or a refusal."""
    world = world_of(request)
    form = await request.form()
    typed = {name: str(form.get(name, "")) for name in (*_FIELDS, "code", "step", "lang")}
    order = find_order(world, request.path_params["id"])
    if order is None:
        return _missing(request)
    if order.ended:
        return _page(request, order, "checkout_ended.html", outcome=_outcome(order))
    if typed["step"] == "code" and order.visit is not None:
        return _code_given(request, order, typed["code"])
    if typed["step"] == "refuse" and order.visit is not None:
        with world.db.transaction():
            bank_answers(world, order, "3d_secure_failed")
        return _back(order)
    card, errors = read_card(typed, world.clock.now_ms())
    if card is None:
        return _card_page(request, order, typed, errors)
    effects = world.faults.draw("page", order.shop_id)
    if effects.delay_ms:
        await asyncio.sleep(effects.delay_ms / 1000)
        # While the page waited, the same form may have been sent twice or the order may have expired.
        order = find_order(world, order.id)
        if order is None or order.ended:
            return await show(request)
    with world.db.transaction():
        asked = give_card(world, order, card, effects)
    return RedirectResponse(_here(request, typed["lang"]), 303) if asked else _back(order)


def _code_given(request: Request, order: Order, code: str) -> Response:
    world = world_of(request)
    with world.db.transaction():
        left = confirm_code(world, order, code.strip())
    if left is None:
        return _back(order)
    return _bank_page(request, order, left)


def _card_page(request: Request, order: Order, typed: dict[str, str], errors: dict[str, str]) -> Response:
    kept = {name: typed.get(name, "") for name in ("number", "expiry", "holder")}
    return _page(
        request, order, "checkout_card.html", status=422 if errors else 200, typed=kept, errors=errors, fields=_FIELDS
    )


def _bank_page(request: Request, order: Order, left: int | None) -> Response:
    assert order.visit is not None  # noqa: S101 - callers have looked; this tells the type checker
    card = f"{order.visit['scheme']} •• {order.visit['last4']}"
    return _page(request, order, "checkout_bank.html", status=200 if left is None else 422, left=left, card=card)


def _outcome(order: Order) -> str:
    words = {"succeeded": "paid", "waiting_for_capture": "held", "active": "bound", "inactive": "unbound"}
    return words.get(order.status, "waiting" if order.settling else "canceled")


def _page(request: Request, order: Order, template: str, *, status: int = 200, **values: Any) -> Response:
    language = language_of(request)
    submit_word = "submit_bind" if order.amount is None else "submit_pay" if order.capture else "submit_hold"
    return page(
        request,
        template,
        status=status,
        # A redirect after the form goes to the shop, and the policy governs redirects too.
        forms=f"'self' {_origin(order.return_url)}".strip(),
        t=TEXTS[language],
        lang=language,
        order=order,
        amount=None if order.amount is None else roubles(order.amount),
        submit_word=submit_word,
        other_language="en" if language == "ru" else "ru",
        **values,
    )


def _missing(request: Request) -> Response:
    language = language_of(request)
    other = "en" if language == "ru" else "ru"
    words = TEXTS[language]
    return page(request, "checkout_missing.html", status=404, t=words, lang=language, other_language=other)


def _here(request: Request, language: str) -> str:
    return f"{request.url.path}?lang={language}" if language in TEXTS else request.url.path


def _back(order: Order) -> Response:
    return RedirectResponse(order.return_url, 303)


def _origin(url: str) -> str:
    """Scheme and host for the policy; nothing when the host has characters a policy could be broken with."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if _SAFE_HOST.match(parts.netloc) else ""


routes = [
    Route("/checkout/{id}/", show, methods=["GET"]),
    Route("/checkout/{id}/", submit, methods=["POST"]),
]
