"""The control page and the ledger, for people."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.acquirer.cards import REASONS
from sandbox.clock import iso
from sandbox.control.faults import ANY, KINDS, OPERATIONS
from sandbox.control.register import sums
from sandbox.pages import page
from sandbox.world import world_of

_SHOWN = 200
_KIND_NAMES = {
    "timeout_before": "Молчание, списания не было",
    "timeout_after": "Молчание, списание прошло",
    "lost_before": "Обрыв связи, списания не было",
    "lost_reply": "Обрыв связи, списание прошло",
    "error_before": "Ошибка 500, списания не было",
    "error_after": "Ошибка 500, списание прошло",
    "throttle": "Ошибка 429, слишком часто",
    "decline_soft": "Мягкий отказ банка",
    "decline_hard": "Окончательный отказ банка",
    "slow": "Медленный ответ",
    "late_settlement": "Ответ банка придёт позже",
}
_OPERATION_NAMES = {
    ANY: "любая",
    "create": "создание платежа",
    "recurring": "списание с сохранённой карты",
    "method": "привязка карты",
    "page": "страница карты",
    "get": "запрос одного объекта",
    "list": "запрос списка",
    "capture": "подтверждение удержания",
    "cancel": "отмена удержания",
    "refund": "возврат",
    "sms": "SMS",
    "mail": "почта",
}


async def control(request: Request) -> Response:
    """Faults, latency, notifications, clock, clearing."""
    world = world_of(request)
    queue = world.db.rows(
        """SELECT count(*) AS many, sum(delivered_at IS NOT NULL) AS delivered,
        sum(abandoned_at IS NOT NULL) AS abandoned FROM notifications"""
    )[0]
    latest = world.db.rows(
        """SELECT number, event, object_id, attempts, delivered_at, abandoned_at, last_answer FROM notifications
        ORDER BY number DESC LIMIT 20"""
    )
    return page(
        request,
        "control.html",
        faults=world.faults.all(),
        kinds=[(kind, _KIND_NAMES[kind]) for kind in KINDS],
        operations=[(name, _OPERATION_NAMES[name]) for name in (ANY, *OPERATIONS)],
        kind_names=_KIND_NAMES,
        operation_names=_OPERATION_NAMES,
        reasons=REASONS,
        latency=world.faults.latency,
        delivery=world.notifications.delivery,
        queue=queue,
        latest=latest,
        now=iso(world.clock.now_ms()),
        offset_hours=world.clock.offset_seconds / 3600,
    )


async def ledger(request: Request) -> Response:
    """The latest payments and refunds with the sums of all."""
    world = world_of(request)
    payments = world.db.rows("SELECT * FROM payments ORDER BY number DESC LIMIT ?", (_SHOWN,))
    refunds = world.db.rows("SELECT * FROM refunds ORDER BY number DESC LIMIT ?", (_SHOWN,))
    methods = world.db.rows("SELECT * FROM methods WHERE saved = 1 ORDER BY created_at DESC LIMIT 50")
    return page(
        request,
        "ledger.html",
        payments=payments,
        refunds=refunds,
        methods=methods,
        reasons=REASONS,
        sums=sums(world),
        iso=iso,
        most=_SHOWN,
    )


routes = [Route("/control/", control), Route("/control/ledger/", ledger)]
