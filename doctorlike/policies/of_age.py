"""Reading what concerns the insured's own account: who is reached how, the invitation, where its link leads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from doctorlike.accounts.queries import user_card, user_cards
from doctorlike.accounts.rules import Contact
from doctorlike.kit.dates import birthday
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import rules
from doctorlike.policies.models import HandedOver, InsuredInvitation, Policy, PolicyLink
from doctorlike.policies.reading import PolicyView
from doctorlike.policies.rules import LinkRole, OwnAccountStep
from doctorlike.products.queries import terms_of


@dataclass(frozen=True, slots=True)
class OwnAccountInvitation:
    """For the policyholder: where the link was sent, as they typed it, and through which day it serves."""

    contact: Contact
    sent_at: datetime
    last_on: date
    accepted_at: datetime | None
    locked: bool

    def is_old(self, on: date) -> bool:
        return self.accepted_at is None and on > self.last_on


@dataclass(frozen=True, slots=True)
class OwnAccountOpened:
    """What a link leads to. Nothing of the insured or the contract is in it but the day from which it serves."""

    step: OwnAccountStep
    of_age_on: date
    last_on: date
    tries_left: int


def of_age_on(policy: PolicyView) -> date:
    """From that day (insurer's calendar) only the insured sees what is done under the policy."""
    return birthday(policy.insured.born_on, policy.terms.child_age)


def may_invite_from(policy: PolicyView) -> date:
    return of_age_on(policy) - rules.BIRTHDAY_AHEAD


def is_own(policy: PolicyView) -> bool:
    """Whether insured and policyholder are one human being."""
    return policy.insured.id == policy.policyholder.id


def own_account_invitation(policy_id: UUID) -> OwnAccountInvitation | None:
    """The caller has made sure that the viewer is the policyholder."""
    row = InsuredInvitation.objects.filter(policy=policy_id).first()
    if row is None:
        return None
    locked = len(row.wrong_at) >= rules.WRONG_TRIES
    return OwnAccountInvitation(contact_of(row), row.invited_at, row.last_on, row.accepted_at, locked)


def own_account_opened(secret: str, user_id: UUID | None, *, on: date) -> OwnAccountOpened:
    """For whoever holds the link; `user_id` is None while nobody is signed in. NotFoundError for a secret that was
    never given or was replaced by a later one."""
    row = InsuredInvitation.objects.select_related("policy__insured").filter(secret_digest=digest(secret)).first()
    if row is None:
        raise NotFoundError
    return opened(row, user_id, on)


def opened(row: InsuredInvitation, user_id: UUID | None, on: date) -> OwnAccountOpened:
    begins_on = birthday(row.policy.insured.born_on, terms_of(row.policy.version_id).child_age)
    step = rules.own_account_step(
        accepted=row.accepted_at is not None,
        wrong_tries=len(row.wrong_at),
        of_age_on=begins_on,
        last_on=row.last_on,
        on=on,
        signed_in=user_id is not None,
        has_profile=user_id is not None and user_card(user_id).person is not None,
    )
    return OwnAccountOpened(step, begins_on, row.last_on, rules.WRONG_TRIES - len(row.wrong_at))


def insured_contact(policy: PolicyView, on: date) -> tuple[str, str]:
    """(phone, e-mail) at which the insured, or a child's adult, is told what concerns the insured alone; empty where
    nobody but the payer is known. The insured's own account comes first; whoever only pays is never among them."""
    return insured_contacts([policy], on)[policy.id]


def insured_contacts(policies: Iterable[PolicyView], on: date) -> dict[UUID, tuple[str, str]]:
    """As `insured_contact`, of many, one for every policy asked. At most four queries."""
    asked = {policy.id: policy for policy in policies}
    found = _own_contacts(asked)
    theirs = [one for one in asked.values() if one.id not in found and not is_own(one) and on >= of_age_on(one)]
    ids = [one.id for one in theirs]
    handed = set(HandedOver.objects.filter(policy__in=ids).values_list("policy", flat=True)) if ids else set()
    named = {one.id for one in theirs if one.id not in handed}
    found |= {
        policy_id: (one.contact_phone, one.contact_email)
        for policy_id, one in asked.items()
        if policy_id not in found and policy_id not in named
    }
    rows = InsuredInvitation.objects.filter(policy__in=named).values_list("policy", "phone", "email") if named else ()
    found |= {policy_id: (phone, email) for policy_id, phone, email in rows}
    return {policy_id: found.get(policy_id, ("", "")) for policy_id in asked}


def _own_contacts(policy_ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Of the insured's own accounts, the first linked of each policy."""
    links = PolicyLink.objects.filter(policy__in=list(policy_ids), role=LinkRole.SELF).order_by("linked_at", "pk")
    first: dict[UUID, UUID] = {}
    for policy_id, user_id in links.values_list("policy", "user"):
        first.setdefault(policy_id, user_id)
    users = user_cards(first.values()) if first else {}
    told = {policy_id: users[user_id] for policy_id, user_id in first.items() if user_id in users}
    return {
        policy_id: (user.phone or "", user.email or "") for policy_id, user in told.items() if user.phone or user.email
    }


def code_goes_to(policy: Policy, role: LinkRole) -> str:
    """Where the code goes that links a policy by its number, or nothing: a contact named as the insured's own comes
    first; one of the contract is an adult's once an adult's account had this child's policies."""
    if role is not LinkRole.SELF or policy.insured_id == policy.policyholder_id:
        return policy.contact_phone
    invited = InsuredInvitation.objects.filter(policy=policy).first()
    if invited is not None:
        return invited.phone or invited.email
    return "" if contacts_are_an_adults(policy) else policy.contact_phone


def proves_insured(policy: Policy, *, phone: str | None, email: str | None) -> bool:
    """Whether a verified contact of an account, together with the birth date, shows that its holder is the insured."""
    if policy.insured_id == policy.policyholder_id:
        return True
    named = InsuredInvitation.objects.filter(policy=policy).values_list("phone", "email").first()
    if named and ((phone and named[0] == phone) or (email and named[1] == email)):
        return True
    return not contacts_are_an_adults(policy)


def contacts_are_an_adults(policy: Policy) -> bool:
    """Whether the contract's phone and address are known to be the adult's: a policy of the same insured with the same
    contact stands in an adult's account, and this one was not handed over as a gift."""
    if HandedOver.objects.filter(policy=policy).exists():
        return False
    return PolicyLink.objects.filter(
        role=LinkRole.GUARDIAN,
        policy__contact_phone=policy.contact_phone,
        policy__insured__born_on=policy.insured.born_on,
    ).exists()


def contact_of(row: InsuredInvitation) -> Contact:
    return Contact("phone", row.phone) if row.phone else Contact("email", row.email)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def serves_through(*, sent_on: date, of_age_on: date) -> date:
    """The last day of a link: thirty days after it may first be followed."""
    return max(sent_on, of_age_on) + rules.OWN_ACCOUNT_SERVES - timedelta(days=1)
