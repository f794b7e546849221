"""The desk links a policy for a client whose phone is gone, or takes it out of an account it does not belong in
(docs/rules/linking.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as people
from doctorlike.accounts.queries import UserCard
from doctorlike.audit import commands as audit
from doctorlike.audit import queries as trail
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock
from doctorlike.notifications import commands as notifications
from doctorlike.policies import linked
from doctorlike.policies.commands.correcting import correct_person
from doctorlike.policies.commands.linking import link_policy, one_at_a_time
from doctorlike.policies.errors import (
    DocumentNotNamedError,
    DoesNotFitError,
    IdentityLockedError,
    NameChangeNeededError,
    NoDocumentError,
    OwnAccountAtDeskError,
)
from doctorlike.policies.facts import PolicyUnlinked
from doctorlike.policies.fitting import DeskFit, DeskMatch, states_document
from doctorlike.policies.models import LinkDecision, Policy, PolicyLink
from doctorlike.policies.rules import LOCK_FOR, WRONG_TRIES, LinkRole

TOPIC = "linking"
NOT_NAMED = "policy.document_not_named"
# Far more than happens to a policy in an hour.
_RECENT_DEEDS = 200


class LinkReason(StrEnum):
    """Why the desk links: every other way has a code."""

    PHONE_GONE = "phone_gone"
    NO_CODE = "no_code"
    WRONG_CONTACT = "wrong_contact"
    NAME_CHANGED = "name_changed"


class UnlinkReason(StrEnum):
    OTHER_PERSON = "other_person"
    SHARED_PHONE = "shared_phone"
    CLIENT_ASKED = "client_asked"
    STAFF_MISTAKE = "staff_mistake"


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document as the client names it."""

    series: str
    number: str


def link_at_desk(
    *,
    policy_id: UUID,
    user_id: UUID,
    document: NamedDocument,
    reason: LinkReason,
    checked_how: str,
    new_document: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> LinkRole:
    """Put the policy into the account of whoever named the document that the contract has of them; returns the role.
    After a change of name `new_document` (as contracts store it) is what the name of the account is taken from: the
    contract is corrected in the same breath. The account and the contract's contact are told in neutral words.
    OwnAccountAtDeskError, DoesNotFitError, NameChangeNeededError, NoDocumentError, DocumentNotNamedError with the tries
    left, IdentityLockedError after five wrong ones in an hour, NotFoundError. Call it outside of a transaction: a wrong
    document must be counted. Repeating is refused, since it stands there already."""
    _refuse_own(user_id, by)
    with transaction.atomic():
        advisory_lock(f"identity at desk {policy_id}")
        left = _tries_left(policy_id, at)
        policy, user, match = _looked_at(policy_id, user_id, at)
        owner = "insured" if match.role is LinkRole.SELF else "policyholder"
        kept = people.identity_of(policy.insured_id if owner == "insured" else policy.policyholder_id)
        if not kept.get("number"):
            raise NoDocumentError
        if match.fit is DeskFit.OTHER_NAME and not new_document:
            raise NameChangeNeededError
        named = states_document(series=document.series, number=document.number, kept=kept)
        if named and match.role is not None:
            if match.fit is DeskFit.OTHER_NAME and new_document:
                _rename(policy, user, owner, new_document, by=by, at=at)
            _link(policy, user, match.role, document, reason, checked_how, new_document, by=by, at=at)
            return match.role
        audit.record(by=by, at=at, action=NOT_NAMED, subject_type="policy", subject_id=policy_id)
    raise DocumentNotNamedError(left=left - 1)


@transaction.atomic
def unlink_at_desk(*, policy_id: UUID, user_id: UUID, reason: UnlinkReason, by: Actor, at: datetime) -> None:
    """Take the policy out of the account; it never comes back there by itself or by number, only by the desk. Publishes
    PolicyUnlinked; the account is told in neutral words. The other parent's access is the policyholder's to end:
    NotFoundError, as when it does not stand there (any more). OwnAccountAtDeskError."""
    _refuse_own(user_id, by)
    one_at_a_time(user_id)
    link = (
        PolicyLink.objects.select_for_update()
        .filter(policy=policy_id, user=user_id)
        .exclude(role=LinkRole.PARENT)
        .first()
    )
    if link is None:
        raise NotFoundError
    link.delete()
    LinkDecision.objects.create(
        policy_id=policy_id,
        user_id=user_id,
        apart=True,
        role=link.role,
        reason=reason,
        decided_at=at,
        decided_by=str(by),
    )
    audit.record(
        by=by,
        at=at,
        action="policy.unlinked",
        subject_type="policy",
        subject_id=policy_id,
        details={"user": str(user_id), "reason": reason},
    )
    facts.publish(PolicyUnlinked(policy_id, user_id, at))
    _tell(people.user_card(user_id), None, by=by, at=at)


def _refuse_own(user_id: UUID, by: Actor) -> None:
    if by == Actor.staff(user_id):
        raise OwnAccountAtDeskError


def _looked_at(policy_id: UUID, user_id: UUID, at: datetime) -> tuple[Policy, UserCard, DeskMatch]:
    one_at_a_time(user_id)
    policy = Policy.objects.select_related("insured", "policyholder").filter(pk=policy_id).first()
    if policy is None:
        raise NotFoundError
    user = people.user_card(user_id)
    match = linked.match_of(policy, user, clock.insurer_date(at))
    if not match.can_link:
        raise DoesNotFitError(fit=match.fit)
    return policy, user, match


def _tries_left(policy_id: UUID, at: datetime) -> int:
    """Operators are talked into much; a document is not found out by going through numbers at the desk."""
    deeds = trail.history(subject_type="policy", subject_id=policy_id, limit=_RECENT_DEEDS)
    wrong = sum(one.action == NOT_NAMED and one.at > at - LOCK_FOR for one in deeds)
    if wrong >= WRONG_TRIES:
        raise IdentityLockedError
    return WRONG_TRIES - wrong


def _rename(
    policy: Policy, user: UserCard, owner: str, new_document: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    person = user.person
    if person is None:
        raise NotFoundError
    names = {"surname": person.surname, "given_name": person.given_name, "patronymic": person.patronymic}
    correct_person(
        policy_id=policy.pk,
        whom="insured" if owner == "insured" else "policyholder",
        names=names,
        identity=dict(new_document),
        reason=LinkReason.NAME_CHANGED,
        by=by,
        at=at,
    )


def _link(
    policy: Policy,
    user: UserCard,
    role: LinkRole,
    document: NamedDocument,
    reason: LinkReason,
    checked_how: str,
    new_document: Mapping[str, Any] | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    told = {"series": document.series, "number": document.number, "new": dict(new_document or {})}
    LinkDecision.objects.create(
        policy=policy,
        user_id=user.id,
        apart=False,
        role=role,
        reason=reason,
        checked_how=checked_how,
        told=told,
        decided_at=at,
        decided_by=str(by),
    )
    link_policy(policy=policy, user_id=user.id, role=role, by=by, at=at)
    audit.record(
        by=by,
        at=at,
        action="policy.identity_checked",
        subject_type="policy",
        subject_id=policy.pk,
        details={"user": str(user.id), "reason": reason, "how": checked_how},
    )
    _tell(user, policy, by=by, at=at)


def _tell(user: UserCard, policy: Policy | None, *, by: Actor, at: datetime) -> None:
    """Neither who nor which policy: the words may reach somebody they do not concern. The contract's own address hears
    of a link too, so that a stranger who talked the desk into one is found out."""
    text = _(
        "Контактный центр изменил список полисов в личном кабинете по обращению клиента. Если вы об этом не просили, "
        "позвоните: {phone}."
    ).format(phone=settings.BRAND.phone)
    addresses = {user.email} if user.email else set()
    if policy is not None and policy.contact_email:
        addresses.add(policy.contact_email)
    for address in sorted(one for one in addresses if one):
        notifications.send_email(
            to=address,
            subject=_("Изменился список полисов"),
            text=f"{text}\n\n{settings.BRAND.product}",
            topic=TOPIC,
            subject_id=user.id,
            by=by,
            at=at,
        )
    if user.phone and not user.email:
        notifications.send_sms(to=user.phone, text=text, topic=TOPIC, subject_id=user.id, by=by, at=at)


__all__ = ["LinkReason", "NamedDocument", "UnlinkReason", "link_at_desk", "unlink_at_desk"]
