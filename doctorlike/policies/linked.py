"""In whose accounts a policy stands: for the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doctorlike.accounts import queries as people
from doctorlike.accounts.queries import PersonCard, UserCard
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.fitting import DeskMatch, Named, desk_match
from doctorlike.policies.models import LinkDecision, Policy, PolicyLink
from doctorlike.policies.rules import LinkRole
from doctorlike.products.queries import terms_of


@dataclass(frozen=True, slots=True)
class LinkView:
    """One account a policy stands in. `by_desk` when somebody at work put it there."""

    user: UserCard
    role: LinkRole
    linked_at: datetime
    by_desk: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What the desk decided about an account earlier. `decided_by` is an actor as the trail writes it."""

    user: UserCard | None
    apart: bool
    reason: str
    decided_at: datetime
    decided_by: str


def links_of(policy_id: UUID) -> list[LinkView]:
    """The accounts a policy stands in, the earliest first; two queries."""
    rows = list(PolicyLink.objects.filter(policy=policy_id).order_by("linked_at", "pk"))
    users = people.user_cards(row.user_id for row in rows)
    return [
        LinkView(users[row.user_id], LinkRole(row.role), row.linked_at, row.linked_by.startswith("staff:"))
        for row in rows
        if row.user_id in users
    ]


def stands_with(user_id: UUID, policy_id: UUID) -> bool:
    """Whether the policy stands in the account now."""
    return PolicyLink.objects.filter(policy=policy_id, user=user_id).exists()


def link_decisions_of(policy_id: UUID) -> list[DecisionView]:
    """What the desk decided about a policy's accounts, the latest first."""
    rows = list(LinkDecision.objects.filter(policy=policy_id).order_by("-decided_at", "-pk").defer("told"))
    users = people.user_cards(row.user_id for row in rows)
    return [DecisionView(users.get(row.user_id), row.apart, row.reason, row.decided_at, row.decided_by) for row in rows]


def match_at_desk(policy_id: UUID, user_id: UUID, on: date) -> DeskMatch:
    """Whether the desk may put the policy into the account. NotFoundError."""
    policy = Policy.objects.select_related("insured", "policyholder").filter(pk=policy_id).first()
    if policy is None:
        raise NotFoundError
    return match_of(policy, people.user_card(user_id), on)


def match_of(policy: Policy, user: UserCard, on: date) -> DeskMatch:
    """The same of a row joined with its people."""
    return desk_match(
        holder=_named(user.person) if user.person else None,
        insured=_named(people.card_of(policy.insured)),
        policyholder=_named(people.card_of(policy.policyholder)),
        stands_here=stands_with(user.id, policy.pk),
        on=on,
        child_age=terms_of(policy.version_id).child_age,
    )


def parted(user_id: UUID) -> set[UUID]:
    """Policies that the desk took out of the account: nothing but the desk puts them there again."""
    return set(LinkDecision.objects.filter(user=user_id, apart=True).values_list("policy", flat=True))


def parted_pairs(policy_ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    """The same, of many policies: (policy, account)."""
    rows = LinkDecision.objects.filter(policy__in=list(policy_ids), apart=True)
    return set(rows.values_list("policy", "user"))


def _named(card: PersonCard) -> Named:
    return Named(card.surname, card.given_name, card.patronymic, card.born_on)
