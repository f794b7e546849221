"""Charges on their day: each in a transaction of its own, the acquirer called outside it.

Several sweeps may run at once, on several machines, and be killed at any moment: a row that another one holds is left
to it, a charge under way has left the states that are swept, and one live payment per charge is the last guard.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, UUIDField

from doctorlike.copay.commands import telling
from doctorlike.copay.commands.laddering import go_on
from doctorlike.copay.errors import ChargeInFlightError, NothingToPayError
from doctorlike.copay.models import Charge, ChargeTry, Enrolment
from doctorlike.copay.rules import PAYABLE, SWEPT, ChargeNews, ChargeState, charge_after
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert, update
from doctorlike.payments import commands as payments
from doctorlike.payments.commands import Claimed, Opened
from doctorlike.payments.errors import AlreadyPaidError, CardNotUsableError

# Fiscal papers are Russian whatever the language of the page the payer came from.
PAYMENT_FOR = "Доля клиента по договору медицинского страхования"
RECEIPT_ITEM = "Доля клиента (франшиза) по договору ДМС"
_claimable = Read(
    lambda: Charge.objects.filter(
        pk=Told("charge_id", UUIDField()), state__in=SWEPT, next_try_on__lte=Told("on", DateField())
    ).select_for_update(skip_locked=True),
    prepared=True,
)
_state = Read(
    lambda: Charge.objects.filter(pk=Told("charge_id", UUIDField())).values_list("state", flat=True), prepared=True
)
_card_of = Read(
    lambda: Enrolment.objects.filter(policy=Told("policy_id", UUIDField())).values_list("card", flat=True),
    prepared=True,
)


def try_charge(*, charge_id: UUID, on: date, by: Actor, at: datetime) -> str:
    """One try on a charge that is due; returns the state it is in then, or «skipped» when another process has it or
    it is not due any more. Without a usable card it goes on along the ladder, payable by hand."""
    claimed = _reserve(charge_id=charge_id, on=on, by=by, at=at)
    if isinstance(claimed, Claimed):
        payments.send_claimed(claimed, at=at)
        return _state(charge_id=charge_id)[0]
    return claimed


@transaction.atomic(durable=True)
def _reserve(*, charge_id: UUID, on: date, by: Actor, at: datetime) -> Claimed | str:
    """The debit to send, or the word of `try_charge`."""
    due = _claimable(charge_id=charge_id, on=on)
    if not due:
        return "skipped"
    charge = due[0]
    card_id = next(iter(_card_of(policy_id=charge.policy_id)), None)
    if card_id is None or card_id == charge.refused_card_id:
        return _without_card(charge, on=on, by=by, at=at)
    phone, email = telling.contacts(charge)
    try:
        claimed = payments.claim_card_payment(
            purpose="charge",
            subject_id=charge.pk,
            card_id=card_id,
            amount=charge.to_pay,
            description=PAYMENT_FOR,
            email=email,
            phone=phone,
            receipt_item=RECEIPT_ITEM,
            by=by,
            at=at,
        )
    except CardNotUsableError:
        return _without_card(charge, on=on, by=by, at=at)
    except AlreadyPaidError:
        # A payment stopped for a person at the desk: nothing is tried beside it.
        return "stopped"
    insert(
        ChargeTry(
            charge=charge,
            payment_id=claimed.payment_id,
            card_id=card_id,
            came_from=charge.state,
            tried_on=on,
            tried_at=at,
        )
    )
    charge.state = charge_after(ChargeState(charge.state), ChargeNews.TRIED)
    charge.first_tried_on = charge.first_tried_on or on
    update(charge, "state", "first_tried_on")
    return claimed


def _without_card(charge: Charge, *, on: date, by: Actor, at: datetime) -> str:
    first = charge.state != ChargeState.AWAITING_CARD
    charge.first_tried_on = charge.first_tried_on or on
    go_on(charge, ChargeNews.NO_CARD, tried_on=on, by=by, at=at)
    if first and charge.state == ChargeState.AWAITING_CARD:
        telling.tell_card_needed(charge, by=by, at=at)
    return charge.state


def pay_charge(*, charge_id: UUID, return_url: str, on: date, by: Actor, at: datetime) -> Opened:
    """The client pays a charge by hand on the acquirer's page; a page already open is gone on with. NothingToPayError
    when it is paid or not told yet, ChargeInFlightError while a debit's fate is not known."""
    begun = _begin_by_hand(charge_id=charge_id, return_url=return_url, on=on, by=by, at=at)
    return payments.show_payment_page(payment_id=begun.payment_id, claimed=begun.claimed, at=at)


@transaction.atomic(durable=True)
def _begin_by_hand(*, charge_id: UUID, return_url: str, on: date, by: Actor, at: datetime) -> payments.PageClaim:
    charge = locked(Charge.objects.all(), pk=charge_id)
    under_way = charge.tries.filter(succeeded__isnull=True).first()
    if under_way is not None and under_way.card_id is None:
        return payments.PageClaim(under_way.payment_id, None)
    if charge.state == ChargeState.CHARGING:
        raise ChargeInFlightError
    if charge.state not in PAYABLE:
        raise NothingToPayError
    phone, email = telling.contacts(charge)
    begun = payments.claim_page_payment(
        purpose="charge",
        subject_id=charge.pk,
        amount=charge.to_pay,
        description=PAYMENT_FOR,
        return_url=return_url,
        email=email,
        phone=phone,
        receipt_item=RECEIPT_ITEM,
        by=by,
        at=at,
    )
    ChargeTry.objects.create(
        charge=charge, payment_id=begun.payment_id, came_from=charge.state, tried_on=on, tried_at=at
    )
    charge.state = charge_after(ChargeState(charge.state), ChargeNews.TRIED)
    charge.save(update_fields=["state"])
    return begun
