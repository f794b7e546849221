"""The programme of a policy: its state, its card, and when it was active."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from doctorlike.copay.models import IN_DEBT, Charge, Enrolment, EnrolmentSpan
from doctorlike.copay.rules import EnrolmentState
from doctorlike.kit import clock
from doctorlike.kit.reads import Among, Read
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import CardView
from doctorlike.policies.queries import PolicyView


@dataclass(frozen=True, slots=True)
class ActiveTimes:
    """When an enrolment was active, as instants; none for a policy that was never enrolled."""

    spans: tuple[tuple[datetime, datetime | None], ...]

    @property
    def is_active(self) -> bool:
        return any(until is None for _since, until in self.spans)

    def active_on(self, on: date, zone: ZoneInfo | None = None) -> bool:
        """Active at any moment of that day, from midnight to midnight of the zone (None: the insurer's)."""
        start, end = _bounds(on, zone or clock.insurer_zone())
        return any(since < end and (until is None or until > start) for since, until in self.spans)

    def activated_by(self, on: date, zone: ZoneInfo | None = None) -> bool:
        """Had been active at some moment before that day was over in the zone (None: the insurer's)."""
        _start, end = _bounds(on, zone or clock.insurer_zone())
        return any(since < end for since, _until in self.spans)


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


_enrolments = Read(
    lambda: Enrolment.objects.filter(Among("policy", "policy_ids")).annotate(
        in_debt=Exists(Charge.objects.filter(IN_DEBT, policy=OuterRef("policy")))
    ),
    prepared=True,
)
_spans = Read(
    lambda: (
        EnrolmentSpan.objects.filter(Among("enrolment__policy", "policy_ids"))
        .order_by("starts_at")
        .values_list("enrolment__policy_id", "starts_at", "ends_at")
    ),
    prepared=True,
)


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


def programme_over(policy: PolicyView, on: date) -> bool:
    """Whether there is no programme to join any more: the contract's last day is past, or it was cancelled."""
    return on > policy.last_day or enrolment(policy.id).state is EnrolmentState.ENDED


def enrolments_of_card(card_id: UUID) -> list[UUID]:
    """Policies whose enrolment rests on the card."""
    return list(Enrolment.objects.filter(card=card_id).values_list("policy", flat=True))


def active_times(policy_ids: Iterable[UUID]) -> dict[UUID, ActiveTimes]:
    """What eligibility asks of the programme, one for every id, in one query."""
    asked = list(policy_ids)
    spans: dict[UUID, list[tuple[datetime, datetime | None]]] = {policy_id: [] for policy_id in asked}
    for policy_id, starts_at, ends_at in _spans(policy_ids=asked) if asked else ():
        spans[policy_id].append((starts_at, ends_at))
    return {policy_id: ActiveTimes(tuple(times)) for policy_id, times in spans.items()}


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


@lru_cache(maxsize=4096)
def _bounds(of: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """In UTC: instants of two zones are slower to compare, and a register asks of one day thousands of times."""
    midnights = (datetime.combine(day, time(), zone) for day in (of, of + timedelta(days=1)))
    start, end = (midnight.astimezone(UTC) for midnight in midnights)
    return start, end
