"""Ending a contract early (docs/rules/cancellation.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from doctorlike.accounts import commands as accounts
from doctorlike.accounts import queries as people
from doctorlike.audit import commands as audit
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments.rules import RefundReason
from doctorlike.policies import queries
from doctorlike.policies.errors import CancelledAlreadyError, PolicyOverError, RefundChangedError
from doctorlike.policies.facts import PolicyCancelled
from doctorlike.policies.models import Cancellation, Policy
from doctorlike.policies.rules import CancellationOutcome

CODE_PURPOSE = "cancel_policy"


def send_cancellation_code(
    *, user_id: UUID, policy_id: UUID, channel: Literal["phone", "email"], by: Actor, at: datetime, real_at: datetime
) -> None:
    """Send the code that confirms a cancellation to a verified contact of the policyholder's account. NotFoundError for
    anybody else's contract or a contact the account does not have; refusals of `accounts.commands.send_code`.
    `real_at` is the true instant."""
    queries.contract_for(user_id, policy_id, on=clock.insurer_date(at), of_policyholder=True)
    user = people.user_card(user_id)
    to = user.phone if channel == "phone" else user.email
    if not to:
        raise NotFoundError
    accounts.send_code(purpose=CODE_PURPOSE, to=to, subject_id=_code_subject(user_id, policy_id), at=real_at, by=by)


def cancel_own_policy(
    *,
    user_id: UUID,
    policy_id: UUID,
    code: str,
    insured_event: bool,
    seen_refund: Money,
    by: Actor,
    at: datetime,
    real_at: datetime,
) -> None:
    """The policyholder ends the contract, confirmed by a code. The refusals of `cancel_policy`, of
    `accounts.commands.check_code`; NotFoundError for anybody else's contract. Call it outside of a transaction: a
    wrong code must be counted."""
    contract = queries.contract_for(user_id, policy_id, on=clock.insurer_date(at), of_policyholder=True)
    if contract.view.cancelled_on is not None:
        raise CancelledAlreadyError
    # What would be refused anyway does not use up the code.
    _agreed(queries.policy(policy_id), insured_event=insured_event, seen_refund=seen_refund, at=at)
    accounts.check_code(purpose=CODE_PURPOSE, subject_id=_code_subject(user_id, policy_id), code=code, at=real_at)
    cancel_policy(policy_id=policy_id, insured_event=insured_event, seen_refund=seen_refund, by=by, at=at)


@transaction.atomic
def cancel_policy(
    *, policy_id: UUID, insured_event: bool, seen_refund: Money, asked_how: str = "", by: Actor, at: datetime
) -> None:
    """End the contract: today still counts, from tomorrow it covers nothing. The refund is asked for, another person
    agrees to it; publishes PolicyCancelled, and the client is told by a job, with a signed notice. `insured_event`
    (whether anything was rendered) is known to the apps above; `seen_refund` is what the page promised.
    CancelledAlreadyError (also for the second of two at once), PolicyOverError, RefundChangedError, NotFoundError."""
    from doctorlike.policies.tasks import tell_cancellation  # the task calls back into this package

    # Rows that point at the policy (visits, charges) may be written meanwhile: they need its key, not its end.
    row = Policy.objects.select_for_update(of=("self",), no_key=True).filter(pk=policy_id).first()
    if row is None:
        raise NotFoundError
    if row.cancelled_on is not None:
        raise CancelledAlreadyError
    policy = queries.policy(policy_id)
    outcome = _agreed(policy, insured_event=insured_event, seen_refund=seen_refund, at=at)
    row.cancelled_on = outcome.cancelled_on
    row.save(update_fields=["cancelled_on"])
    Cancellation.objects.create(
        policy=row,
        cooling_off=outcome.cooling_off,
        insured_event=insured_event,
        due=outcome.refund,
        refund_id=_ask_back(policy, outcome.refund, by=by, at=at),
        asked_how=asked_how,
        asked_at=at,
        asked_by=str(by),
    )
    audit.record(
        by=by,
        at=at,
        action="policy.cancelled",
        subject_type="policy",
        subject_id=policy_id,
        details={
            "from": outcome.cancelled_on.isoformat(),
            "cooling_off": outcome.cooling_off,
            "insured_event": insured_event,
            "refund": str(outcome.refund),
            "asked_how": asked_how,
        },
    )
    facts.publish(PolicyCancelled(policy_id, outcome.cancelled_on, at))
    tell_cancellation.configure(lock=f"cancellation:{policy_id}").defer(policy_id=str(policy_id))


def _agreed(
    policy: queries.PolicyView, *, insured_event: bool, seen_refund: Money, at: datetime
) -> CancellationOutcome:
    today = clock.insurer_date(at)
    if today >= policy.period.ends_on:
        raise PolicyOverError
    outcome = queries.outcome_of(policy, asked_on=today, insured_event=insured_event)
    if outcome.refund != seen_refund:
        raise RefundChangedError
    return outcome


def _ask_back(policy: queries.PolicyView, due: Money, *, by: Actor, at: datetime) -> UUID | None:
    """The refund asked for: this policy's part of its order's payment, never more than is left of that."""
    payment, left = queries.payment_left(policy)
    amount = min(due, left)
    if payment is None or not amount:
        return None
    return payments.request_refund(payment_id=payment.id, amount=amount, why=RefundReason.CONTRACT_ENDED, by=by, at=at)


def _code_subject(user_id: UUID, policy_id: UUID) -> str:
    # Two accounts may reach one contract (phone and e-mail apart): each has a code of its own. The column is short.
    return f"{policy_id}:{user_id.hex[-12:]}"
