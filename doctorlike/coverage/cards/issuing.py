"""Cards of an account on the device it is signed in on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from doctorlike.accounts import queries as accounts
from doctorlike.audit import commands as audit
from doctorlike.coverage.cards import rules
from doctorlike.coverage.models import CardCheck, DeviceCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView

_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class OpenCard:
    """A card this device may show. `secret` makes its codes: it is told to that device and to nobody else."""

    number: str
    policy: PolicyView
    secret: bytes


@transaction.atomic
def open_cards(*, user_id: UUID, sign_in_id: int, by: Actor, at: datetime) -> list[OpenCard]:
    """The cards of every policy in the account whose insured the account may show at a clinic and that is not over, as
    `policies_of` sorts them. They are made when this device has none yet; repeating gives the same."""
    today = clock.insurer_date(at)
    shown = [one for one in policies.policies_of(user_id, today) if may_show(one, at)]
    held = _held(sign_in_id)
    fresh = [
        DeviceCard(
            number=rules.new_number(),
            policy_id=one.id,
            user_id=user_id,
            sign_in_id=sign_in_id,
            secret=rules.new_secret(),
            made_at=at,
            made_by=str(by),
        )
        for one in shown
        if one.id not in held
    ]
    if fresh:
        # Two tabs of one device may ask at once: the other's cards are as good.
        DeviceCard.objects.bulk_create(fresh, ignore_conflicts=True)
        audit.record_many(
            by=by, at=at, action="card.made", subject_type="policy", subject_ids=[one.policy_id for one in fresh]
        )
        held = _held(sign_in_id)
    return [OpenCard(held[one.id].number, one, bytes.fromhex(held[one.id].secret)) for one in shown]


def may_show(policy: PolicyView, at: datetime) -> bool:
    """Whether somebody who sees this policy in an account may show its card: the insured, or a child's adult, until the
    last day covered."""
    return policy.medical_open and clock.insurer_date(at) <= policy.last_day


def _held(sign_in_id: int) -> dict[UUID, DeviceCard]:
    return {row.policy_id: row for row in DeviceCard.objects.filter(sign_in_id=sign_in_id)}


@transaction.atomic
def forget_ended_cards(*, at: datetime) -> int:
    """Delete cards of devices that are signed out, a week after they were made at the earliest, and old checks; returns
    how many cards went. `at` is a true instant. Safe to repeat."""
    CardCheck.objects.filter(checked_at__lt=at - rules.CHECKS_KEPT_FOR).delete()
    gone = 0
    after = UUID(int=0)
    while rows := list(_old_cards(after, at)):
        alive = accounts.open_sign_ins(sign_in_id for _, sign_in_id in rows)
        ended = [pk for pk, sign_in_id in rows if sign_in_id not in alive]
        gone += DeviceCard.objects.filter(pk__in=ended).delete()[1].get(DeviceCard._meta.label, 0)
        after = rows[-1][0]
    return gone


def _old_cards(after: UUID, at: datetime) -> QuerySet[DeviceCard, tuple[UUID, int]]:
    rows = DeviceCard.objects.filter(pk__gt=after, made_at__lt=at - rules.ENDED_KEPT_FOR)
    return rows.order_by("pk").values_list("pk", "sign_in_id")[:_AT_ONCE]
