"""The code that confirms an order and the consents given with it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction

from doctorlike.accounts import commands as accounts
from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.products import queries as products
from doctorlike.shop.commands.changes import edit, locked_order, move, order_as_it_stands, save
from doctorlike.shop.errors import ConsentMissingError, NobodyInsuredError, OrderChangedError, OrderClosedError
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Choice, OrderEvent, check_draft, next_state, read_draft
from doctorlike.shop.words import WORDING_VERSION, ConsentText
from doctorlike.shop.words import consents as consents_of

CODE_PURPOSE = "order"
Channel = Literal["phone", "email"]


def send_order_code(
    *, order_id: UUID, channel: Channel, by: Actor, at: datetime, real_at: datetime, ip_address: str = ""
) -> None:
    """Send the confirming code to the policyholder's phone or e-mail. Everything a contract needs is checked first, so
    that nobody confirms what cannot be concluded: refusals of `rules.check_draft`, OrderClosedError, and those of
    `accounts.commands.send_code`. `real_at` is the true instant."""
    with transaction.atomic():
        order = locked_order(order_id)
        if next_state(order.state, OrderEvent.CONFIRM) is None:
            raise OrderClosedError
        _agreed_total(order, at)
        holder = read_draft(order.answers).policyholder
        if holder is None:
            raise NobodyInsuredError
        to = holder.phone if channel == "phone" else holder.email
        accounts.send_code(purpose=CODE_PURPOSE, to=to, subject_id=order.pk, at=real_at, by=by, ip_address=ip_address)


def confirm_order(
    *,
    order_id: UUID,
    code: str,
    consents: Collection[str],
    seen_edition: int,
    seen_total: Money,
    ip_address: str | None,
    by: Actor,
    at: datetime,
    real_at: datetime,
) -> None:
    """Agree on people, price and consents (by purpose) with one code. `seen_edition` and `seen_total` are what the page
    showed: when anything has changed since, or the terms are no longer sold, OrderChangedError. ConsentMissingError
    when a required consent is not given; refusals of `accounts.commands.check_code` and `rules.check_draft`. Nothing is
    confirmed then. Call it outside of a transaction: a wrong code must stay counted."""
    # Looked through before the code is used up; decided on below, under the lock.
    order = order_as_it_stands(order_id)
    _as_seen(order, seen_edition, seen_total, by=by, at=at)
    _given(order, consents)
    code_id = accounts.check_code(purpose=CODE_PURPOSE, subject_id=order_id, code=code, at=real_at)
    with transaction.atomic():
        order = locked_order(order_id)
        total = _as_seen(order, seen_edition, seen_total, by=by, at=at)
        given = _given(order, consents)
        move(order, OrderEvent.CONFIRM, by=by, at=at)
        order.premium, order.confirmed_at, order.confirmed_by = total, at, str(by)
        order.consented_at, order.consented_by = at, str(by)
        order.confirming_code_id = code_id
        save(order, "premium", "confirmed_at", "confirmed_by", "confirming_code", "consented_at", "consented_by")
        accounts.record_consents(
            [accounts.Agreed(one.purpose, f"{order.version_id}/{WORDING_VERSION}", one.text) for one in given],
            subject_type="order",
            subject_id=order.pk,
            channel="shop",
            ip_address=ip_address,
            code_id=code_id,
            by=by,
            at=at,
        )
        audit.record(
            by=by,
            at=at,
            action="order.confirmed",
            subject_type="order",
            subject_id=order.pk,
            details={"premium": str(total), "edition": order.edition, "code": str(code_id)},
        )


def refresh_version(*, order_id: UUID, by: Actor, at: datetime) -> bool:
    """Take over the terms on sale today, when the order was begun under others; True when it did. Repeating is safe."""
    with transaction.atomic():
        order = locked_order(order_id)
        sold = products.terms_on_sale(clock.insurer_date(at))
        if sold.version_id == order.version_id or next_state(order.state, OrderEvent.EDIT) is None:
            return False
        order.version_id = sold.version_id
        edit(order, read_draft(order.answers), by=by, at=at)
        return True


def _given(order: Order, purposes: Collection[str]) -> list[ConsentText]:
    texts = consents_of(products.terms_of(order.version_id), settings.BRAND.insurer)
    missing = [one.purpose for one in texts if one.required and one.purpose not in purposes]
    if missing:
        raise ConsentMissingError(purposes=missing)
    return [one for one in texts if one.purpose in purposes]


def _agreed_total(order: Order, at: datetime) -> Money:
    choice = Choice(order.programme, order.scope, order.copay_percent)
    insured = check_draft(
        products.terms_of(order.version_id), choice, read_draft(order.answers), clock.insurer_date(at)
    )
    return Money.total(one.premium for one in insured)


def _as_seen(order: Order, seen_edition: int, seen_total: Money, *, by: Actor, at: datetime) -> Money:
    if next_state(order.state, OrderEvent.CONFIRM) is None:
        raise OrderClosedError
    total = _agreed_total(order, at)
    on_sale = products.terms_on_sale(clock.insurer_date(at)).version_id == order.version_id
    if order.edition != seen_edition or total != seen_total or not on_sale:
        raise OrderChangedError
    return total
