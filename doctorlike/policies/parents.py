"""Reading who besides the policyholder sees a child's policy, and what an invitation's link leads to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doctorlike.accounts.queries import PersonCard, UserCard, user_card
from doctorlike.kit.dates import Period
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import rules
from doctorlike.policies.models import ParentInvitation, Policy
from doctorlike.policies.reading import PolicyView, view_of
from doctorlike.policies.rules import InvitationState, InvitationStep, LinkRole, Standing

STANDING = (InvitationState.WAITING, InvitationState.ACCEPTED)
_OVER = (Standing.ENDED, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class InvitationView:
    """For the policyholder: `name` and `contact` as they typed them; all instants are true ones. `wrong` is how often
    the child's data did not fit."""

    id: UUID
    policy_id: UUID
    state: InvitationState
    name: str
    contact: str
    contact_kind: str
    sent_at: datetime
    open_until: datetime
    accepted_at: datetime | None
    wrong: int

    def is_old(self, real_at: datetime) -> bool:
        return self.state is InvitationState.WAITING and real_at >= self.open_until


@dataclass(frozen=True, slots=True)
class Shown:
    """What the invited will see, told before they accept."""

    child: PersonCard
    number: str
    period: Period
    child_age: int


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to for whoever opened it. `shown` only once the child's data were proven; `contact_kind` says
    where the link was sent, by phone or by mail, and nothing more."""

    step: InvitationStep
    contact_kind: str
    shown: Shown | None


def invitations_of(policy_ids: list[UUID]) -> dict[UUID, InvitationView]:
    """The latest invitation of each policy, whatever became of it, in one query. The caller has made sure that the
    viewer manages the policies."""
    rows = ParentInvitation.objects.filter(policy__in=policy_ids).order_by("invited_at", "pk")
    return {row.policy_id: _invitation(row) for row in rows}


def invitation_opened(secret: str, user_id: UUID | None, *, on: date, real_at: datetime) -> Opened:
    """For whoever holds the link; `user_id` is None while nobody is signed in, `on` the insurer's date. NotFoundError
    for a secret that was never given or was replaced by a later one."""
    row = ParentInvitation.objects.filter(secret_digest=digest(secret)).first()
    if row is None:
        raise NotFoundError
    user = user_card(user_id) if user_id else None
    policy = policy_of(row)
    step = step_of(row, policy, user, on=on, real_at=real_at)
    shown = None
    if step is InvitationStep.ACCEPT:
        shown = Shown(policy.insured, policy.number, policy.period, policy.terms.child_age)
    return Opened(step, row.contact_kind, shown)


def step_of(
    row: ParentInvitation, policy: PolicyView, user: UserCard | None, *, on: date, real_at: datetime
) -> InvitationStep:
    proven = row.proven_at is not None and real_at - row.proven_at < rules.PROVEN_FOR
    return rules.invitation_step(
        state=InvitationState(row.state),
        open_until=row.open_until,
        real_at=real_at,
        signed_in=user is not None,
        contact_fits=user is not None and row.contact in _contacts(user, row.contact_kind),
        insured_is_child=is_child(policy, on),
        contract_over=policy.standing(on) in _OVER,
        proven=proven and user is not None and row.proven_by_id == user.id,
    )


def policy_of(row: ParentInvitation) -> PolicyView:
    """As jobs see it: whoever holds a link need not have the policy in their account."""
    whole = Policy.objects.select_related("insured", "policyholder", "version__product")
    return view_of(whole.get(pk=row.policy_id))


def is_child(policy: PolicyView, on: date) -> bool:
    return rules.is_child(born_on=policy.insured.born_on, on=on, child_age=policy.terms.child_age)


def manages_child(policy: PolicyView, on: date) -> bool:
    """Whether the viewer of that policy is the policyholder of a child, so that there is another parent to invite."""
    return policy.role == LinkRole.GUARDIAN and is_child(policy, on)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _contacts(user: UserCard, kind: str) -> list[str]:
    # Only verified ones stand on the card.
    value = user.phone if kind == "phone" else user.email
    return [value] if value else []


def _invitation(row: ParentInvitation) -> InvitationView:
    return InvitationView(
        id=row.pk,
        policy_id=row.policy_id,
        state=InvitationState(row.state),
        name=row.name,
        contact=row.contact,
        contact_kind=row.contact_kind,
        sent_at=row.sent_at[-1],
        open_until=row.open_until,
        accepted_at=row.accepted_at,
        wrong=len(row.wrong_at),
    )
