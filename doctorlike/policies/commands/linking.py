"""Whose account a policy stands in (docs/rules/linking.md)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, UUIDField

from doctorlike.accounts import commands as accounts
from doctorlike.accounts import queries as people
from doctorlike.accounts.commands.codes import expect_code
from doctorlike.accounts.errors import CodeError
from doctorlike.accounts.facts import ContactVerified
from doctorlike.accounts.queries import UserCard
from doctorlike.accounts.rules.codes import is_expired
from doctorlike.audit import commands as audit
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.reads import Read, Told
from doctorlike.policies.errors import LinkingLockedError, LinkRefusedError, LinkTryOldError, ProfileNeededError
from doctorlike.policies.facts import PoliciesImported, PolicyIssued, PolicyLinked
from doctorlike.policies.linked import parted, parted_pairs
from doctorlike.policies.models import InsuredInvitation, LinkTry, Policy, PolicyLink
from doctorlike.policies.of_age import code_goes_to, proves_insured
from doctorlike.policies.rules import LOCK_FOR, LinkRole, locked_until, normal_number, role_for
from doctorlike.products.queries import terms_of

CODE_PURPOSE = "link_policy"
BY_THEMSELVES = Actor.system("matching contacts")
_contacts = Read(
    lambda: Policy.objects.filter(pk=Told("policy_id", UUIDField())).values_list("contact_phone", "contact_email"),
    prepared=True,
)


@transaction.atomic
def link_matching_policies(*, user_id: UUID, by: Actor, at: datetime) -> list[UUID]:
    """Link every policy bought under the account's verified phone or e-mail, or whose insured was invited there, and
    whose birth date fits; returns the policies newly linked. Repeating is safe. Without a profile nothing is linked."""
    one_at_a_time(user_id)
    user = people.user_card(user_id)
    if user.person is None:
        return []
    invited = Q(phone=user.phone or "-") | Q(email=user.email or "-")
    # Asked on its own: joined by OR, it would keep the contacts' indexes from being used.
    contact = Q(pk__in=list(InsuredInvitation.objects.filter(invited).values_list("policy", flat=True)))
    if user.phone:
        contact |= Q(contact_phone=user.phone)
    if user.email:
        contact |= Q(contact_email=user.email)
    candidates = (
        Policy.objects.filter(contact)
        .exclude(pk__in=PolicyLink.objects.filter(user=user_id).values("policy"))
        .exclude(pk__in=parted(user_id))
        .select_related("insured", "policyholder")
    )
    fitting = [(policy, user_id, role) for policy in candidates if (role := _proven(policy, user, at)) is not None]
    _link(fitting, by=by, at=at)
    return [policy.pk for policy, _, _ in fitting]


def link_insured(*, user_id: UUID, policies: Iterable[Policy], by: Actor, at: datetime) -> None:
    """Link these policies, joined with their people, in the insured's own account: those not there yet, of an age for
    it and not parted from it by the desk."""
    one_at_a_time(user_id)
    user = people.user_card(user_id)
    there = {*PolicyLink.objects.filter(user=user_id).values_list("policy", flat=True), *parted(user_id)}
    fitting = [one for one in policies if one.pk not in there and _role(one, user, at) is LinkRole.SELF]
    _link([(one, user_id, LinkRole.SELF) for one in fitting], by=by, at=at)


def on_contact_verified(fact: ContactVerified) -> None:
    link_matching_policies(user_id=fact.user_id, by=BY_THEMSELVES, at=fact.at)


def link_issued_policy(fact: PolicyIssued) -> None:
    """A policy just bought appears in the accounts that already have its verified phone or e-mail."""
    ((phone, email),) = _contacts(policy_id=fact.policy_id)
    for user in people.users_by_contact(phone=phone, email=email):
        link_matching_policies(user_id=user.id, by=BY_THEMSELVES, at=fact.at)


def link_imported_policies(fact: PoliciesImported) -> None:
    """Policies concluded elsewhere appear in the accounts that already have their verified contacts: set by set, since
    a list is long."""
    rows = list(
        Policy.objects.filter(pk__in=fact.policy_ids)
        .select_related("insured", "policyholder")
        .defer("insured__identity", "policyholder__identity")
    )
    users = people.users_by_contacts(
        phones=(row.contact_phone for row in rows), emails=(row.contact_email for row in rows)
    )
    for user in sorted(users, key=lambda one: one.id):
        one_at_a_time(user.id)
    by_contact: dict[str, list[UserCard]] = {}
    for user in users:
        for contact in filter(None, (user.phone, user.email)):
            by_contact.setdefault(contact, []).append(user)
    fitting: dict[tuple[UUID, UUID], tuple[Policy, UUID, LinkRole]] = {}
    for row in rows:
        for contact in (row.contact_phone, row.contact_email):
            for user in by_contact.get(contact, ()):
                if (role := _proven(row, user, fact.at)) is not None:
                    fitting[row.pk, user.id] = (row, user.id, role)
    known = set(PolicyLink.objects.filter(policy__in=fact.policy_ids).values_list("policy", "user"))
    known |= parted_pairs(fact.policy_ids)
    _link([one for pair, one in fitting.items() if pair not in known], by=BY_THEMSELVES, at=fact.at)


@transaction.atomic
def link_by_number(*, user_id: UUID, number: str, born_on: date, by: Actor, at: datetime, real_at: datetime) -> UUID:
    """Begin linking by number and the insured's birth date; returns the try to confirm with a code. When they fit a
    policy that may stand in this account, the code goes to the phone on the policy, or to the contact named as the
    insured's own (`of_age.code_goes_to`); otherwise nothing is sent, and the answer is the same. `real_at` is the true
    instant, which codes and the lock keep.
    ProfileNeededError, LinkingLockedError."""
    from doctorlike.policies.tasks import send_code_of_try  # the task calls back into this package

    one_at_a_time(user_id)
    _refuse_when_locked(user_id, real_at)
    user = people.user_card(user_id)
    if user.person is None:
        raise ProfileNeededError
    policy = (
        Policy.objects.filter(number=normal_number(number), insured__born_on=born_on)
        .select_related("insured", "policyholder")
        .first()
    )
    # What the desk has parted meets the same pages as a number that does not exist.
    apart = parted(user_id)
    role = _role(policy, user, at) if policy and policy.pk not in apart else None
    started = LinkTry.objects.create(
        user_id=user_id, policy=policy if role else None, role=role or "", started_at=real_at
    )
    # A job sends the code, or finds that there is none to send: here both take the same time.
    send_code_of_try.configure(priority=100).defer(try_id=str(started.pk))
    return started.pk


@transaction.atomic
def send_link_code(*, try_id: UUID, by: Actor) -> bool:
    """Send the code of a try; False when nothing fits it, or nobody but the insured's adult would be reached. A code
    serves from the instant the try began. Repeating within a minute sends nothing twice."""
    row = LinkTry.objects.select_related("policy").filter(pk=try_id, linked_at__isnull=True).first()
    if row is None:
        return False
    to = code_goes_to(row.policy, LinkRole(row.role)) if row.policy else ""
    if row.policy is None or not to:
        row.policy, row.role = None, ""
        row.save(update_fields=["policy", "role"])
        # Entering a code takes as long then as where one was sent.
        expect_code(purpose=CODE_PURPOSE, subject_id=row.pk, at=row.started_at)
        return False
    _send_code(row.policy, to, by=by, real_at=row.started_at)
    return True


def confirm_link(*, user_id: UUID, try_id: UUID, code: str, by: Actor, at: datetime, real_at: datetime) -> UUID:
    """Link the policy of the try when the code is right; returns the policy. Repeating after success returns it again.
    LinkRefusedError for anything wrong, LinkTryOldError after a code's five minutes whether or not one was sent,
    LinkingLockedError from the fifth wrong try on, NotFoundError for a try of somebody else. Call it outside of a
    transaction: a refusal must not roll back the count."""
    with transaction.atomic():
        one_at_a_time(user_id)
        found = _try_of(user_id, try_id)
        if found.linked_at and found.policy_id:
            return found.policy_id
        _refuse_when_locked(user_id, real_at)
        if is_expired(found.started_at, real_at):
            raise LinkTryOldError
    try:
        # Of a try that fits nothing no code was sent, and it is looked for all the same.
        accounts.check_code(purpose=CODE_PURPOSE, subject_id=found.policy_id or found.pk, code=code, at=real_at)
        if found.policy_id is None:
            raise LinkRefusedError
    except (CodeError, LinkRefusedError):
        _note_wrong_code(user_id, try_id, real_at)
        raise LinkRefusedError from None
    with transaction.atomic():
        one_at_a_time(user_id)
        policy = Policy.objects.select_related("insured", "policyholder").get(pk=found.policy_id)
        # Since the try began the profile may have changed, a child have come of age, the desk have parted the two.
        role = _role(policy, people.user_card(user_id), at)
        if role is None or policy.pk in parted(user_id):
            raise LinkRefusedError
        if not PolicyLink.objects.filter(user=user_id, policy=policy).exists():
            _link([(policy, user_id, role)], by=by, at=at)
        LinkTry.objects.filter(pk=try_id).update(linked_at=real_at)
    return policy.pk


def _role(policy: Policy, user: UserCard, at: datetime) -> LinkRole | None:
    if user.person is None:
        return None
    return role_for(
        holder_born_on=user.person.born_on,
        insured_born_on=policy.insured.born_on,
        policyholder_born_on=policy.policyholder.born_on,
        on=clock.insurer_date(at),
        child_age=terms_of(policy.version_id).child_age,
    )


def _proven(policy: Policy, user: UserCard, at: datetime) -> LinkRole | None:
    """The role that a verified contact and the birth date give: an adult's contact makes no teenager's account."""
    role = _role(policy, user, at)
    if role is LinkRole.SELF and not proves_insured(policy, phone=user.phone, email=user.email):
        return None
    return role


def link_policy(*, policy: Policy, user_id: UUID, role: LinkRole, by: Actor, at: datetime) -> None:
    """Put one policy into an account in which it does not stand; the caller has made sure that it belongs there."""
    _link([(policy, user_id, role)], by=by, at=at)


def _link(fitting: Iterable[tuple[Policy, UUID, LinkRole]], *, by: Actor, at: datetime) -> None:
    links = [
        PolicyLink(policy=policy, user_id=user_id, role=role, linked_at=at, linked_by=str(by))
        for policy, user_id, role in fitting
    ]
    PolicyLink.objects.bulk_create(links)
    audit.record_many(
        by=by, at=at, action="policy.linked", subject_type="policy", subject_ids=[link.policy_id for link in links]
    )
    for link in links:
        facts.publish(PolicyLinked(link.policy_id, link.user_id, at))


def _send_code(policy: Policy, to: str, *, by: Actor, real_at: datetime) -> None:
    # Asking too often must look like everything else; the code sent before still works for this policy.
    try:
        accounts.send_code(purpose=CODE_PURPOSE, to=to, subject_id=policy.pk, at=real_at, by=by)
    except CodeError:
        return


def one_at_a_time(user_id: UUID) -> None:
    """Whatever links policies to an account is done one after another."""
    advisory_lock(f"linking by {user_id}")


def _try_of(user_id: UUID, try_id: UUID) -> LinkTry:
    try:
        return LinkTry.objects.get(pk=try_id, user=user_id)
    except LinkTry.DoesNotExist:
        raise NotFoundError from None


@transaction.atomic
def _note_wrong_code(user_id: UUID, try_id: UUID, real_at: datetime) -> None:
    one_at_a_time(user_id)
    row = locked(LinkTry.objects.all(), pk=try_id)
    row.wrong_codes_at = [*row.wrong_codes_at, real_at]
    row.save(update_fields=["wrong_codes_at"])


def _refuse_when_locked(user_id: UUID, real_at: datetime) -> None:
    """A wrong try is a wrong code, or a number given up for another one without a code ever being tried: numbers
    cannot be gone through without end, whether they exist or not."""
    recent = list(
        LinkTry.objects.filter(user=user_id, started_at__gt=real_at - 3 * LOCK_FOR).order_by("started_at", "pk")
    )
    linked = max((row.linked_at for row in recent if row.linked_at), default=None)
    wrong_at = [instant for row in recent for instant in row.wrong_codes_at]
    wrong_at += [row.started_at for row in recent[:-1] if not row.wrong_codes_at and not row.linked_at]
    if linked:
        wrong_at = [instant for instant in wrong_at if instant > linked]
    if until := locked_until(wrong_at=wrong_at, at=real_at):
        minutes = math.ceil((until - real_at).total_seconds() / 60)
        raise LinkingLockedError(minutes=minutes, phone=settings.BRAND.phone)
