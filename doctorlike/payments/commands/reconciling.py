"""Our payments beside the acquirer's list of payments: what only we know, what only they know, what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from doctorlike.kit.money import Money
from doctorlike.payments.commands.paying import refresh_payment
from doctorlike.payments.commands.returning import refresh_refund
from doctorlike.payments.gateways import ListedPayment, acquirer, shops
from doctorlike.payments.ledger import SUSPENDED
from doctorlike.payments.models import Attempt, Refund
from doctorlike.payments.rules import LIVE_ATTEMPT, LIVE_REFUND, AttemptState, RefundState

# Both lists are cut at instants of two clocks: what was made near the edge is looked for a little beyond it.
_CLOCKS_DIFFER = timedelta(hours=1)
_STATES = {
    "pending": (AttemptState.PENDING,),
    "succeeded": (AttemptState.SUCCEEDED,),
    "canceled": (AttemptState.CANCELED,),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind`: only_ours, only_theirs, state, amount or refunded. Ids and amounts only."""

    kind: str
    payment: str
    ours: str
    theirs: str


@dataclass(slots=True)
class Reconciled:
    """`settled`: payments whose state we learnt by it."""

    compared: int = 0
    settled: int = 0
    differences: list[Difference] = field(default_factory=list)


def reconcile(*, since: datetime, until: datetime, at: datetime, note: Callable[[int], None]) -> Reconciled:
    """Compares every payment made between two true instants, a page of the acquirer's list at a time, and asks about
    those that differ before it names them. `note` hears how many were compared so far. Safe to repeat; SilentError
    when the list cannot be read to its end."""
    done = Reconciled()
    for shop_id in shops():
        seen: set[str] = set()
        unequal: list[ListedPayment] = []
        made = acquirer(shop_id).payments_made(since=since - _CLOCKS_DIFFER, until=until + _CLOCKS_DIFFER)
        for page in made:
            seen |= {one.payment.id for one in page}
            inside = [one for one in page if since <= one.made_at < until]
            unequal += [one for one, differs in _compared(inside, shop_id) if differs]
            done.compared += len(inside)
            note(done.compared)
        asked = _ask(unequal, shop_id, at=at)
        remain = [differs for _one, differs in _compared(unequal, shop_id) if differs]
        done.settled += max(0, asked - sum(1 for one in remain if one.kind != "only_theirs"))
        done.differences += remain
        # Before silent ones are sent anew: those are in no list read so far.
        done.differences += _only_ours(shop_id, since, until, seen)
        settled, silent = _ask_about_silent(shop_id, since, until, at=at)
        done.settled += settled
        done.differences += silent
    return done


def _compared(page: Iterable[ListedPayment], shop_id: str) -> Iterator[tuple[ListedPayment, Difference | None]]:
    """Each with how we differ, if we do; two queries for all of them."""
    listed = list(page)
    ours = _ours(listed, shop_id)
    returned: dict[object, Money] = {}
    refunds = Refund.objects.filter(
        payment__in={one.payment_id for one in ours.values()}, state=RefundState.SUCCEEDED
    ).values_list("payment_id", "amount")
    for payment_id, amount in refunds:
        returned[payment_id] = returned.get(payment_id, Money.zero()) + amount
    for one in listed:
        attempt = ours.get(one.payment.id)
        if attempt is None:
            yield one, Difference("only_theirs", one.payment.id, "", f"{one.payment.state} {one.payment.amount}")
        else:
            yield one, _difference(attempt, one, returned.get(attempt.payment_id, Money.zero()))


def _ours(listed: list[ListedPayment], shop_id: str) -> dict[str, Attempt]:
    """By the acquirer's id, which a lost answer leaves us without; then by our own, from its metadata."""
    by_own = {one.payment.attempt_id: one.payment.id for one in listed if one.payment.attempt_id}
    known = Q(acquirer_id__in=[one.payment.id for one in listed]) | Q(pk__in=list(by_own))
    rows = Attempt.objects.filter(known, payment__shop_id=shop_id).select_related("payment").defer("body")
    return {row.acquirer_id or by_own[row.pk]: row for row in rows}


def _difference(attempt: Attempt, one: ListedPayment, returned: Money) -> Difference | None:
    payment, told = attempt.payment, one.payment
    name = str(payment.pk)
    if returned != one.refunded:
        return Difference("refunded", name, str(returned), str(one.refunded))
    if payment.state in SUSPENDED and told.amount == returned:
        return None  # a person has given it back whole
    if told.amount != payment.amount:
        return Difference("amount", name, str(payment.amount), str(told.amount))
    ours = payment.state if payment.state in SUSPENDED else attempt.state
    if ours not in _STATES[told.state]:
        return Difference("state", name, ours, told.state)
    return None


def _ask(unequal: list[ListedPayment], shop_id: str, *, at: datetime) -> int:
    payment_ids = {attempt.payment_id for attempt in _ours(unequal, shop_id).values()}
    live = Refund.objects.filter(payment__in=payment_ids, state__in=LIVE_REFUND).values_list("pk", flat=True)
    for refund_id in list(live):
        refresh_refund(refund_id=refund_id, at=at)
    for payment_id in payment_ids:
        refresh_payment(payment_id=payment_id, at=at)
    return len(payment_ids)


def _ask_about_silent(shop_id: str, since: datetime, until: datetime, *, at: datetime) -> tuple[int, list[Difference]]:
    """Those whose request nobody answered and that the list does not name: repeated or given up, as the sweep does.
    How many are settled by it, and those that are not."""
    silent = _made(shop_id, since, until).filter(acquirer_id__isnull=True, state__in=LIVE_ATTEMPT)
    payment_ids = list(silent.values_list("payment_id", flat=True))
    for payment_id in payment_ids:
        refresh_payment(payment_id=payment_id, at=at)
    still = silent.filter(payment__in=payment_ids).values_list("payment_id", "state")
    left = [Difference("only_ours", str(payment_id), state, "") for payment_id, state in still]
    return len(payment_ids) - len(left), left


def _only_ours(shop_id: str, since: datetime, until: datetime, seen: set[str]) -> list[Difference]:
    rows = _made(shop_id, since, until).filter(acquirer_id__isnull=False)
    return [
        Difference("only_ours", str(payment_id), state, "")
        for payment_id, state, acquirer_id in rows.values_list("payment_id", "state", "acquirer_id")
        if acquirer_id not in seen
    ]


def _made(shop_id: str, since: datetime, until: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(created_at__gte=since, created_at__lt=until, payment__shop_id=shop_id)
