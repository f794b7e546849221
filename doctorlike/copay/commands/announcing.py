"""A visit's share becomes a charge, and the client is told of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.copay.commands import telling
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import TOLD_TOPIC, ChargeNews, ChargeState, charge_after, charge_day
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.money import Money
from doctorlike.notifications.facts import MessageAccepted
from doctorlike.payments import commands as payments
from doctorlike.policies import queries as policies

_BY = Actor.system("copay")


@transaction.atomic
def announce_charge(
    *,
    policy_id: UUID,
    encounter_id: UUID,
    batch_id: UUID,
    visit_on: date,
    amount: Money,
    payer_user_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> UUID | None:
    """Makes the charge of what a batch (a clinic's register) brought to a visit, and tells the client; returns its id.
    A zero amount makes none. A repeated call for the same visit and batch changes nothing. It is not tried before the
    client was told and its day has come."""
    if not amount:
        return None
    advisory_lock(f"charge:{encounter_id}:{batch_id}")
    known = Charge.objects.filter(encounter_id=encounter_id, batch_id=batch_id).values_list("pk", flat=True).first()
    if known is not None:
        return known
    charge = Charge.objects.create(
        policy_id=policy_id,
        encounter_id=encounter_id,
        batch_id=batch_id,
        payer_id=payer_user_id,
        visit_on=visit_on,
        amount=amount,
        state=ChargeState.ANNOUNCED,
        created_at=at,
    )
    payments.post_charge(charge_id=charge.pk, policy_id=policy_id, amount=amount, at=at)
    audit.record(
        by=by,
        at=at,
        action="charge.announced",
        subject_type="charge",
        subject_id=charge.pk,
        details={"amount": str(amount)},
    )
    earliest_on = charge_day(visit_on, clock.insurer_date(at), policies.policy(policy_id).terms)
    if earliest_on is not None:
        telling.tell_amount(charge, earliest_on=earliest_on, by=by, at=at)
    return charge.pk


@transaction.atomic
def note_told(*, charge_id: UUID, by: Actor = _BY, at: datetime) -> None:
    """The client knows the amount: a provider took the notice over, or they saw it in the account. The first telling
    counts; its charge day follows. NotFoundError."""
    charge = locked(Charge.objects.all(), pk=charge_id)
    if charge.told_at is not None or charge.state == ChargeState.WITHDRAWN:
        return
    charge.told_at = at
    charge.charge_on = charge_day(charge.visit_on, clock.insurer_date(at), policies.policy(charge.policy_id).terms)
    charge.next_try_on = charge.charge_on
    charge.state = charge_after(ChargeState(charge.state), ChargeNews.TOLD)
    charge.save()
    audit.record(by=by, at=at, action="charge.told", subject_type="charge", subject_id=charge.pk)


def note_message_accepted(fact: MessageAccepted) -> None:
    """A provider took over the notice of a charge."""
    if fact.topic == TOLD_TOPIC:
        note_told(charge_id=UUID(fact.subject_id), by=Actor.system("notifications"), at=fact.at)
