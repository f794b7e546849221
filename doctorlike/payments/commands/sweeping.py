"""Nothing is forgotten: what is open at the acquirer is asked about until it is settled."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from doctorlike.kit import clock
from doctorlike.payments.commands.cards import refresh_binding
from doctorlike.payments.commands.finding import find_silent
from doctorlike.payments.commands.paying import refresh_payment
from doctorlike.payments.models import Attempt, CardBinding, Payment
from doctorlike.payments.rules import LIVE_ATTEMPT, LIVE_BINDING, SURELY_ABANDONED, AttemptState, PaymentState

_ASK_AGAIN_AFTER = timedelta(seconds=45)
_RECEIPT_WITHIN = timedelta(days=1)
_AT_ONCE = 500


def settle_unknown(*, at: datetime) -> int:
    """Asks about every open attempt and binding that was not asked about just now, oldest first, and about receipts
    that are being registered; returns how many were asked about. Safe to run beside itself."""
    before = clock.real_now() - _ASK_AGAIN_AFTER
    long_ago = Q(asked_at__isnull=True, created_at__lt=before) | Q(asked_at__lt=before)
    open_attempts = Attempt.objects.filter(long_ago, state__in=LIVE_ATTEMPT).order_by("asked_at", "created_at")
    unregistered = Payment.objects.filter(
        state=PaymentState.SUCCEEDED, receipt_registration="pending", settled_at__gt=at - _RECEIPT_WITHIN
    )
    silent = list(open_attempts.filter(_silent(clock.real_now())).select_related("payment")[:_AT_ONCE])
    find_silent(silent, at=at)
    asked = {attempt.payment_id for attempt in silent}
    told = open_attempts.exclude(state__in=(AttemptState.SENT, AttemptState.UNKNOWN))
    payment_ids = list(told.values_list("payment_id", flat=True)[:_AT_ONCE])
    payment_ids += list(unregistered.values_list("pk", flat=True)[:_AT_ONCE])
    for payment_id in payment_ids:
        if payment_id not in asked:
            refresh_payment(payment_id=payment_id, at=at)
    started_before = Q(asked_at__isnull=True, started_at__lt=before) | Q(asked_at__lt=before)
    bindings = CardBinding.objects.filter(started_before, state__in=LIVE_BINDING).order_by("asked_at")
    binding_ids = list(bindings.values_list("pk", flat=True)[:_AT_ONCE])
    for binding_id in binding_ids:
        refresh_binding(binding_id=binding_id, at=at)
    return len(silent) + len(payment_ids) + len(binding_ids)


def _silent(true_now: datetime) -> Q:
    """Sent, and nobody knows with what result; one that is being sent just now is left to whoever sends it."""
    abandoned = Q(state=AttemptState.SENT, sent_at__lt=true_now - SURELY_ABANDONED)
    return abandoned | Q(state=AttemptState.UNKNOWN)
