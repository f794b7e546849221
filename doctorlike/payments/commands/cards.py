"""Binding and unbinding cards. A card is bound on the acquirer's page for a zero amount: nothing is debited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.facts import publish
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.payments.errors import CardNotUsableError
from doctorlike.payments.facts import CardBindingFailed, CardBound, CardUnbound
from doctorlike.payments.gateways import MethodTold, NoAnswer, Refused, acquirer, shop_for
from doctorlike.payments.models import Card, CardBinding
from doctorlike.payments.rules import LIVE_BINDING, BindingState, PaymentSystem

# The acquirer's page lives an hour; a client who comes back later than this gets a fresh one.
_PAGE_LIVES = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class BindingOpened:
    """Where the client binds the card; an empty `confirmation_url` means that the acquirer has not answered yet."""

    binding_id: UUID
    confirmation_url: str


def start_card_binding(
    *, owner_id: UUID, subject_id: UUID, payment_system: str, return_url: str, by: Actor, at: datetime
) -> BindingOpened:
    """Sends the client to the acquirer's page, or back to the page already open for `subject_id`. The outcome comes as
    CardBound or CardBindingFailed; ask with `refresh_binding` when the client returns."""
    binding_id = _start(
        owner_id=owner_id,
        subject_id=subject_id,
        payment_system=PaymentSystem(payment_system),
        return_url=return_url,
        by=by,
        at=at,
    )
    refresh_binding(binding_id=binding_id, at=at)
    binding = CardBinding.objects.get(pk=binding_id)
    waiting = binding.state == BindingState.PENDING
    return BindingOpened(binding_id, binding.confirmation_url if waiting else "")


@transaction.atomic(durable=True)
def _start(
    *, owner_id: UUID, subject_id: UUID, payment_system: PaymentSystem, return_url: str, by: Actor, at: datetime
) -> UUID:
    advisory_lock(f"binding:{subject_id}")
    true_now = clock.real_now()
    live = CardBinding.objects.select_for_update().filter(subject_id=subject_id, state__in=LIVE_BINDING).first()
    if live is not None:
        fresh = true_now - live.started_at < _PAGE_LIVES
        if fresh and (live.owner_id, live.payment_system) == (owner_id, payment_system):
            return live.pk
        live.state, live.reason, live.settled_at = BindingState.FAILED, "superseded", at
        live.save(update_fields=["state", "reason", "settled_at"])
    binding = CardBinding.objects.create(
        owner_id=owner_id,
        subject_id=subject_id,
        payment_system=payment_system,
        shop_id=shop_for(payment_system),
        return_url=return_url,
        state=BindingState.NEW,
        created_at=at,
        started_at=true_now,
    )
    audit.record(by=by, at=at, action="card.binding_started", subject_type="card_binding", subject_id=binding.pk)
    return binding.pk


def refresh_binding(*, binding_id: UUID, at: datetime) -> None:
    """Asks the acquirer what has become of a binding and applies that; repeats an unanswered request under its key
    (it debits nothing). Safe at any time."""
    binding = CardBinding.objects.filter(pk=binding_id).first()
    if binding is None or binding.state not in LIVE_BINDING:
        return
    gateway = acquirer(binding.shop_id)
    if binding.method_id:
        answer = gateway.method(binding.method_id)
    else:
        answer = gateway.create_method(str(binding.pk), binding.return_url)
    _apply(binding_id=binding_id, answer=answer, at=at)


@transaction.atomic(durable=True)
def _apply(*, binding_id: UUID, answer: MethodTold | Refused | NoAnswer, at: datetime) -> None:
    binding = locked(CardBinding.objects.all(), pk=binding_id)
    if binding.state not in LIVE_BINDING:
        return
    binding.asked_at = clock.real_now()
    match answer:
        case NoAnswer() if binding.method_id is None:
            binding.state = BindingState.UNKNOWN
            if clock.real_now() - binding.started_at > _PAGE_LIVES:
                _fail(binding, "expired_on_confirmation", at=at)
        case NoAnswer():
            pass
        case Refused():
            _fail(binding, "not_bound", at=at)
        case MethodTold(state="active"):
            _bind(binding, answer, at=at)
        case MethodTold(state="inactive"):
            _fail(binding, "not_bound", at=at)
        case MethodTold():
            binding.state, binding.method_id = BindingState.PENDING, answer.id
            binding.confirmation_url = answer.confirmation_url
    binding.save()


def _bind(binding: CardBinding, told: MethodTold, *, at: datetime) -> None:
    card = Card.objects.create(
        owner_id=binding.owner_id,
        shop_id=binding.shop_id,
        token=told.id,
        brand=told.brand,
        last_four=told.last_four,
        expires_year=told.expires_year,
        expires_month=told.expires_month,
        bound_at=at,
    )
    binding.state, binding.card, binding.method_id, binding.settled_at = BindingState.BOUND, card, told.id, at
    audit.record(by=Actor.user(binding.owner_id), at=at, action="card.bound", subject_type="card", subject_id=card.pk)
    publish(CardBound(card_id=card.pk, owner_id=binding.owner_id, subject_id=binding.subject_id, at=at))


def _fail(binding: CardBinding, reason: str, *, at: datetime) -> None:
    binding.state, binding.reason, binding.settled_at = BindingState.FAILED, reason, at
    publish(CardBindingFailed(subject_id=binding.subject_id, reason=reason, at=at))


def hold_usable_card(*, card_id: UUID) -> None:
    """In the caller's transaction: the card cannot be unbound before it ends. CardNotUsableError when it is already."""
    if locked(Card.objects.all(), pk=card_id).unbound_at is not None:
        raise CardNotUsableError


@transaction.atomic
def unbind_card(*, card_id: UUID, by: Actor, at: datetime) -> None:
    """From this transaction on no debit begins on the card (Federal law 376-FZ): a claim for a debit locks the same
    row. Repeating changes nothing. NotFoundError; whether the card is the client's own is for the caller to ask."""
    card = locked(Card.objects.all(), pk=card_id)
    if card.unbound_at is not None:
        return
    card.unbound_at = at
    card.save(update_fields=["unbound_at"])
    audit.record(by=by, at=at, action="card.unbound", subject_type="card", subject_id=card.pk)
    publish(CardUnbound(card_id=card.pk, at=at))
