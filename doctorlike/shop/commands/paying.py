"""Money for an order, and the contracts it concludes."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.accounts import commands as accounts
from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.payments import commands as payments
from doctorlike.payments.errors import AlreadyPaidError
from doctorlike.payments.facts import PaymentSettled
from doctorlike.payments.rules import PaymentState
from doctorlike.policies import commands as policies
from doctorlike.products.queries import product_name, terms_of, terms_on_sale
from doctorlike.shop.commands.changes import locked_order, move, save
from doctorlike.shop.errors import ConsentMissingError, OrderChangedError
from doctorlike.shop.models import Order
from doctorlike.shop.queries import PURPOSE, payment_of
from doctorlike.shop.rules import (
    Answers,
    Choice,
    Draft,
    OrderEvent,
    OrderState,
    check_draft,
    first_day,
    next_state,
    priced,
    read_draft,
)

log = logging.getLogger(__name__)
SHOP = Actor.system("shop")
_state = Read(
    lambda: Order.objects.filter(pk=Told("order_id", UUIDField())).values_list("state", flat=True), prepared=True
)


def pay_order(*, order_id: UUID, return_url: str, by: Actor, at: datetime) -> str:
    """Open the payment, or go on with the one already open; returns the acquirer's page, empty when the acquirer has
    not answered yet or the order is paid: show the result page then. ConsentMissingError, OrderClosedError,
    OrderChangedError when the agreed price or terms no longer hold, refusals of `rules.check_draft` (a start date that
    has passed). Call it outside of a transaction; a double click opens one payment."""
    with transaction.atomic():
        order = locked_order(order_id)
        if order.state in (OrderState.PAID, OrderState.ISSUED):
            return ""
        move(order, OrderEvent.START_PAYMENT, by=by, at=at)
        if order.consented_at is None:
            raise ConsentMissingError(purposes=[])
        draft = read_draft(order.answers)
        _hold_to_agreement(order, draft, at)
        save(order)
        try:
            begun = _begin(order, draft, return_url=return_url, by=by, at=at)
        except AlreadyPaidError:
            return ""
    try:
        opened = payments.show_payment_page(payment_id=begun.payment_id, claimed=begun.claimed, at=at)
    except AlreadyPaidError:
        return ""
    return opened.confirmation_url


def _begin(order: Order, draft: Draft, *, return_url: str, by: Actor, at: datetime) -> payments.PageClaim:
    holder = draft.policyholder
    if holder is None or order.premium is None:
        raise OrderChangedError
    name = product_name(order.version_id)
    return payments.claim_page_payment(
        purpose=PURPOSE,
        subject_id=order.pk,
        amount=order.premium,
        description=f"Страховая премия «{name}»",
        return_url=return_url,
        email=holder.email,
        phone=holder.phone,
        receipt_item=f"Страховая премия, добровольное медицинское страхование «{name}»",
        by=by,
        at=at,
    )


def look_at_payment(*, order_id: UUID, at: datetime) -> None:
    """Ask the acquirer for the fate of the order's payment, unless it is known. Call it outside of a transaction."""
    (state,) = _state(order_id=order_id)
    payment = payment_of(order_id) if state == OrderState.PAYING else None
    if payment is not None:
        payments.refresh_payment(payment_id=payment.id, at=at)


def settle_order(fact: PaymentSettled) -> None:
    """The payment's fate is known: a paid order is issued in the same transaction, a declined one may be paid again.
    Safe to repeat; payments for other things are none of the shop's."""
    if fact.purpose != PURPOSE:
        return
    order = locked_order(fact.subject_id)
    event = OrderEvent.PAYMENT_SUCCEEDED if fact.succeeded else OrderEvent.PAYMENT_DECLINED
    before = order.state
    if next_state(before, event) is None:
        # Money came for an order that does not wait for any: a person decides, the payment itself stays settled.
        log.error("payment %s came out of turn for order %s", fact.payment_id, order.pk)
        audit.record(
            by=SHOP,
            at=fact.at,
            action="order.payment_out_of_turn",
            subject_type="order",
            subject_id=order.pk,
            details={"payment": str(fact.payment_id), "state": before, "succeeded": fact.succeeded},
        )
        return
    move(order, event, by=SHOP, at=fact.at)
    if order.state != OrderState.PAID:
        save(order)
        return
    _issue(order, at=fact.at)
    save(order, "issued_at", "issued_by", "answers", "resume")


def _hold_to_agreement(order: Order, draft: Draft, at: datetime) -> None:
    payment = payment_of(order.pk)
    if payment is not None and payment.state in (PaymentState.OPEN, PaymentState.UNKNOWN):
        return  # money may be on its way for what was agreed: nothing is priced anew
    if terms_on_sale(clock.insurer_date(at)).version_id != order.version_id:
        raise OrderChangedError  # other terms are sold now: the summary tells both prices and asks anew
    choice = Choice(order.programme, order.scope, order.copay_percent)
    insured = check_draft(terms_of(order.version_id), choice, draft, clock.insurer_date(at))
    if order.premium is None or Money.total(one.premium for one in insured) != order.premium:
        raise OrderChangedError


def _issue(order: Order, *, at: datetime) -> None:
    """Conclude the contracts, in the transaction that settled the payment."""
    draft, terms = read_draft(order.answers), terms_of(order.version_id)
    choice = Choice(order.programme, order.scope, order.copay_percent)
    if draft.policyholder is None or draft.starts_on is None:
        raise OrderChangedError
    starts_on = first_day(terms, draft.starts_on, clock.insurer_date(at))
    holder_id = _person(draft.policyholder.person, at=at)
    # Priced as agreed, on the agreed first day, even when a late payment moves it.
    for one in priced(terms, choice, draft):
        own = one.person is draft.policyholder.person
        policies.issue_policy(
            version_id=order.version_id,
            policyholder_id=holder_id,
            insured_id=holder_id if own else _person(one.person, at=at),
            programme=choice.programme,
            scope=choice.scope,
            copay_percent=choice.copay_percent,
            starts_on=starts_on,
            premium=one.premium,
            contact_phone=draft.policyholder.phone,
            contact_email=draft.policyholder.email,
            order_id=order.pk,
            by=SHOP,
            at=at,
        )
    move(order, OrderEvent.ISSUE, by=SHOP, at=at)
    order.issued_at, order.issued_by = at, str(SHOP)
    # The contracts hold everything from now on: personal answers are not kept twice.
    order.answers, order.resume = {}, None
    audit.record(by=SHOP, at=at, action="order.issued", subject_type="order", subject_id=order.pk)
    from doctorlike.shop.tasks import deliver_documents  # the task calls back into this package

    deliver_documents.configure(lock=f"order:{order.pk}").defer(order_id=str(order.pk))


def _person(answers: Answers, *, at: datetime) -> UUID:
    return accounts.create_person(
        surname=answers.surname,
        given_name=answers.given_name,
        patronymic=answers.patronymic,
        born_on=answers.born_on,
        sex=answers.sex,
        identity=answers.identity(),
        by=SHOP,
        at=at,
    )
