"""What is known of enrolments and charges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery, UUIDField
from django.utils.translation import gettext as _

from doctorlike.copay import paylinks, words
from doctorlike.copay.models import IN_DEBT, Charge, ChargeHold, ChargeTry, Enrolment, EnrolmentSpan
from doctorlike.copay.paylinks import PayLink
from doctorlike.copay.rules import PAYABLE, ChargeState, EnrolmentState, HoldState
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import CardView, PaymentView
from doctorlike.payments.rules import reason_words
from doctorlike.policies import queries as policies
from doctorlike.ui.words import money


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """`spans` are the times it was active, as instants; the last may be open. `in_debt`: a charge is overdue."""

    id: UUID | None
    policy_id: UUID
    user_id: UUID | None
    state: EnrolmentState
    activated_at: datetime | None
    card: CardView | None
    spans: tuple[tuple[datetime, datetime | None], ...]
    in_debt: bool

    @property
    def times(self) -> ActiveTimes:
        """The same as eligibility asks of it."""
        return ActiveTimes(self.spans)

    def active_on(self, on: date) -> bool:
        """Active at any moment of that day of the insurer's zone."""
        return self.times.active_on(on)

    def activated_by(self, on: date) -> bool:
        """Had been active at some moment before that day was over."""
        return self.times.activated_by(on)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge as its payer sees it: nothing of what was done at the clinic. `amount` was announced, `held` left it
    since, `to_pay` remains. `receipt_number` is the acquirer's
    payment, `receipt_state` «», «pending», «succeeded», «canceled». `payment` and `history` are told of a single
    charge; in lists they are left out."""

    id: UUID
    policy_id: UUID
    encounter_id: UUID
    amount: Money
    held: Money
    state: ChargeState
    state_text: str
    visit_on: date
    told_at: datetime | None
    charge_on: date | None
    next_try_on: date | None
    overdue_at: datetime | None
    paid_at: datetime | None
    card_title: str
    payment: PaymentView | None
    history: tuple[HistoryLine, ...]

    @property
    def summary(self) -> str:
        """What stands and what comes, in one sentence."""
        return words.summary(self)

    @property
    def to_pay(self) -> Money:
        return self.amount - self.held

    @property
    def payable(self) -> bool:
        return self.state in PAYABLE

    @property
    def receipt_number(self) -> str:
        return self.payment.acquirer_id if self.payment else ""

    @property
    def receipt_state(self) -> str:
        return self.payment.receipt_registration if self.payment else ""


@dataclass(frozen=True, slots=True)
class LineHold:
    """How a disputed line stands with its charge. `supplement_id`: the charge it came back by; `refund_id`: asked for
    because it had been paid."""

    charge_id: UUID
    state: HoldState
    amount: Money
    supplement_id: UUID | None
    refund_id: UUID | None


def _charges() -> QuerySet[Charge]:
    """With `tried`, the card of the last try and the card of the enrolment."""
    tries = ChargeTry.objects.filter(charge=OuterRef("pk")).order_by("-tried_at")
    enrolled = Enrolment.objects.filter(policy=OuterRef("policy"))
    return Charge.objects.annotate(
        tried=Exists(tries),
        tried_card_id=Subquery(tries.values("card")[:1]),
        enrolled_card_id=Subquery(enrolled.values("card")[:1]),
    )


_enrolments = Read(
    lambda: Enrolment.objects.filter(Among("policy", "policy_ids")).annotate(
        in_debt=Exists(Charge.objects.filter(IN_DEBT, policy=OuterRef("policy")))
    )
)
_spans = Read(
    lambda: (
        EnrolmentSpan.objects.filter(Among("enrolment__policy", "policy_ids"))
        .order_by("starts_at")
        .values_list("enrolment__policy_id", "starts_at", "ends_at")
    )
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
_holds = Read(lambda: ChargeHold.objects.filter(Among("line_id", "line_ids")).order_by("held_at", "id"))
_one = Read(lambda: _charges().filter(pk=Told("charge_id", UUIDField())))
_tries = Read(lambda: ChargeTry.objects.filter(Among("charge_id", "charge_ids")).order_by("tried_at"))


def enrolment(policy_id: UUID) -> EnrolmentView:
    """State `none` when the programme was never started for the policy."""
    return enrolments([policy_id])[policy_id]


def enrolments(policy_ids: Iterable[UUID]) -> dict[UUID, EnrolmentView]:
    """Many at once, one for every id asked."""
    asked = list(policy_ids)
    rows = {row.policy_id: row for row in _enrolments(policy_ids=asked)}
    spans: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    for policy_id, starts_at, ends_at in _spans(policy_ids=list(rows)) if rows else ():
        spans.setdefault(rows[policy_id].pk, []).append((starts_at, ends_at))
    cards = payments.cards({row.card_id for row in rows.values() if row.card_id})
    return {policy_id: _enrolment_view(policy_id, rows.get(policy_id), spans, cards) for policy_id in asked}


def enrolment_was_active(policy_id: UUID, on: date) -> bool:
    """Whether the enrolment was active at any moment of that day of the insurer's zone."""
    return enrolment(policy_id).active_on(on)


def enrolments_of_card(card_id: UUID) -> list[UUID]:
    """Policies whose enrolment rests on the card."""
    return list(Enrolment.objects.filter(card=card_id).values_list("policy", flat=True))


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


def line_holds(line_ids: Iterable[UUID]) -> dict[UUID, LineHold]:
    """The last hold of each line, of those that were ever held."""
    rows = _holds(line_ids=list(line_ids))
    return {
        row.line_id: LineHold(row.charge_id, HoldState(row.state), row.amount, row.supplement_id, row.refund_id)
        for row in rows
    }


def bearing_charge(line_id: UUID, encounter_id: UUID, batch_id: UUID) -> UUID | None:
    """The charge that a line stands in: its visit's and batch's, or the supplementary one it came back by; None where
    there never was one."""
    held = line_holds([line_id]).get(line_id)
    if held is not None:
        return held.supplement_id or held.charge_id
    rows = Charge.objects.filter(encounter_id=encounter_id, batch_id=batch_id)
    return rows.values_list("pk", flat=True).first()


def charge(charge_id: UUID) -> ChargeView:
    """For staff and jobs; NotFoundError."""
    for view in _views(_one(charge_id=charge_id), in_full=True):
        return view
    raise NotFoundError


def charge_for(user_id: UUID, charge_id: UUID, on: date) -> ChargeView:
    """A charge of a policy in the client's account, or one they pay; NotFoundError for another's."""
    row = Charge.objects.filter(pk=charge_id).values("payer", "policy").first()
    if row is None:
        raise NotFoundError
    if row["payer"] != user_id:
        policies.policy_for(user_id, row["policy"], on)
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


def _bounds(of: date) -> tuple[datetime, datetime]:
    zone = clock.insurer_zone()
    return datetime.combine(of, time(), zone), datetime.combine(of + timedelta(days=1), time(), zone)


def _enrolment_view(
    policy_id: UUID,
    row: Any,
    spans: Mapping[UUID, list[tuple[datetime, datetime | None]]],
    cards: Mapping[UUID, CardView],
) -> EnrolmentView:
    if row is None:
        return EnrolmentView(None, policy_id, None, EnrolmentState.NONE, None, None, (), False)
    return EnrolmentView(
        id=row.pk,
        policy_id=policy_id,
        user_id=row.user_id,
        state=EnrolmentState(row.state),
        activated_at=row.activated_at,
        card=cards.get(row.card_id) if row.card_id else None,
        spans=tuple(spans.get(row.pk, ())),
        in_debt=row.in_debt,
    )


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
    return [_charge_view(row, tries.get(row.pk, []), cards, paid, in_full) for row in charges]


def _charge_view(
    row: Any, tries: list[ChargeTry], cards: Mapping[UUID, CardView], paid: Mapping[UUID, PaymentView], in_full: bool
) -> ChargeView:
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
        history=_history(row, tries, cards, _left(row.pk)) if in_full else (),
    )


def _left(charge_id: UUID) -> list[tuple[datetime, Money]]:
    """What left the charge, and when."""
    rows = ChargeHold.objects.filter(charge=charge_id, left_at__isnull=False)
    return [(at, amount) for at, amount in rows.values_list("left_at", "amount") if at is not None]


def _history(
    row: Charge, tries: list[ChargeTry], cards: Mapping[UUID, CardView], left: list[tuple[datetime, Money]]
) -> tuple[HistoryLine, ...]:
    lines = [HistoryLine(row.created_at, _("Посчитали вашу долю"))]
    if row.told_at:
        lines.append(HistoryLine(row.told_at, _("Сообщили вам сумму и день списания")))
    for one in tries:
        card = cards.get(one.card_id) if one.card_id else None
        begun = (
            _("Отправили списание с карты {card}").format(card=card.title) if card else _("Вы открыли оплату картой")
        )
        lines.append(HistoryLine(one.tried_at, begun))
        if one.settled_at and one.succeeded:
            lines.append(HistoryLine(one.settled_at, _("Деньги списаны")))
        elif one.settled_at:
            lines.append(
                HistoryLine(one.settled_at, _("Не получилось: {reason}").format(reason=reason_words(one.reason)))
            )
    for left_at, amount in left:
        lines.append(HistoryLine(left_at, _("Сумма уменьшилась на {amount}").format(amount=money(amount))))
    if row.overdue_at:
        lines.append(HistoryLine(row.overdue_at, _("Все попытки закончились, оплата просрочена")))
    return tuple(sorted(lines, key=lambda line: line.at))


@dataclass(frozen=True, slots=True)
class ActiveTimes:
    """When an enrolment was active, as instants; none for a policy that was never enrolled."""

    spans: tuple[tuple[datetime, datetime | None], ...]

    @property
    def is_active(self) -> bool:
        return any(until is None for _since, until in self.spans)

    def active_on(self, on: date) -> bool:
        """Active at any moment of that day of the insurer's zone."""
        start, end = _bounds(on)
        return any(since < end and (until is None or until > start) for since, until in self.spans)

    def activated_by(self, on: date) -> bool:
        """Had been active at some moment before that day was over."""
        return any(since < _bounds(on)[1] for since, _until in self.spans)


def active_times(policy_ids: Iterable[UUID]) -> dict[UUID, ActiveTimes]:
    """What eligibility asks of the programme, one for every id, in one query."""
    asked = list(policy_ids)
    spans: dict[UUID, list[tuple[datetime, datetime | None]]] = {policy_id: [] for policy_id in asked}
    for policy_id, starts_at, ends_at in _spans(policy_ids=asked) if asked else ():
        spans[policy_id].append((starts_at, ends_at))
    return {policy_id: ActiveTimes(tuple(times)) for policy_id, times in spans.items()}
