"""What became of requests that nobody answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from doctorlike.payments.commands.applying import apply_answer
from doctorlike.payments.commands.sending import give_up, send_payment
from doctorlike.payments.gateways import NoAnswer, acquirer
from doctorlike.payments.models import Attempt

# Clocks of two machines differ by less than this.
_CLOCKS_DIFFER = timedelta(minutes=2)


def find_silent(attempts: Iterable[Attempt], *, at: datetime) -> None:
    """Each attempt (with its payment) is looked for at the acquirer; one it does not have is repeated under its key
    while that is safe, and given up when it is not. However many there are, each contract's list is walked once: it
    cannot be asked by metadata. Safe to repeat."""
    by_shop: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        by_shop.setdefault(attempt.payment.shop_id, []).append(attempt)
    for shop_id, silent in by_shop.items():
        since = min(one.first_sent_at or one.created_at for one in silent) - _CLOCKS_DIFFER
        found = acquirer(shop_id).find({one.pk for one in silent}, since=since)
        for attempt in silent:
            if isinstance(found, NoAnswer):
                apply_answer(attempt_id=attempt.pk, payment_id=attempt.payment_id, answer=found, at=at)
            elif attempt.pk in found:
                apply_answer(attempt_id=attempt.pk, payment_id=attempt.payment_id, answer=found[attempt.pk], at=at)
            else:
                apply_answer(attempt_id=attempt.pk, payment_id=attempt.payment_id, answer=NoAnswer("not_found"), at=at)
                send_payment(payment_id=attempt.payment_id, at=at)
                give_up(payment_id=attempt.payment_id, at=at)
