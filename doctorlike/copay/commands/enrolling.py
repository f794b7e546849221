"""Joining the copay programme, and the card it rests on."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.copay import queries as enrolled
from doctorlike.copay.commands.standing import apply_news
from doctorlike.copay.errors import PolicyOverError
from doctorlike.copay.models import Charge, Enrolment
from doctorlike.copay.rules import PAYABLE, ChargeNews, ChargeState, EnrolmentNews, EnrolmentState, charge_after
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.commands import BindingOpened
from doctorlike.payments.facts import CardBound, CardUnbound
from doctorlike.policies import queries as policies
from doctorlike.policies.facts import PolicyUnlinked
from doctorlike.policies.queries import PolicyView


def start_enrolment(
    *,
    policy_id: UUID,
    user_id: UUID,
    payment_system: str,
    return_url: str,
    consent: UUID,
    by: Actor,
    at: datetime,
) -> BindingOpened | None:
    """Notes the consent (its id) and sends the client to bind a card; None at 0 percent: active at once, no card.
    Repeating goes on with the page already open; for an enrolment with a card it binds another, also after the
    contract's end while something is owed. PolicyOverError."""
    policy = policies.policy(policy_id)
    if enrolled.programme_over(policy, on=clock.insurer_date(at)) and not enrolled.unpaid_charges_of([policy_id]):
        raise PolicyOverError
    enrolment_id = _consent(policy=policy, user_id=user_id, consent=consent, by=by, at=at)
    if policy.copay_percent == 0:
        return None
    return payments.start_card_binding(
        owner_id=user_id,
        subject_id=enrolment_id,
        payment_system=payment_system,
        return_url=return_url,
        by=by,
        at=at,
    )


@transaction.atomic(durable=True)
def _consent(*, policy: PolicyView, user_id: UUID, consent: UUID, by: Actor, at: datetime) -> UUID:
    advisory_lock(f"enrolment:{policy.id}")
    enrolment = Enrolment.objects.select_for_update().filter(policy=policy.id).first()
    if enrolment is None:
        enrolment = Enrolment(
            policy_id=policy.id, needs_card=policy.copay_percent > 0, state=EnrolmentState.NONE, created_at=at
        )
    if enrolment.state in (EnrolmentState.NONE, EnrolmentState.PENDING) or enrolment.user_id != user_id:
        enrolment.user_id, enrolment.consent_id = user_id, consent
    apply_news(enrolment, EnrolmentNews.CONSENTED, by=by, at=at)
    return enrolment.pk


def note_card_bound(fact: CardBound) -> None:
    """A card was bound for an enrolment: it is used from now on."""
    enrolment = Enrolment.objects.filter(pk=fact.subject_id).first()
    # The bank's page may outlast the link: the desk may have taken the policy out of that account meanwhile.
    if enrolment is not None and policies.stands_with(fact.owner_id, enrolment.policy_id):
        _put_card(
            enrolment_id=enrolment.pk,
            policy_id=enrolment.policy_id,
            card_id=fact.card_id,
            by=Actor.user(fact.owner_id),
            at=fact.at,
        )


def _put_card(*, enrolment_id: UUID, policy_id: UUID, card_id: UUID, by: Actor, at: datetime) -> None:
    """A new card resets the schedule of what could not be charged, which is tried at once."""
    from doctorlike.copay.tasks import try_one_charge  # the task calls back into this package

    today = clock.insurer_date(at)
    open_ones = (*PAYABLE, ChargeState.CHARGING)
    charges = Charge.objects.select_for_update().filter(policy=policy_id, state__in=open_ones).order_by("pk")
    for charge in charges:
        state = charge_after(ChargeState(charge.state), ChargeNews.NEW_CARD)
        if charge.state == ChargeState.SCHEDULED:
            continue
        if charge.state == ChargeState.CHARGING:
            _anew_after_page(charge, today=today)
            continue
        charge.state, charge.first_tried_on, charge.next_try_on = state, None, today
        charge.save(update_fields=["state", "first_tried_on", "next_try_on"])
        try_one_charge.defer(charge_id=str(charge.pk))
    # An unbinding locks the same row: it comes before this, and is seen, or after it, and finds the enrolment.
    payments.hold_usable_card(card_id=card_id)
    enrolment = locked(Enrolment.objects.all(), pk=enrolment_id)
    enrolment.card_id = card_id
    apply_news(enrolment, EnrolmentNews.CARD_BOUND, by=by, at=at)


def _anew_after_page(charge: Charge, *, today: date) -> None:
    """One being paid by hand just now: should the client leave the page, it begins anew with the new card. A try on
    the earlier card sees the new one by itself once its fate is known."""
    by_hand = charge.tries.filter(card__isnull=True, succeeded__isnull=True).exclude(came_from=ChargeState.SCHEDULED)
    if by_hand.update(came_from=ChargeState.RETRYING):
        charge.first_tried_on, charge.next_try_on = None, today
        charge.save(update_fields=["first_tried_on", "next_try_on"])


@transaction.atomic
def choose_card(*, policy_id: UUID, user_id: UUID, card_id: UUID, by: Actor, at: datetime) -> None:
    """From now on the policy's share is debited from this card of the client's. What could not be charged is tried
    anew, at once. Choosing the card in use changes nothing. NotFoundError for another's card or enrolment,
    CardNotUsableError for one that is unbound."""
    enrolment = Enrolment.objects.filter(policy=policy_id, user=user_id, needs_card=True).first()
    if enrolment is None:
        raise NotFoundError
    if paid.card_for(user_id, card_id).id != enrolment.card_id:
        _put_card(enrolment_id=enrolment.pk, policy_id=policy_id, card_id=card_id, by=by, at=at)


def note_card_unbound(fact: CardUnbound) -> None:
    """Every enrolment that rested on the card is suspended until one is bound again; open debts stay."""
    for enrolment in Enrolment.objects.select_for_update().filter(card=fact.card_id).order_by("pk"):
        enrolment.card_id = None
        apply_news(enrolment, EnrolmentNews.CARD_GONE, by=Actor.user(enrolment.user_id), at=fact.at)


def note_policy_unlinked(fact: PolicyUnlinked) -> None:
    """The account pays for that policy no more: its card is let go, the enrolment waits for one of whose policy it is.
    Open debts stay and are payable by link."""
    rows = Enrolment.objects.select_for_update().filter(policy=fact.policy_id, user=fact.user_id, needs_card=True)
    for enrolment in rows:
        enrolment.card_id = None
        apply_news(enrolment, EnrolmentNews.CARD_GONE, by=Actor.system("policy unlinked"), at=fact.at)
