"""The child's other parent: invited by the policyholder, proven, let in, and shown out again (docs/rules/linking.md).

`at` is the business instant, `real_at` the true one, which links and tries keep.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from doctorlike.accounts import queries as people
from doctorlike.accounts.rules import Contact
from doctorlike.audit import commands as audit
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.policies import parents, queries, rules
from doctorlike.policies.commands import parents_telling as telling
from doctorlike.policies.errors import (
    ChildGrownError,
    ChildNotMatchedError,
    ContractOverError,
    InvitationChangedError,
    InvitationsSpentError,
    NoChildDocumentError,
    OtherParentKnownError,
    OwnContactError,
)
from doctorlike.policies.facts import PolicyLinked, PolicyUnlinked
from doctorlike.policies.fitting import states_document
from doctorlike.policies.models import ParentInvitation, PolicyLink
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import InvitationEvent, InvitationState, InvitationStep, LinkRole, Standing

PARTED = Actor.system("parted at the desk")


@transaction.atomic
def invite_parent(
    *, user_id: UUID, policy_id: UUID, name: str, contact: Contact, by: Actor, at: datetime, real_at: datetime
) -> UUID:
    """Send the other parent a link that serves seven days; an invitation that still waits ends. NotFoundError for
    anybody but the child's policyholder, ContractOverError, ChildGrownError, NoChildDocumentError, OwnContactError,
    OtherParentKnownError, InvitationsSpentError."""
    _one_at_a_time(policy_id)
    policy = _managed_child(user_id, policy_id, at)
    inviter = people.user_card(user_id)
    if contact.value in (inviter.phone, inviter.email):
        raise OwnContactError
    if not people.identity_of(policy.insured.id).get("number"):
        raise NoChildDocumentError(phone=settings.BRAND.phone)
    if PolicyLink.objects.filter(policy=policy_id, role=LinkRole.PARENT).exists():
        raise OtherParentKnownError
    _refuse_too_many(policy_id, real_at)
    for waiting in ParentInvitation.objects.select_for_update().filter(policy=policy_id, state=InvitationState.WAITING):
        _end(waiting, InvitationEvent.REVOKE, by=by, at=at, real_at=real_at)
    secret = secrets.token_urlsafe(32)
    row = ParentInvitation.objects.create(
        policy_id=policy_id,
        name=name,
        contact_kind=contact.kind,
        contact=contact.value,
        secret_digest=parents.digest(secret),
        sent_at=[real_at],
        open_until=real_at + rules.INVITATION_SERVES,
        invited_at=real_at,
        invited_by_id=user_id,
    )
    _audit(row, "parent.invited", by=by, at=at)
    telling.send_link(row, policy, secret, by=by, at=at)
    return row.pk


@transaction.atomic
def send_invitation_again(*, user_id: UUID, policy_id: UUID, by: Actor, at: datetime, real_at: datetime) -> None:
    """Another link, for seven days from now; the one sent before leads nowhere. Wrong tries stay counted.
    NotFoundError when none waits or for anybody but the policyholder; refusals of `invite_parent`."""
    _one_at_a_time(policy_id)
    policy = _managed_child(user_id, policy_id, at)
    row = locked(ParentInvitation.objects.all(), policy=policy_id, state=InvitationState.WAITING)
    _refuse_too_many(policy_id, real_at)
    secret = secrets.token_urlsafe(32)
    row.secret_digest = parents.digest(secret)
    row.sent_at, row.open_until = [*row.sent_at, real_at], real_at + rules.INVITATION_SERVES
    row.proven_at = row.proven_by = None
    row.save()
    _audit(row, "parent.invited_again", by=by, at=at)
    telling.send_link(row, policy, secret, by=by, at=at)


@transaction.atomic
def revoke_invitation(*, user_id: UUID, policy_id: UUID, by: Actor, at: datetime, real_at: datetime) -> None:
    """The link leads nowhere from now on. Repeating changes nothing. NotFoundError for anybody but the policyholder."""
    _one_at_a_time(policy_id)
    _managed(user_id, policy_id, at)
    for row in ParentInvitation.objects.select_for_update().filter(policy=policy_id, state=InvitationState.WAITING):
        _end(row, InvitationEvent.REVOKE, by=by, at=at, real_at=real_at)


def prove_child(
    *, secret: str, user_id: UUID, born_on: date, series: str, number: str, by: Actor, at: datetime, real_at: datetime
) -> None:
    """The invited tells the child's birth date and document as the contract has them. ChildNotMatchedError with the
    tries left; the fifth wrong one ends the invitation. InvitationChangedError when the link does not lead here (any
    more), NotFoundError for an unknown one. Call it outside of a transaction: a refusal must not undo the count."""
    with transaction.atomic():
        row, policy = _opened(secret, user_id, InvitationStep.PROVE, at, real_at)
        kept = people.identity_of(policy.insured.id)
        fits = born_on == policy.insured.born_on and states_document(series=series, number=number, kept=kept)
        left = rules.WRONG_TRIES - len(row.wrong_at) - (0 if fits else 1)
        if fits:
            row.proven_at, row.proven_by_id = real_at, user_id
            row.save(update_fields=["proven_at", "proven_by"])
            _audit(row, "parent.proven", by=by, at=at)
        else:
            row.wrong_at = [*row.wrong_at, real_at]
            row.save(update_fields=["wrong_at"])
            _audit(row, "parent.not_matched", by=by, at=at)
        if not left:
            _end(row, InvitationEvent.LOCK, by=by, at=at, real_at=real_at)
            telling.tell_inviter(row, telling.locked_words(policy), by=by, at=at)
    if not fits:
        raise ChildNotMatchedError(left=left) if left else InvitationChangedError()


@transaction.atomic
def accept_invitation(*, secret: str, user_id: UUID, by: Actor, at: datetime, real_at: datetime) -> UUID:
    """The child's policy stands in the account as the other parent's from now on; returns the policy. Repeating by the
    same account returns it again. InvitationChangedError when the link does not lead here (any more)."""
    done = ParentInvitation.objects.filter(
        secret_digest=parents.digest(secret), state=InvitationState.ACCEPTED, accepted_by=user_id
    ).first()
    if done is not None:
        return done.policy_id
    row, policy = _opened(secret, user_id, InvitationStep.ACCEPT, at, real_at)
    if PolicyLink.objects.filter(policy=row.policy_id, user=user_id).exists():
        raise InvitationChangedError
    PolicyLink.objects.create(
        policy_id=row.policy_id, user_id=user_id, role=LinkRole.PARENT, linked_at=at, linked_by=str(by)
    )
    row.state, row.accepted_at, row.accepted_by_id = InvitationState.ACCEPTED, real_at, user_id
    row.save(update_fields=["state", "accepted_at", "accepted_by"])
    _audit(row, "parent.accepted", by=by, at=at)
    facts.publish(PolicyLinked(row.policy_id, user_id, at))
    telling.tell_inviter(row, telling.accepted_words(policy), by=by, at=at)
    return row.policy_id


@transaction.atomic
def decline_invitation(*, secret: str, user_id: UUID, by: Actor, at: datetime, real_at: datetime) -> None:
    """The invited does not want it; the policyholder is told. InvitationChangedError when the link does not lead here
    (any more)."""
    row, policy = _opened(secret, user_id, InvitationStep.ACCEPT, at, real_at)
    _end(row, InvitationEvent.DECLINE, by=by, at=at, real_at=real_at)
    telling.tell_inviter(row, telling.declined_words(policy), by=by, at=at)


@transaction.atomic
def end_parent_access(*, user_id: UUID, policy_id: UUID, by: Actor, at: datetime, real_at: datetime) -> None:
    """The policyholder ends it: from now on the other parent meets no page of the child's. Repeating changes nothing.
    NotFoundError for anybody but the policyholder."""
    _one_at_a_time(policy_id)
    policy = _managed(user_id, policy_id, at)
    for link in PolicyLink.objects.select_for_update().filter(policy=policy_id, role=LinkRole.PARENT):
        _unlink(link, policy, "parent.access_ended", by=by, at=at, real_at=real_at)
        telling.tell_account(link.user_id, telling.ended_words(policy), by=by, at=at)


@transaction.atomic
def leave_child(*, user_id: UUID, policy_id: UUID, by: Actor, at: datetime, real_at: datetime) -> None:
    """The other parent gives the access up; the policyholder is told. NotFoundError when there is none."""
    _one_at_a_time(policy_id)
    link = locked(PolicyLink.objects.all(), policy=policy_id, user=user_id, role=LinkRole.PARENT)
    policy = queries.policy(policy_id)
    for row in _unlink(link, policy, "parent.left", by=by, at=at, real_at=real_at):
        telling.tell_inviter(row, telling.left_words(policy), by=by, at=at)


@transaction.atomic
def end_access_given_by(fact: PolicyUnlinked) -> None:
    """The policy never belonged in that account: whom its holder invited goes with it. Safe to repeat."""
    _one_at_a_time(fact.policy_id)
    given = ParentInvitation.objects.filter(policy=fact.policy_id, invited_by=fact.user_id)
    told: dict[str, Any] = {"by": PARTED, "at": fact.at, "real_at": clock.real_now()}
    for row in given.select_for_update().filter(state=InvitationState.WAITING):
        _end(row, InvitationEvent.REVOKE, **told)
    accounts = given.filter(state=InvitationState.ACCEPTED).values("accepted_by")
    for link in PolicyLink.objects.filter(policy=fact.policy_id, role=LinkRole.PARENT, user__in=accounts):
        policy = queries.policy(fact.policy_id)
        _unlink(link, policy, "parent.access_ended", **told)
        telling.tell_account(link.user_id, telling.ended_words(policy), by=PARTED, at=fact.at)


def _unlink(
    link: PolicyLink, policy: PolicyView, action: str, *, by: Actor, at: datetime, real_at: datetime
) -> list[ParentInvitation]:
    link_of = link.user_id
    PolicyLink.objects.filter(pk=link.pk).delete()
    ended = list(
        ParentInvitation.objects.select_for_update().filter(
            policy=policy.id, state=InvitationState.ACCEPTED, accepted_by=link_of
        )
    )
    for row in ended:
        _end(row, InvitationEvent.END, by=by, at=at, real_at=real_at, action=action)
    return ended


def _managed(user_id: UUID, policy_id: UUID, at: datetime) -> PolicyView:
    policy = queries.policy_for(user_id, policy_id, clock.insurer_date(at))
    if policy.role != LinkRole.GUARDIAN:
        raise NotFoundError
    return policy


def _managed_child(user_id: UUID, policy_id: UUID, at: datetime) -> PolicyView:
    policy, on = _managed(user_id, policy_id, at), clock.insurer_date(at)
    if policy.standing(on) in (Standing.ENDED, Standing.CANCELLED):
        raise ContractOverError
    if not parents.is_child(policy, on):
        raise ChildGrownError
    return policy


def _opened(
    secret: str, user_id: UUID, wanted: InvitationStep, at: datetime, real_at: datetime
) -> tuple[ParentInvitation, PolicyView]:
    """The invitation behind a link, locked, where its visitor may do `wanted`."""
    found = ParentInvitation.objects.filter(secret_digest=parents.digest(secret)).first()
    if found is None:
        raise NotFoundError
    _one_at_a_time(found.policy_id)
    row = locked(ParentInvitation.objects.all(), pk=found.pk)
    if row.secret_digest != found.secret_digest:
        raise NotFoundError
    policy = parents.policy_of(row)
    step = parents.step_of(row, policy, people.user_card(user_id), on=clock.insurer_date(at), real_at=real_at)
    if step is not wanted:
        raise InvitationChangedError
    return row, policy


def _refuse_too_many(policy_id: UUID, real_at: datetime) -> None:
    sent = ParentInvitation.objects.filter(policy=policy_id).values_list("sent_at", flat=True)
    if not rules.may_send_invitation([instant for row in sent for instant in row], at=real_at):
        raise InvitationsSpentError


def _end(
    row: ParentInvitation, event: InvitationEvent, *, by: Actor, at: datetime, real_at: datetime, action: str = ""
) -> None:
    """What the policyholder typed about the other parent is forgotten with it."""
    state = rules.next_invitation_state(InvitationState(row.state), event)
    if state is None:
        raise InvitationChangedError
    row.state, row.ended_at, row.ended_by = state, real_at, str(by)
    row.name = row.contact = ""
    row.save(update_fields=["state", "ended_at", "ended_by", "name", "contact"])
    _audit(row, action or f"parent.{state}", by=by, at=at)


def _audit(row: ParentInvitation, action: str, *, by: Actor, at: datetime) -> None:
    audit.record(
        by=by, at=at, action=action, subject_type="policy", subject_id=row.policy_id,
        details={"invitation": str(row.pk)},
    )  # fmt: skip


def _one_at_a_time(policy_id: UUID) -> None:
    advisory_lock(f"parents of {policy_id}")
