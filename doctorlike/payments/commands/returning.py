"""An approved refund in three steps: it is committed with its key and body, sent outside any transaction by the one
process that claimed it, and what the acquirer told is applied with ledger, trail and the word to the client."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.notifications import commands as notifications
from doctorlike.payments.commands.posting import post_refund
from doctorlike.payments.gateways import NoAnswer, RefundTold, Refused, acquirer
from doctorlike.payments.models import Payment, Refund
from doctorlike.payments.rules import (
    LIVE_REFUND,
    SURELY_ABANDONED,
    SURELY_ARRIVED,
    News,
    RefundState,
    may_repeat,
    refund_after,
)
from doctorlike.ui.words import money

log = logging.getLogger(__name__)
ACQUIRER = Actor.system("acquirer")
TOPIC = "refund"
_ASK_AGAIN_AFTER = timedelta(seconds=45)
_RECEIPT_WITHIN = timedelta(days=1)
_AT_ONCE = 500


def send_refund(*, refund_id: UUID, at: datetime) -> None:
    """Sends an approved refund, or repeats one that nobody answered, under its key. Nothing is sent twice: one process
    claims it, others find it claimed."""
    claimed = _claim(refund_id=refund_id)
    if claimed is None:
        return
    refund, shop_id = claimed
    apply_refund(refund_id=refund_id, answer=acquirer(shop_id).create_refund(str(refund.pk), _body(refund)), at=at)


@transaction.atomic(durable=True)
def _claim(*, refund_id: UUID) -> tuple[Refund, str] | None:
    refund = locked(Refund.objects.select_related("payment"), pk=refund_id)
    true_now = clock.real_now()
    first = refund.first_sent_at or true_now
    if refund.state not in (RefundState.NEW, RefundState.UNKNOWN):
        return None
    if not may_repeat(first_sent_at=first, card_bound=True, at=true_now):
        return None
    refund.state, refund.first_sent_at, refund.sent_at = RefundState.SENT, first, true_now
    refund.save(update_fields=["state", "first_sent_at", "sent_at"])
    return refund, refund.payment.shop_id


def refresh_refund(*, refund_id: UUID, at: datetime) -> None:
    """Asks the acquirer what has become of a refund and applies that; sends what was never sent. NotFoundError. One
    that another process is sending just now is left to it. Safe to repeat."""
    refund = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if refund is None:
        raise NotFoundError
    match refund.state:
        case RefundState.NEW:
            send_refund(refund_id=refund_id, at=at)
        case RefundState.SENT if refund.sent_at and clock.real_now() - refund.sent_at < SURELY_ABANDONED:
            return
        case RefundState.SENT | RefundState.UNKNOWN:
            _find(refund, at=at)
        case RefundState.PENDING | RefundState.SUCCEEDED if refund.acquirer_id:
            answer = acquirer(refund.payment.shop_id).refund(refund.acquirer_id)
            apply_refund(refund_id=refund_id, answer=answer, at=at)


def _find(refund: Refund, *, at: datetime) -> None:
    """Looked for among the refunds of its payment; one the acquirer does not have is repeated while it remembers the
    key, and given up when it does not and no request can still be on its way."""
    found = acquirer(refund.payment.shop_id).refunds_of(_body(refund)["payment_id"])
    if isinstance(found, NoAnswer):
        apply_refund(refund_id=refund.pk, answer=found, at=at)
        return
    ours = next((one for one in found if one.refund_id == refund.pk), None)
    if ours is not None:
        apply_refund(refund_id=refund.pk, answer=ours, at=at)
        return
    apply_refund(refund_id=refund.pk, answer=NoAnswer("not_found"), at=at)
    true_now = clock.real_now()
    if may_repeat(first_sent_at=refund.first_sent_at or true_now, card_bound=True, at=true_now):
        send_refund(refund_id=refund.pk, at=at)
    elif true_now - (refund.sent_at or true_now) > SURELY_ARRIVED:
        apply_refund(refund_id=refund.pk, answer=Refused("never_arrived"), at=at)


def _body(refund: Refund) -> dict[str, Any]:
    if refund.body is None:
        raise ValueError("a refund nobody approved is not sent")
    return refund.body


@transaction.atomic(durable=True)
def apply_refund(*, refund_id: UUID, answer: RefundTold | Refused | NoAnswer, at: datetime) -> None:
    """Safe to repeat, in any order: what is settled stays settled."""
    payment_id = Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id)
    payment = locked(Payment.objects.all(), pk=payment_id)
    refund = locked(Refund.objects.all(), pk=refund_id)
    news, reason = _news(refund, answer)
    if isinstance(answer, RefundTold):
        refund.acquirer_id = answer.id
        if answer.state == "succeeded":
            # A receipt is of money that went back: of one under way nothing is noted, however often it is asked about.
            refund.receipt_registration = answer.receipt_registration
    before = RefundState(refund.state)
    refund.state = refund_after(before, news)
    refund.looked_at = clock.real_now()
    if refund.state != before and refund.state in (RefundState.SUCCEEDED, RefundState.DECLINED):
        refund.reason, refund.settled_at = reason, at
    refund.save()
    if refund.state != before:
        _tell(refund, payment, at=at)


def _news(refund: Refund, answer: RefundTold | Refused | NoAnswer) -> tuple[News, str]:
    match answer:
        case NoAnswer():
            return News.NO_ANSWER, ""
        case Refused() if refund.acquirer_id is None:
            return News.DECLINED, answer.reason
        case RefundTold() if answer.amount == refund.amount:
            told = {"pending": News.PENDING, "succeeded": News.SUCCEEDED, "canceled": News.DECLINED}
            return told[answer.state], answer.reason
        case _:
            # Never believed: it stays open, is asked about, and `check_ledger` names it.
            log.error("the acquirer tells of refund %s otherwise than was asked", refund.pk)
            return News.NO_ANSWER, ""


def _tell(refund: Refund, payment: Payment, *, at: datetime) -> None:
    details = {"refund": str(refund.pk), "reason": refund.reason}
    audit.record(
        by=ACQUIRER,
        at=at,
        action=f"refund.{refund.state}",
        subject_type="payment",
        subject_id=payment.pk,
        details=details,
    )
    if refund.state != RefundState.SUCCEEDED:
        return
    post_refund(refund, payment, at=at)
    subject = _("Возвращаем деньги")
    text = _(
        "Вернули {amount} на карту, с которой была оплата. Деньги придут в срок вашего банка, кассовый чек — отдельно."
    ).format(amount=money(refund.amount))
    if payment.receipt["email"]:
        notifications.send_email(
            to=payment.receipt["email"],
            subject=subject,
            text=text,
            topic=TOPIC,
            subject_id=refund.pk,
            by=ACQUIRER,
            at=at,
        )
    elif payment.receipt["phone"]:
        notifications.send_sms(
            to=payment.receipt["phone"], text=text, topic=TOPIC, subject_id=refund.pk, by=ACQUIRER, at=at
        )


def settle_refunds(*, at: datetime) -> int:
    """Asks about every refund under way that was not asked about just now, and about receipts that are being
    registered; returns how many were asked about. Safe to run beside itself."""
    before = clock.real_now() - _ASK_AGAIN_AFTER
    rested = Q(looked_at__lt=before) | Q(looked_at__isnull=True, sent_at__lt=before)
    # An approved one nobody sent: its job is lost with a killed worker, or just about to run; sending twice is safe.
    due = Q(rested, state__in=LIVE_REFUND) | Q(state=RefundState.NEW, decided_at__lt=at - _ASK_AGAIN_AFTER)
    unregistered = Q(
        rested, state=RefundState.SUCCEEDED, receipt_registration="pending", settled_at__gt=at - _RECEIPT_WITHIN
    )
    refund_ids = list(Refund.objects.filter(due | unregistered).values_list("pk", flat=True)[:_AT_ONCE])
    for refund_id in refund_ids:
        refresh_refund(refund_id=refund_id, at=at)
    return len(refund_ids)
