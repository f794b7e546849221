"""The ledger beside the rows it tells of, and beside the acquirer's register."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.payments.gateways import ListedPayment, acquirer, shops
from doctorlike.payments.ledger import (
    CHARGE_LEGS,
    PREMIUM_LEGS,
    REVERSAL_LEGS,
    SUSPENDED,
    Account,
    Event,
    Legs,
    payment_legs,
    refund_legs,
)
from doctorlike.payments.models import Attempt, LedgerEntry, Payment, Refund
from doctorlike.payments.rules import LIVE_ATTEMPT, SENT_REFUND, PaymentState, RefundState

_AT_ONCE = 2000
_CLOCKS_DIFFER = timedelta(days=1)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Expected:
    """The entry that a row must have."""

    source_id: UUID
    legs: Legs
    amount: Money
    policy_id: UUID | None = None


def compare_with_payments() -> Iterator[str]:
    """Names every payment and refund whose entry is missing or other, and every entry without its row."""
    paid = Payment.objects.filter(Q(state=PaymentState.SUCCEEDED) | Q(state__in=SUSPENDED, told_amount__isnull=False))
    columns = ("pk", "purpose", "state", "amount", "told_amount")
    yield from _differences(
        Event.PAYMENT,
        (
            Expected(pk, payment_legs(purpose, PaymentState(state)), told if state in SUSPENDED else asked)
            for pk, purpose, state, asked, told in paid.values_list(*columns).iterator(_AT_ONCE)
        ),
    )
    yield from _without_row(Event.PAYMENT, paid)
    returned = Refund.objects.filter(state=RefundState.SUCCEEDED)
    yield from _differences(
        Event.REFUND,
        (
            Expected(pk, refund_legs(PaymentState(state)), amount)
            for pk, state, amount in returned.values_list("pk", "payment__state", "amount").iterator(_AT_ONCE)
        ),
    )
    yield from _without_row(Event.REFUND, returned)


def compare_with_charges(charges: Iterable[tuple[UUID, UUID, Money]]) -> Iterator[str]:
    """The same for shares, told as (charge, policy, amount): they are another app's."""
    yield from _told_elsewhere(Event.CHARGE, CHARGE_LEGS, charges)


def compare_with_reversals(reversals: Iterable[tuple[UUID, UUID, Money]]) -> Iterator[str]:
    """The same for what is owed no more, told as (reversal, policy, amount)."""
    yield from _told_elsewhere(Event.CHARGE_REVERSED, REVERSAL_LEGS, reversals)


def compare_with_premiums(premiums: Iterable[tuple[UUID, UUID, Money]]) -> Iterator[str]:
    """The same for policies of orders, told as (policy, policy, premium), and of each order that issued any, that its
    payment is what its policies' premiums add up to."""
    yield from _told_elsewhere(Event.PREMIUM, PREMIUM_LEGS, premiums)
    issued = Sum("amount", filter=Q(debit=Account.PREMIUM))
    received = Sum("amount", filter=Q(credit=Account.PREMIUM))
    orders = LedgerEntry.objects.filter(Q(debit=Account.PREMIUM) | Q(credit=Account.PREMIUM)).values("subject_id")
    sums = orders.annotate(issued=issued, received=received).filter(issued__isnull=False)
    for order_id, of_policies, of_order in sums.values_list("subject_id", "issued", "received").iterator(_AT_ONCE):
        if of_policies != of_order:
            yield f"order {order_id}: received {of_order or Money.zero()}, its policies {of_policies}"


def _told_elsewhere(event: Event, legs: Legs, rows: Iterable[tuple[UUID, UUID, Money]]) -> Iterator[str]:
    """Entries are read before the rows and once more after them, so that what is announced meanwhile is not named."""
    posted = set(LedgerEntry.objects.filter(event=event).values_list("source_id", flat=True).iterator(_AT_ONCE))

    def expected() -> Iterator[Expected]:
        for source_id, policy_id, amount in rows:
            posted.discard(source_id)
            yield Expected(source_id, legs, amount, policy_id)

    yield from _differences(event, expected())
    for source_id in posted:
        yield f"{event} {source_id}: entry without its row"


def _differences(event: Event, expected: Iterable[Expected]) -> Iterator[str]:
    """Names each whose entry is missing or says otherwise; a query for some thousands of them."""
    for some in _in_parts(expected):
        rows = LedgerEntry.objects.filter(event=event, source_id__in=[one.source_id for one in some])
        posted = {row.source_id: row for row in rows}
        for one in some:
            row = posted.get(one.source_id)
            if row is None:
                yield f"{event} {one.source_id}: no entry"
            elif (row.debit, row.credit, row.amount) != (one.legs.debit, one.legs.credit, one.amount):
                yield f"{event} {one.source_id}: entry of {row.amount} {row.debit}/{row.credit}, row of {one.amount}"
            elif one.policy_id and row.policy_id != one.policy_id:
                yield f"{event} {one.source_id}: entry of another policy"


def _without_row(event: Event, rows: QuerySet[Any]) -> Iterator[str]:
    there = Exists(rows.filter(pk=OuterRef("source_id")))
    for source_id in LedgerEntry.objects.filter(~there, event=event).values_list("source_id", flat=True):
        yield f"{event} {source_id}: entry without its row"


def compare_with_acquirer(*, note: Callable[[int], None], left_out: Callable[[int], None]) -> Iterator[str]:
    """Names each payment of which the acquirer holds more or less than the ledger says. `note` hears how many of the
    acquirer's payments were read so far, `left_out` at the end how many differ and are in flight: their fate is being
    learnt, or was while the list was read. SilentError when the list cannot be read to its end."""
    first = Attempt.objects.order_by("created_at").values_list("created_at", flat=True).first()
    if first is None:
        return
    began_at = clock.real_now()
    held: dict[UUID, Money] = {}
    read = 0
    for shop_id in shops():
        for page in _register(shop_id, first):
            ours = _payments_of(page, shop_id)
            for one in page:
                kept = _kept(one)
                payment_id = ours.get(one.payment.id)
                if payment_id is not None:
                    held[payment_id] = held.get(payment_id, Money.zero()) + kept
                elif kept:
                    yield f"acquirer {one.payment.id}: holds {kept} that nobody asked for"
            read += len(page)
            note(read)
    booked, nothing = _booked(), Money.zero()
    differ = [one for one in held.keys() | booked.keys() if held.get(one, nothing) != booked.get(one, nothing)]
    moving = _in_flight(differ, since=began_at)
    for payment_id in differ:
        if payment_id not in moving:
            told = f"ledger {booked.get(payment_id, nothing)}, acquirer {held.get(payment_id, nothing)}"
            yield f"payment {payment_id}: {told}"
    left_out(len(moving))


def _in_flight(payment_ids: Iterable[UUID], *, since: datetime) -> set[UUID]:
    """Those of the payments of which a debit or refund is under way, or was at that true instant or after it."""
    found: set[UUID] = set()
    debits = Attempt.objects.filter(Q(state__in=LIVE_ATTEMPT) | Q(settled_at__gte=since))
    refunds = Refund.objects.filter(Q(state__in=SENT_REFUND) | Q(looked_at__gte=since))
    for some in _in_parts(payment_ids):
        for rows in (debits, refunds):
            found.update(rows.filter(payment__in=some).values_list("payment_id", flat=True))
    return found


def _register(shop_id: str, first: datetime) -> Iterator[list[ListedPayment]]:
    return acquirer(shop_id).payments_made(since=first - _CLOCKS_DIFFER, until=clock.real_now() + _CLOCKS_DIFFER)


def _kept(one: ListedPayment) -> Money:
    debited = one.payment.amount if one.payment.state == "succeeded" and one.payment.amount else Money.zero()
    return debited - one.refunded


def _payments_of(page: list[ListedPayment], shop_id: str) -> dict[str, UUID]:
    by_own = {one.payment.attempt_id: one.payment.id for one in page if one.payment.attempt_id}
    known = Q(acquirer_id__in=[one.payment.id for one in page]) | Q(pk__in=list(by_own))
    rows = Attempt.objects.filter(known, payment__shop_id=shop_id).values_list("pk", "acquirer_id", "payment_id")
    return {acquirer_id or by_own[pk]: payment_id for pk, acquirer_id, payment_id in rows}


def _booked() -> dict[UUID, Money]:
    """What the ledger says the acquirer holds, by payment."""
    sums: dict[UUID, Money] = {}
    rows = LedgerEntry.objects.filter(Q(debit=Account.ACQUIRER) | Q(credit=Account.ACQUIRER), payment_id__isnull=False)
    moved = rows.values("payment_id", "debit").annotate(total=Sum("amount"))
    for payment_id, debit, total in moved.values_list("payment_id", "debit", "total").iterator(_AT_ONCE):
        if payment_id is None:
            continue
        before = sums.get(payment_id, Money.zero())
        sums[payment_id] = before + total if debit == Account.ACQUIRER else before - total
    return sums


def balances() -> dict[str, Money]:
    """Debits less credits of each account; together they are nothing."""
    sums = {str(account): Money.zero() for account in Account}
    moved = LedgerEntry.objects.values("debit", "credit").annotate(total=Sum("amount"))
    for debit, credit, total in moved.values_list("debit", "credit", "total"):
        sums[debit] += total
        sums[credit] -= total
    return sums


def count_entries() -> dict[str, int]:
    """By event."""
    rows = LedgerEntry.objects.values("event").annotate(total=Count("pk"))
    return dict(rows.values_list("event", "total").order_by("event"))


def _in_parts(items: Iterable[Item]) -> Iterator[list[Item]]:
    left = iter(items)
    while some := list(islice(left, _AT_ONCE)):
        yield some
