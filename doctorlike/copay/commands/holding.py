"""A disputed line leaves its charge until the dispute is decided (docs/rules/disputes.md).

Whoever comes here locks the charge first; its holds change under that lock alone. A refund is asked for with the charge
locked, which is against the order of `standing`: of a paid charge no payment is settled any more, so nobody who has the
payment waits for the charge.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doctorlike.audit import commands as audit
from doctorlike.copay.commands import telling
from doctorlike.copay.commands.announcing import announce_charge
from doctorlike.copay.commands.standing import tell_enrolment
from doctorlike.copay.errors import HoldDecidedError
from doctorlike.copay.models import Charge, ChargeHold
from doctorlike.copay.rules import (
    WAITING_FOR_TRY,
    ChargeNews,
    ChargeState,
    EnrolmentNews,
    HoldEffect,
    HoldNews,
    HoldState,
    charge_after,
    hold_after,
    hold_begins,
)
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.rules import RefundReason


@transaction.atomic
def hold_line(*, charge_id: UUID, line_id: UUID, amount: Money, by: Actor, at: datetime) -> HoldState:
    """A line of the charge, its share `amount`, is disputed; returns how its hold stands. `held`: it left the charge at
    once. `asked`: a try is under way, and it leaves should that be declined. `charged`: it is paid. Repeating changes
    nothing. NotFoundError; ValueError for more than the charge's other lines leave."""
    charge = locked(Charge.objects.all(), pk=charge_id)
    known = charge.holds.filter(line_id=line_id).exclude(state=HoldState.RELEASED).first()
    if known is not None:
        return HoldState(known.state)
    # A line that came back by a supplementary charge is not this charge's any more.
    gone = charge.holds.filter(~Q(state=HoldState.RELEASED) | Q(left_at__isnull=False))
    if not Money.zero() < amount <= charge.amount - Money.total(gone.values_list("amount", flat=True)):
        raise ValueError("a held line is above nothing and within its charge")
    state = hold_begins(ChargeState(charge.state))
    leaves = state is HoldState.HELD
    hold = ChargeHold.objects.create(
        charge=charge, line_id=line_id, amount=amount, state=state, held_at=at, left_at=at if leaves else None
    )
    _note(hold, f"charge.line_{state}", by=by, at=at)
    if leaves:
        _leave(charge, [hold], by=by, at=at)
    elif state is HoldState.ASKED:
        charge.holds_waiting = True
        charge.save(update_fields=["holds_waiting"])
    return state


@transaction.atomic
def release_line(*, charge_id: UUID, line_id: UUID, batch_id: UUID, by: Actor, at: datetime) -> UUID | None:
    """The dispute was rejected. What had left the charge becomes a supplementary one, told anew with a charge day of
    its own, under that batch; returns its id, or None where the line never left. Repeating changes nothing.
    NotFoundError for a line never held, HoldDecidedError for one that was waived."""
    charge, hold = _decide(charge_id, line_id)
    if hold.state == HoldState.RELEASED:
        return hold.supplement_id
    if _turn(hold, HoldNews.REJECTED, by=by, at=at) is HoldEffect.SUPPLEMENT:
        hold.supplement_id = announce_charge(
            policy_id=charge.policy_id,
            encounter_id=charge.encounter_id,
            batch_id=batch_id,
            visit_on=charge.visit_on,
            amount=hold.amount,
            payer_user_id=charge.payer_id,
            by=by,
            at=at,
        )
    hold.save()
    _count_waiting(charge)
    return hold.supplement_id


@transaction.atomic
def waive_line(*, charge_id: UUID, line_id: UUID, why: RefundReason, by: Actor, at: datetime) -> UUID | None:
    """The dispute was upheld: the insurer bears the line. If it was paid, its refund is asked for by whoever decides,
    a person at work, and approved by another as every refund; returns that refund's id. While a try is under way the
    refund follows a success by itself. Repeating changes nothing. NotFoundError for a line never held, HoldDecidedError
    for one that was released."""
    _charge, hold = _decide(charge_id, line_id)
    if hold.state in (HoldState.WAIVING, HoldState.WAIVED):
        return hold.refund_id
    hold.why, hold.decided_by_id = why, UUID(by.ref)
    if _turn(hold, HoldNews.UPHELD, by=by, at=at) is HoldEffect.REFUND:
        _ask_refund(hold, by=by, at=at)
    hold.save()
    return hold.refund_id


def note_try_declined(charge: Charge, *, by: Actor, at: datetime) -> bool:
    """What waited for the try leaves the charge, which the caller has locked; whether the charge is withdrawn by it, so
    that there is nothing to go on with."""
    waiting = list(charge.holds.filter(state__in=WAITING_FOR_TRY).order_by("held_at", "pk"))
    for hold in waiting:
        hold.left_at = at
        _turn(hold, HoldNews.TRY_DECLINED, by=by, at=at)
        hold.save()
    charge.holds_waiting = False
    _leave(charge, waiting, by=by, at=at)
    return charge.state == ChargeState.WITHDRAWN


def note_try_paid(charge: Charge, *, by: Actor, at: datetime) -> None:
    """What waited for the try was paid with it. Of lines upheld meanwhile the refund is asked for, in the name of
    whoever upheld them."""
    for hold in charge.holds.filter(state__in=WAITING_FOR_TRY).order_by("held_at", "pk"):
        if _turn(hold, HoldNews.TRY_PAID, by=by, at=at) is HoldEffect.REFUND and hold.decided_by_id is not None:
            _ask_refund(hold, by=Actor.staff(hold.decided_by_id), at=at)
        hold.save()
    charge.holds_waiting = False
    charge.save(update_fields=["holds_waiting"])


def _decide(charge_id: UUID, line_id: UUID) -> tuple[Charge, ChargeHold]:
    charge = locked(Charge.objects.all(), pk=charge_id)
    hold = charge.holds.filter(line_id=line_id).order_by("held_at", "pk").last()
    if hold is None:
        raise NotFoundError
    return charge, hold


def _turn(hold: ChargeHold, news: HoldNews, *, by: Actor, at: datetime) -> HoldEffect:
    before = HoldState(hold.state)
    after, effect = hold_after(before, news)
    if after is before:
        raise HoldDecidedError
    hold.state = after
    if news in (HoldNews.REJECTED, HoldNews.UPHELD):
        hold.decided_at = at
    _note(hold, f"charge.line_{after}", by=by, at=at)
    return effect


def _leave(charge: Charge, holds: list[ChargeHold], *, by: Actor, at: datetime) -> None:
    """Takes lines out of what is to be paid. With the last of them the charge is withdrawn, and what it suspended goes
    on as if it were paid."""
    for hold in holds:
        payments.post_charge_reversal(
            charge_id=charge.pk, policy_id=charge.policy_id, amount=hold.amount, at=at, reversal_id=hold.pk
        )
    charge.held += Money.total(hold.amount for hold in holds)
    if not charge.to_pay:
        charge.state = charge_after(ChargeState(charge.state), ChargeNews.ALL_HELD)
        charge.next_try_on = None
    charge.save(update_fields=["held", "holds_waiting", "state", "next_try_on"])
    if holds:
        telling.tell_less(charge, by=by, at=at)
    if charge.state == ChargeState.WITHDRAWN:
        audit.record(by=by, at=at, action="charge.withdrawn", subject_type="charge", subject_id=charge.pk)
        if charge.overdue_at is not None:
            tell_enrolment(charge.policy_id, EnrolmentNews.DEBTS_PAID, by=by, at=at)


def _ask_refund(hold: ChargeHold, *, by: Actor, at: datetime) -> None:
    """Of exactly the line, or of what is left should the payment have been given back meanwhile."""
    payment_id = hold.charge.payment_id
    if payment_id is None:
        raise NotFoundError
    amount = min(hold.amount, paid.left_to_refund(payment_id))
    if amount:
        hold.refund_id = payments.request_refund(
            payment_id=payment_id, amount=amount, why=RefundReason(hold.why), by=by, at=at
        )


def _count_waiting(charge: Charge) -> None:
    """A hold that was released while a try is under way waits for it no more."""
    if charge.holds_waiting:
        charge.holds_waiting = charge.holds.filter(state__in=WAITING_FOR_TRY).exists()
        charge.save(update_fields=["holds_waiting"])


def _note(hold: ChargeHold, action: str, *, by: Actor, at: datetime) -> None:
    details = {"hold": str(hold.pk), "amount": str(hold.amount)}
    audit.record(by=by, at=at, action=action, subject_type="charge", subject_id=hold.charge_id, details=details)
