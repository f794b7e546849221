"""Notifications of the acquirer. It signs nothing and numbers nothing, so an event is only a hint to ask."""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.kit.locks import locked
from doctorlike.payments.commands.applying import apply_answer
from doctorlike.payments.commands.cards import refresh_binding
from doctorlike.payments.commands.paying import refresh_payment
from doctorlike.payments.commands.returning import refresh_refund
from doctorlike.payments.gateways import NoAnswer, PaymentTold, acquirer, shops
from doctorlike.payments.models import AcquirerEvent, Attempt, CardBinding, Refund
from doctorlike.payments.rules import PaymentState

log = logging.getLogger(__name__)

_EVENTS = frozenset(
    {
        "payment.waiting_for_capture",
        "payment.succeeded",
        "payment.canceled",
        "payment_method.active",
        "refund.succeeded",
    }
)
# The id becomes part of an address we ask: nothing but what ids are made of.
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
MOST_BYTES = 64 * 1024
_WAITING = "waiting"


class NoReplyError(ConnectionError):
    """The acquirer could not be asked about a hint; the job is run again."""


def note_event(*, body: bytes, at: datetime) -> bool:
    """Stores the hint once and enqueues the asking; False (and a line in the log) for what is no hint of ours. A
    repeated hint asks again (a forged one may have come before the true one), which is safe."""
    hint = _read(body)
    if hint is None:
        log.warning("a notification was ignored: not one of the acquirer's events")
        return False
    from doctorlike.payments.tasks import ask_about_event  # the task calls back into this package

    event, object_id = hint
    with transaction.atomic():
        # One statement, so that two copies arriving together make one row.
        AcquirerEvent.objects.bulk_create(
            [AcquirerEvent(event=event, object_id=object_id, received_at=at)], ignore_conflicts=True
        )
        stored = locked(AcquirerEvent.objects.all(), event=event, object_id=object_id)
        # A hint repeated while its job still waits needs no second job.
        if stored.outcome != _WAITING:
            stored.outcome = _WAITING
            stored.save(update_fields=["outcome"])
            ask_about_event.configure(lock=f"acquirer:{object_id}").defer(event_id=str(stored.pk))
    return True


def _read(body: bytes) -> tuple[str, str] | None:
    if len(body) > MOST_BYTES:
        return None
    try:
        told = json.loads(body)
        event, object_id = told["event"], told["object"]["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if event not in _EVENTS or not isinstance(object_id, str) or not _ID.fullmatch(object_id):
        return None
    return event, object_id


def settle_event(*, event_id: UUID, at: datetime) -> None:
    """Asks the acquirer for the object of a hint and applies its state; safe in any order, any number of times.
    NoReplyError when it did not answer."""
    stored = AcquirerEvent.objects.get(pk=event_id)
    known = _SETTLERS[stored.event.partition(".")[0]](stored.object_id, at=at)
    stored.outcome = "applied" if known else "ignored"
    stored.save(update_fields=["outcome"])


def _settle_method(method_id: str, *, at: datetime) -> bool:
    binding = CardBinding.objects.filter(method_id=method_id).first()
    if binding is None:
        return False
    refresh_binding(binding_id=binding.pk, at=at)
    return True


def _settle_refund(acquirer_id: str, *, at: datetime) -> bool:
    """One whose answer was lost is found by its payment's list, when the sweep comes to it."""
    refund_id = Refund.objects.filter(acquirer_id=acquirer_id).values_list("pk", flat=True).first()
    if refund_id is not None:
        refresh_refund(refund_id=refund_id, at=at)
    return refund_id is not None


def _settle_payment(acquirer_id: str, *, at: datetime) -> bool:
    attempt = Attempt.objects.filter(acquirer_id=acquirer_id).select_related("payment").first()
    if attempt is not None:
        paid = attempt.payment.state == PaymentState.SUCCEEDED
        if paid and attempt.payment.receipt_registration != "pending":
            return True
        refresh_payment(payment_id=attempt.payment_id, at=at)
        return True
    # A payment whose answer was lost is known to us by its metadata only.
    for shop_id in shops():
        told = acquirer(shop_id).payment(acquirer_id)
        if isinstance(told, NoAnswer):
            raise NoReplyError(told.why)
        if isinstance(told, PaymentTold) and told.attempt_id is not None:
            ours = Attempt.objects.filter(pk=told.attempt_id, payment__shop_id=shop_id).first()
            if ours is not None:
                apply_answer(attempt_id=ours.pk, answer=told, at=at)
                return True
    return False


_SETTLERS = {"payment": _settle_payment, "payment_method": _settle_method, "refund": _settle_refund}
