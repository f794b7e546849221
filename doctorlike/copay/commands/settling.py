"""The fate of a try, as payments tell it."""

from __future__ import annotations

from django.db.models import UUIDField

from doctorlike.audit import commands as audit
from doctorlike.copay.commands import telling
from doctorlike.copay.commands.holding import note_try_declined, note_try_paid
from doctorlike.copay.commands.laddering import go_on
from doctorlike.copay.commands.standing import tell_enrolment
from doctorlike.copay.models import Charge, ChargeTry, Enrolment
from doctorlike.copay.rules import ChargeNews, ChargeState, EnrolmentNews, charge_after
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked_by
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import update
from doctorlike.payments.facts import PaymentSettled
from doctorlike.payments.rules import Decline

_BY = Actor.system("copay")
_locked_charge = Read(
    lambda: Charge.objects.select_for_update().filter(pk=Told("charge_id", UUIDField())), prepared=True
)
_locked_try = Read(
    lambda: ChargeTry.objects.select_for_update().filter(
        charge=Told("charge_id", UUIDField()), payment_id=Told("payment_id", UUIDField()), succeeded__isnull=True
    ),
    prepared=True,
)


def settle_charge(fact: PaymentSettled) -> None:
    """A payment for a charge is settled; repeating changes nothing, other purposes are not ours."""
    if fact.purpose != "charge":
        return
    charge = locked_by(_locked_charge, charge_id=fact.subject_id)
    tries = _locked_try(charge_id=charge.pk, payment_id=fact.payment_id)
    if not tries:
        return
    attempt = tries[0]
    attempt.succeeded, attempt.settled_at = fact.succeeded, fact.at
    attempt.decline, attempt.reason = fact.decline or "", fact.reason
    update(attempt, "succeeded", "settled_at", "decline", "reason")
    if fact.succeeded:
        _paid(charge, fact)
    else:
        _declined(charge, attempt, fact)


def _paid(charge: Charge, fact: PaymentSettled) -> None:
    charge.state = charge_after(ChargeState(charge.state), ChargeNews.PAID)
    charge.paid_at, charge.payment_id, charge.next_try_on = fact.at, fact.payment_id, None
    update(charge, "state", "paid_at", "payment_id", "next_try_on")
    if charge.holds_waiting:
        note_try_paid(charge, by=_BY, at=fact.at)
    audit.record(by=_BY, at=fact.at, action="charge.paid", subject_type="charge", subject_id=charge.pk)
    telling.tell_paid(charge, by=_BY, at=fact.at)
    # One that was not overdue held nothing up.
    if charge.overdue_at is not None:
        tell_enrolment(charge.policy_id, EnrolmentNews.DEBTS_PAID, by=_BY, at=fact.at)


def _declined(charge: Charge, attempt: ChargeTry, fact: PaymentSettled) -> None:
    audit.record(
        by=_BY,
        at=fact.at,
        action="charge.declined",
        subject_type="charge",
        subject_id=charge.pk,
        details={"decline": fact.decline, "reason": fact.reason},
    )
    if charge.holds_waiting and note_try_declined(charge, by=_BY, at=fact.at):
        return
    if attempt.card_id is None:
        # Leaving the acquirer's page is no step of the ladder: the charge is where it was.
        charge.state = attempt.came_from
        charge.save()
        return
    in_use = Enrolment.objects.filter(policy=charge.policy_id).values_list("card", flat=True).first()
    hard = fact.decline == Decline.HARD
    if hard:
        charge.refused_card_id = attempt.card_id
    if in_use not in (None, attempt.card_id):
        # A new card came while this try was under way: it starts the schedule anew, at once.
        charge.state = ChargeState.RETRYING
        charge.first_tried_on, charge.next_try_on = None, clock.insurer_date(fact.at)
        charge.save()
        return
    news = ChargeNews.HARD_DECLINE if hard else ChargeNews.SOFT_DECLINE
    go_on(charge, news, tried_on=attempt.tried_on, by=_BY, at=fact.at)
    if charge.state == ChargeState.AWAITING_CARD:
        telling.tell_card_needed(charge, by=_BY, at=fact.at)
