"""The programme ends with its contract: when that is cancelled, and when its last day is over."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Greatest

from doctorlike.audit import commands as audit
from doctorlike.copay.commands.standing import tell_enrolment
from doctorlike.copay.models import Enrolment, EnrolmentSpan
from doctorlike.copay.rules import EnrolmentNews, EnrolmentState
from doctorlike.kit.actors import Actor
from doctorlike.policies.facts import PolicyCancelled

_AT_ONCE = 2000


def note_policy_cancelled(fact: PolicyCancelled) -> None:
    """The programme ends at once. The day of the cancellation still counts: it was active at a moment of it."""
    tell_enrolment(fact.policy_id, EnrolmentNews.POLICY_OVER, by=Actor.system("copay"), at=fact.at)


def end_with_policies(*, on: date, by: Actor, at: datetime) -> int:
    """End every programme whose contract is over on that business date; returns how many. Charges, cards and what was
    decided of visits stay as they are. Safe to repeat, to run beside itself and to be killed at any moment."""
    ended = 0
    while some := _end_some(on=on, by=by, at=at):
        ended += some
    return ended


@transaction.atomic
def _end_some(*, on: date, by: Actor, at: datetime) -> int:
    over = Q(policy__ends_on__lte=on) | Q(policy__cancelled_on__lte=on)
    rows = Enrolment.objects.exclude(state=EnrolmentState.ENDED).filter(over).select_for_update(of=("self",))
    found = dict(rows.order_by("pk").values_list("pk", "policy_id")[:_AT_ONCE])
    Enrolment.objects.filter(pk__in=found).update(state=EnrolmentState.ENDED, changed_at=at)
    EnrolmentSpan.objects.filter(enrolment__in=found, ends_at__isnull=True).update(
        ends_at=Greatest("starts_at", Value(at))
    )
    audit.record_many(
        by=by,
        at=at,
        action=f"enrolment.{EnrolmentState.ENDED}",
        subject_type="policy",
        subject_ids=list(found.values()),
    )
    return len(found)
