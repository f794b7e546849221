"""A visit's share becomes a charge, and the client is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField
from procrastinate.exceptions import AlreadyEnqueued

from doctorlike.audit import commands as audit
from doctorlike.copay.commands import telling
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import TOLD_TOPIC, ChargeNews, ChargeState, charge_after, charge_day
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.kit.writes import copy_in
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


_announced = Read(
    lambda: Charge.objects.filter(
        Among("encounter_id", "encounter_ids"), batch_id=Told("batch_id", UUIDField())
    ).values_list("encounter_id", flat=True)
)


@dataclass(frozen=True, slots=True)
class NewCharge:
    """What a batch brought to one visit."""

    policy_id: UUID
    encounter_id: UUID
    visit_on: date
    amount: Money


@transaction.atomic
def announce_charges(*, batch_id: UUID, charges: Sequence[NewCharge], by: Actor, at: datetime) -> int:
    """As `announce_charge` for the visits of one batch, thousands at once; returns how many charges are new. Clients
    are written to by jobs, once this transaction is committed; no charge is tried before that. The caller lets nobody
    else announce the same visits of the batch meanwhile; those announced before are passed over, so that repeating is
    safe."""
    known = set(_announced(batch_id=batch_id, encounter_ids=[one.encounter_id for one in charges]))
    fresh = [(new_id(), one) for one in charges if one.amount and one.encounter_id not in known]
    if not fresh:
        return 0
    names = ("id", "policy_id", "encounter_id", "batch_id", "visit_on", "amount", "state", "created_at", "notice_due")
    copy_in(
        Charge,
        names,
        (
            (pk, one.policy_id, one.encounter_id, batch_id, one.visit_on, one.amount, ChargeState.ANNOUNCED, at, True)
            for pk, one in fresh
        ),
    )
    payments.post_charges(charges=((pk, one.policy_id, one.amount) for pk, one in fresh), at=at)
    audit.record_all(
        by=by,
        at=at,
        action="charge.announced",
        subject_type="charge",
        entries=((pk, {"amount": str(one.amount)}) for pk, one in fresh),
    )
    go_on_telling()
    return len(fresh)


def go_on_telling() -> None:
    """Have a job write to the clients of charges that were announced together. Asking again is harmless."""
    from doctorlike.copay.tasks import tell_of_announced  # the tasks call back into this package

    with suppress(AlreadyEnqueued), transaction.atomic():
        tell_of_announced.defer()


@transaction.atomic
def tell_announced(*, most: int, by: Actor, at: datetime) -> int:
    """Write to the clients of charges that jobs have still to tell of, `most` of them; returns how many were told. Safe
    to repeat and beside itself. A charge that was told otherwise, or withdrawn, needs no notice any more."""
    due = Charge.objects.filter(notice_due=True).order_by("pk").select_for_update(of=("self",), skip_locked=True)
    rows = list(due[:most])
    known = policies.policies_by_id(row.policy_id for row in rows)
    today = clock.insurer_date(at)
    for row in rows:
        if row.state == ChargeState.ANNOUNCED:
            earliest_on = charge_day(row.visit_on, today, known[row.policy_id].terms)
            if earliest_on is not None:
                telling.tell_amount(row, earliest_on=earliest_on, by=by, at=at)
    Charge.objects.filter(pk__in=[row.pk for row in rows]).update(notice_due=False)
    return len(rows)


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
