"""The inbox of hints is emptied: the acquirer is asked about each object once, and its answer alone is applied."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, Q

from doctorlike.kit import clock
from doctorlike.kit.prepared import prepared_cursor
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.payments.commands.applying import apply_answer
from doctorlike.payments.commands.cards import refresh_binding
from doctorlike.payments.commands.events import wake
from doctorlike.payments.commands.returning import apply_refund
from doctorlike.payments.gateways import NoAnswer, PaymentTold, RefundTold, Refused, acquirer, shops
from doctorlike.payments.models import AcquirerEvent, Attempt, CardBinding, Refund
from doctorlike.payments.rules import HintState, PaymentState, RefundState

log = logging.getLogger(__name__)
Answer = PaymentTold | RefundTold | Refused | NoAnswer
# (contract, id at the acquirer) → what it told.
Answers = Mapping[tuple[str, str], Answer]

_MOST = 50
_ASKED_AT_ONCE = 8
# A job that was killed, or that got no answer, leaves its hints to be asked about again.
_ASK_AGAIN_AFTER = timedelta(minutes=2)

_waiting = Read(
    lambda: (
        AcquirerEvent.objects.filter(
            Q(outcome=HintState.ASKING, asked_at__lt=Told("left_before", DateTimeField()))
            | Q(outcome=HintState.WAITING)
        )
        .order_by("received_at")
        .select_for_update(skip_locked=True)[:_MOST]
    ),
    prepared=True,
)
_attempts = Read(
    lambda: (
        Attempt.objects.filter(Among("acquirer_id", "object_ids"))
        .select_related("payment")
        .defer("body", "payment__receipt")
    ),
    prepared=True,
)
_TAKE = "UPDATE payments_acquirerevent SET outcome = %s, asked_at = %s WHERE id = ANY(%s)"
# One that was repeated meanwhile waits again, and keeps waiting.
_NOTE = "UPDATE payments_acquirerevent SET outcome = %s WHERE id = ANY(%s) AND outcome = %s"


@dataclass(slots=True)
class _Asked:
    """Objects of one kind, and what was found out of them: known ones are ours, silent ones got no answer."""

    object_ids: list[str]
    known: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def outcome(self, object_id: str) -> HintState | None:
        """None: to be asked about again."""
        if object_id in self.silent:
            return None
        if object_id in self.failed:
            return HintState.FAILED
        return HintState.APPLIED if object_id in self.known else HintState.IGNORED

    def carry_out(self, object_id: str, apply: Callable[[], None]) -> None:
        """The object is ours; whatever is wrong with it must not hold up the others."""
        self.known.add(object_id)
        try:
            apply()
        except Exception as error:  # the sweep of open payments comes to it as well; here it is named and left
            log.error("what the acquirer told of %s could not be applied: %s", object_id, type(error).__name__)
            self.failed.add(object_id)


def settle_events(*, at: datetime) -> int:
    """Takes hints that wait, oldest first, up to fifty, asks the acquirer once for each object and applies its
    state; leaves a job for the next ones before it begins. Safe in any order, any number of times, beside itself, and
    to be killed: hints not answered are taken again two minutes later. Returns how many were taken."""
    taken = _take()
    if len(taken) == _MOST:
        wake()
    by_kind: dict[str, dict[str, list[UUID]]] = {}
    for hint in taken:
        by_kind.setdefault(hint.event.partition(".")[0], {}).setdefault(hint.object_id, []).append(hint.pk)
    outcomes: dict[HintState, list[UUID]] = {}
    for kind, hints in by_kind.items():
        asked = _Asked(list(hints))
        _SETTLERS[kind](asked, at=at)
        for object_id, hint_ids in hints.items():
            outcome = asked.outcome(object_id)
            if outcome is not None:
                outcomes.setdefault(outcome, []).extend(hint_ids)
    for outcome, hint_ids in outcomes.items():
        with prepared_cursor() as cursor:
            cursor.execute(_NOTE, [outcome.value, hint_ids, HintState.ASKING.value])
    return len(taken)


@transaction.atomic
def _take() -> list[AcquirerEvent]:
    true_now = clock.real_now()
    taken = _waiting(left_before=true_now - _ASK_AGAIN_AFTER)
    if taken:
        with prepared_cursor() as cursor:
            cursor.execute(_TAKE, [HintState.ASKING.value, true_now, [hint.pk for hint in taken]])
    return taken


def _settle_payments(asked: _Asked, *, at: datetime) -> None:
    ours = {row.acquirer_id: row for row in _attempts(object_ids=asked.object_ids)}
    settled = {object_id for object_id, row in ours.items() if object_id and _nothing_to_learn(row)}
    asked.known |= settled
    open_ids = [object_id for object_id in asked.object_ids if object_id not in settled]
    answers = _ask(
        [(object_id, [ours[object_id].payment.shop_id] if object_id in ours else shops()) for object_id in open_ids],
        lambda shop_id, object_id: acquirer(shop_id).payment(object_id),
    )
    for (shop_id, object_id), told in answers.items():
        row = ours.get(object_id) or _by_metadata(told, shop_id)
        if isinstance(told, NoAnswer):
            asked.silent.add(object_id)
        elif row is not None and not isinstance(told, RefundTold):
            apply = partial(apply_answer, attempt_id=row.pk, payment_id=row.payment_id, answer=told, at=at)
            asked.carry_out(object_id, apply)


def _nothing_to_learn(attempt: Attempt) -> bool:
    """Paid for good, and its receipt is registered."""
    return attempt.payment.state == PaymentState.SUCCEEDED and attempt.payment.receipt_registration != "pending"


def _by_metadata(told: Answer, shop_id: str) -> Attempt | None:
    """A payment whose answer was lost is known to us by its metadata only."""
    if not isinstance(told, PaymentTold) or told.attempt_id is None:
        return None
    return Attempt.objects.filter(pk=told.attempt_id, payment__shop_id=shop_id).defer("body").first()


def _settle_refunds(asked: _Asked, *, at: datetime) -> None:
    rows = Refund.objects.filter(acquirer_id__in=asked.object_ids).select_related("payment")
    ours = {row.acquirer_id: row for row in rows.defer("body", "payment__receipt")}
    done = RefundState.SUCCEEDED
    settled = {one for one, row in ours.items() if one and (row.state, row.receipt_registration) == (done, "succeeded")}
    asked.known |= settled
    open_ids = [object_id for object_id in asked.object_ids if object_id not in settled]
    answers = _ask(
        [(object_id, [ours[object_id].payment.shop_id] if object_id in ours else shops()) for object_id in open_ids],
        lambda shop_id, object_id: acquirer(shop_id).refund(object_id),
    )
    for (shop_id, object_id), told in answers.items():
        row = ours.get(object_id) or _refund_by_metadata(told, shop_id)
        if isinstance(told, NoAnswer):
            asked.silent.add(object_id)
        elif row is not None and not isinstance(told, PaymentTold):
            asked.carry_out(object_id, partial(apply_refund, refund_id=row.pk, answer=told, at=at))


def _refund_by_metadata(told: Answer, shop_id: str) -> Refund | None:
    """A refund whose answer was lost; it must be of the payment it was asked for."""
    if not isinstance(told, RefundTold) or told.refund_id is None:
        return None
    of_its_payment = Refund.objects.filter(pk=told.refund_id, payment__attempts__acquirer_id=told.payment_id)
    return of_its_payment.filter(payment__shop_id=shop_id).defer("body").first()


def _settle_methods(asked: _Asked, *, at: datetime) -> None:
    rows = CardBinding.objects.filter(method_id__in=asked.object_ids).values_list("method_id", "pk")
    for method_id, binding_id in rows:
        asked.carry_out(str(method_id), partial(refresh_binding, binding_id=binding_id, at=at))


def _ask(objects: Iterable[tuple[str, Iterable[str]]], question: Callable[[str, str], Answer]) -> Answers:
    """Asks about each object in each contract it may belong to, several at once: most of the time is the acquirer's."""
    wanted = [(shop_id, object_id) for object_id, shop_ids in objects for shop_id in shop_ids]
    if len(wanted) < 2:
        return {one: question(*one) for one in wanted}
    with ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="asking") as threads:
        parts = [wanted[first::_ASKED_AT_ONCE] for first in range(_ASKED_AT_ONCE)]
        working = [threads.submit(_ask_in_turn, part, question) for part in parts if part]
        return {one: told for work in working for one, told in work.result()}


def _ask_in_turn(
    part: list[tuple[str, str]], question: Callable[[str, str], Answer]
) -> list[tuple[tuple[str, str], Answer]]:
    return [(one, question(*one)) for one in part]


_SETTLERS: Mapping[str, Callable[..., None]] = {
    "payment": _settle_payments,
    "payment_method": _settle_methods,
    "refund": _settle_refunds,
}
