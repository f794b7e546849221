"""Nothing is forgotten: what is open at the acquirer is asked about until it is settled."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from doctorlike.kit import clock
from doctorlike.payments.commands.cards import refresh_binding
from doctorlike.payments.commands.paying import refresh_payment
from doctorlike.payments.models import Attempt, CardBinding, Payment
from doctorlike.payments.rules import LIVE_ATTEMPT, LIVE_BINDING, PaymentState

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
    payment_ids = list(open_attempts.values_list("payment_id", flat=True)[:_AT_ONCE])
    payment_ids += list(unregistered.values_list("pk", flat=True)[:_AT_ONCE])
    for payment_id in payment_ids:
        refresh_payment(payment_id=payment_id, at=at)
    started_before = Q(asked_at__isnull=True, started_at__lt=before) | Q(asked_at__lt=before)
    bindings = CardBinding.objects.filter(started_before, state__in=LIVE_BINDING).order_by("asked_at")
    binding_ids = list(bindings.values_list("pk", flat=True)[:_AT_ONCE])
    for binding_id in binding_ids:
        refresh_binding(binding_id=binding_id, at=at)
    return len(payment_ids) + len(binding_ids)
