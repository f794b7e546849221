"""Charges, one and many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField

from doctorlike.copay import paylinks, words
from doctorlike.copay.models import Charge, ChargeTry, Enrolment
from doctorlike.copay.paylinks import PayLink
from doctorlike.copay.queries.history import history
from doctorlike.copay.queries.views import ChargeView
from doctorlike.copay.rules import ChargeState
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import CardView, PaymentView, RefundView
from doctorlike.policies import queries as policies


def _charges() -> QuerySet[Charge]:
    """With `tried`, the card of the last try and the card of the enrolment."""
    tries = ChargeTry.objects.filter(charge=OuterRef("pk")).order_by("-tried_at")
    enrolled = Enrolment.objects.filter(policy=OuterRef("policy"))
    return Charge.objects.annotate(
        tried=Exists(tries),
        tried_card_id=Subquery(tries.values("card")[:1]),
        enrolled_card_id=Subquery(enrolled.values("card")[:1]),
    )


_unpaid = Read(
    lambda: (
        _charges()
        .filter(Among("policy", "policy_ids"), paid_at__isnull=True)
        .exclude(state=ChargeState.WITHDRAWN)
        .order_by("-visit_on", "-id")
    )
)
_of_encounters = Read(lambda: _charges().filter(Among("encounter_id", "encounter_ids")).order_by("created_at", "id"))
_one = Read(lambda: _charges().filter(pk=Told("charge_id", UUIDField())))
_tries = Read(lambda: ChargeTry.objects.filter(Among("charge_id", "charge_ids")).order_by("tried_at"))


def charges_of(policy_ids: Iterable[UUID]) -> list[ChargeView]:
    """Every charge of the policies, the latest visit first."""
    return _views(_charges().filter(policy__in=list(policy_ids)).order_by("-visit_on", "-id"))


def unpaid_charges_of(policy_ids: Iterable[UUID]) -> list[ChargeView]:
    """Those of them that are still to be paid, the latest visit first."""
    return _views(_unpaid(policy_ids=list(policy_ids)))


def charges_for_encounters(encounter_ids: Iterable[UUID]) -> dict[UUID, list[ChargeView]]:
    """The charges of each visit, the first one first: lines that came late have one of their own."""
    found: dict[UUID, list[ChargeView]] = {}
    for view in _views(_of_encounters(encounter_ids=list(encounter_ids))):
        found.setdefault(view.encounter_id, []).append(view)
    return found


def charge(charge_id: UUID) -> ChargeView:
    """For staff and jobs; NotFoundError."""
    for view in _views(_one(charge_id=charge_id), in_full=True):
        return view
    raise NotFoundError


def charge_for(user_id: UUID, charge_id: UUID, on: date) -> ChargeView:
    """A charge of a policy in the client's account, or one they pay; NotFoundError for another's, and for the child's
    other parent, who does not pay."""
    row = Charge.objects.filter(pk=charge_id).values("payer", "policy").first()
    if row is None:
        raise NotFoundError
    if row["payer"] != user_id:
        policies.managed_policy_for(user_id, row["policy"], on)
    return charge(charge_id)


def pay_link(secret: str) -> PayLink:
    """The charge that a secret link is for, and how long the link serves; NotFoundError for a made-up one."""
    return paylinks.read(secret)


def refused_by_hand(charge: ChargeView) -> str:
    """Why the last try was refused, in words, when it was one on the acquirer's page; else nothing."""
    last = charge.payment
    return last.reason_text if last is not None and last.card is None and last.decline else ""


def untold_charges(before: datetime) -> list[ChargeView]:
    """Announced before that instant and still not told: for the desk."""
    rows = _charges().filter(state=ChargeState.ANNOUNCED, created_at__lt=before)
    return _views(rows.order_by("created_at"))


def _views(rows: Iterable[Any], *, in_full: bool = False) -> list[ChargeView]:
    """Of rows of `_charges()`."""
    charges = list(rows)
    if not charges:
        return []
    tries: dict[UUID, list[ChargeTry]] = {}
    for one in _tries(charge_ids=[row.pk for row in charges]) if in_full else ():
        tries.setdefault(one.charge_id, []).append(one)
    asked = {card_id for row in charges for card_id in (row.tried_card_id, row.enrolled_card_id) if card_id}
    cards = payments.cards(asked | {one.card_id for some in tries.values() for one in some if one.card_id})
    paid = payments.payments({some[-1].payment_id for some in tries.values()})
    refunds = payments.refunds_of(one.payment_id for some in tries.values() for one in some)
    return [_charge_view(row, tries.get(row.pk, []), cards, paid, refunds, in_full) for row in charges]


def _charge_view(
    row: Any,
    tries: list[ChargeTry],
    cards: Mapping[UUID, CardView],
    paid: Mapping[UUID, PaymentView],
    refunds: Iterable[RefundView],
    in_full: bool,
) -> ChargeView:
    mine = {one.payment_id for one in tries}
    given_back = tuple(one for one in refunds if one.payment_id in mine)
    card_id = row.enrolled_card_id
    if row.tried and row.state != ChargeState.AWAITING_CARD:
        # A try of the client's own, on the acquirer's page, has no card of ours.
        card_id = row.tried_card_id or (None if row.state == ChargeState.PAID else card_id)
    return ChargeView(
        id=row.pk,
        policy_id=row.policy_id,
        encounter_id=row.encounter_id,
        amount=row.amount,
        held=row.held,
        state=ChargeState(row.state),
        state_text=str(words.STATE_WORDS[ChargeState(row.state)]),
        visit_on=row.visit_on,
        told_at=row.told_at,
        charge_on=row.charge_on,
        next_try_on=row.next_try_on,
        overdue_at=row.overdue_at,
        paid_at=row.paid_at,
        card_title=cards[card_id].title if card_id else "",
        payment=paid.get(tries[-1].payment_id) if tries else None,
        refunds=given_back,
        history=history(row, tries, cards, given_back) if in_full else (),
    )
