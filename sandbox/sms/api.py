"""The provider's doors: /smsru/sms/send and /smsru/sms/status, by GET or POST, JSON or plain text.

Codes and shapes follow sms.ru's published API (https://sms.ru/api/send, https://sms.ru/api/status).
"""

import asyncio
import re
import secrets
from typing import Any

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.control.faults import Effects
from sandbox.replies import LostReply
from sandbox.world import World, world_of

Json = dict[str, Any]
Fields = dict[str, str]

ACCEPTED, DELIVERED = 100, 103
NOT_FOUND, NO_MONEY, WRONG_KEY, WRONG_PHONE, NO_TEXT, TOO_LONG, NOT_ALLOWED, BUSY = (
    -1,
    201,
    200,
    202,
    203,
    205,
    207,
    220,
)
_TEXTS = {
    NOT_FOUND: "Сообщение не найдено",
    WRONG_KEY: "Неверный api_id",
    WRONG_PHONE: "Неверный номер получателя",
    NO_TEXT: "Нет текста сообщения",
    TOO_LONG: "Сообщение длиннее 8 SMS",
    NOT_ALLOWED: "На этот номер отправить нельзя",
    BUSY: "Сервис временно недоступен",
    DELIVERED: "Доставлено",
}
_MOST_PHONES = 100
_LONGEST_TEXT = 8 * 67
_TO_ONE = re.compile(r"to\[(.+)\]\Z")
_MOBILE = re.compile(r"7\d{10}\Z")
# The balance never falls: nothing is paid for here.
_BALANCE = 1000.0


async def send(request: Request) -> Response:
    """Takes one text for many phones (`to`, `msg`) or a text for each (`to[79…]=…`)."""
    world, fields = world_of(request), await _fields(request)
    effects = world.faults.draw("sms")
    if effects.delay_ms:
        await asyncio.sleep(effects.delay_ms / 1000)
    if effects.before:
        return _spoilt(effects)
    answer = _take(world, fields, effects)
    if effects.after:
        return _spoilt(effects)
    return _answer(fields, answer)


def _take(world: World, fields: Fields, effects: Effects) -> Json:
    refusal = _refusal(world, fields)
    if effects.decline == "insufficient_funds":
        refusal = BUSY
    if refusal:
        return _failed(refusal)
    wanted = {one.group(1): text for name, text in fields.items() if (one := _TO_ONE.match(name))}
    if not wanted:
        wanted = {phone.strip(): fields.get("msg", "") for phone in fields.get("to", "").split(",") if phone.strip()}
    if not wanted:
        return _failed(WRONG_PHONE)
    if len(wanted) > _MOST_PHONES:
        return _failed(NOT_ALLOWED)
    with world.db.transaction():
        fates = {
            phone: _one(world, phone, text, fields.get("from") or "SANDBOX", effects) for phone, text in wanted.items()
        }
    return {"status": "OK", "status_code": ACCEPTED, "sms": fates, "balance": _BALANCE}


def _refusal(world: World, fields: Fields) -> int | None:
    return None if fields.get("api_id") in world.settings.sms_api_ids else WRONG_KEY


def _one(world: World, given: str, text: str, sender: str, effects: Effects) -> Json:
    phone = normal_phone(given)
    if phone is None:
        return _failed(WRONG_PHONE)
    if effects.decline:
        return _failed(NOT_ALLOWED)
    if not text.strip():
        return _failed(NO_TEXT)
    if len(text) > _LONGEST_TEXT:
        return _failed(TOO_LONG)
    now = world.clock.now_ms()
    sms_id = f"{now // 86_400_000:06d}-{secrets.randbelow(10**8):08d}"
    world.db.insert("sms", sms_id=sms_id, phone=phone, text=text, sender=sender, created_at=now)
    return {"status": "OK", "status_code": ACCEPTED, "sms_id": sms_id}


def normal_phone(given: str) -> str | None:
    """Eleven digits from 7, or nothing when it is no Russian number."""
    digits = "".join(mark for mark in given if mark.isdigit())
    if len(digits) == 10:
        digits = f"7{digits}"
    elif len(digits) == 11 and digits[0] == "8":
        digits = f"7{digits[1:]}"
    return digits if _MOBILE.match(digits) else None


async def status(request: Request) -> Response:
    """The fate of messages by `sms_id` (a comma list): everything taken is delivered at once."""
    world, fields = world_of(request), await _fields(request)
    if refusal := _refusal(world, fields):
        return _answer(fields, _failed(refusal))
    asked = [one.strip() for one in fields.get("sms_id", "").split(",") if one.strip()]
    fates = {}
    for sms_id in asked[:_MOST_PHONES]:
        known = world.db.one("SELECT 1 FROM sms WHERE sms_id = ?", (sms_id,))
        delivered = {
            "status": "OK",
            "status_code": DELIVERED,
            "cost": "0.00",
            "status_text": _TEXTS[DELIVERED],
        }
        fates[sms_id] = delivered if known else _failed(NOT_FOUND)
    return _answer(fields, {"status": "OK", "status_code": ACCEPTED, "sms": fates, "balance": _BALANCE})


def _failed(code: int) -> Json:
    return {"status": "ERROR", "status_code": code, "status_text": _TEXTS[code]}


async def _fields(request: Request) -> Fields:
    form = await request.form() if request.method == "POST" else ImmutableMultiDict[str, Any]()
    given = {**request.query_params, **{name: value for name, value in form.items() if isinstance(value, str)}}
    return {name: str(value) for name, value in given.items()}


def _answer(fields: Fields, answer: Json) -> Response:
    """JSON when `json=1`, else the API's lines: the code, then an id or a code for each phone."""
    if fields.get("json") == "1":
        return JSONResponse(answer)
    lines = [str(answer["status_code"])]
    for fate in answer.get("sms", {}).values():
        lines.append(str(fate.get("sms_id", fate["status_code"])))
    if "balance" in answer:
        lines.append(f"balance={answer['balance']}")
    return PlainTextResponse("\n".join(lines))


def _spoilt(effects: Effects) -> Response:
    if effects.transport in ("error_before", "error_after"):
        return PlainTextResponse("", status_code=500)
    if effects.transport == "throttle":
        return JSONResponse(_failed(BUSY))
    return LostReply(effects.hold_ms)


routes = [
    Route("/smsru/sms/send", send, methods=["GET", "POST"]),
    Route("/smsru/sms/status", status, methods=["GET", "POST"]),
]
