"""What an enrolment becomes when its card or its debts change; the one place that opens and closes its spans.

Locks are taken in one order everywhere: payment, charge, card, enrolment.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doctorlike.audit import commands as audit
from doctorlike.copay.models import IN_DEBT, Charge, Enrolment, EnrolmentSpan
from doctorlike.copay.rules import EnrolmentNews, EnrolmentState, Standing, enrolment_after
from doctorlike.kit.actors import Actor


def apply_news(enrolment: Enrolment, news: EnrolmentNews, *, by: Actor, at: datetime) -> None:
    """The caller has the enrolment locked. Saves it, with its span and the trail."""
    in_debt = Charge.objects.filter(IN_DEBT, policy=enrolment.policy_id).exists()
    standing = Standing(card_ready=not enrolment.needs_card or enrolment.card_id is not None, in_debt=in_debt)
    before = EnrolmentState(enrolment.state)
    after = enrolment_after(before, news, standing)
    enrolment.state = after
    enrolment.changed_at = at
    was_active, is_active = before is EnrolmentState.ACTIVE, after is EnrolmentState.ACTIVE
    if is_active and enrolment.activated_at is None:
        enrolment.activated_at = at
    enrolment.save()
    if is_active and not was_active:
        EnrolmentSpan.objects.create(enrolment=enrolment, starts_at=at)
    if was_active and not is_active:
        EnrolmentSpan.objects.filter(enrolment=enrolment, ends_at__isnull=True).update(ends_at=at)
    if after is not before:
        audit.record(
            by=by,
            at=at,
            action=f"enrolment.{after}",
            subject_type="policy",
            subject_id=enrolment.policy_id,
            details={"news": news},
        )


def tell_enrolment(policy_id: UUID, news: EnrolmentNews, *, by: Actor, at: datetime) -> None:
    """News for the enrolment of a policy, if it has one."""
    enrolment = Enrolment.objects.select_for_update().filter(policy=policy_id).first()
    if enrolment is not None:
        apply_news(enrolment, news, by=by, at=at)
