"""The insured's own account: the policyholder invites, the insured follows the link (docs/rules/coming-of-age.md)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as people
from doctorlike.accounts.rules import Contact
from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.notifications import commands as notifications
from doctorlike.policies import of_age, queries, rules
from doctorlike.policies.commands.linking import link_insured, link_matching_policies
from doctorlike.policies.errors import (
    InvitationRestsError,
    NotInsuredsContactError,
    OwnAccountChangedError,
    OwnAccountOpenError,
    OwnAccountRefusedError,
    TooEarlyToInviteError,
)
from doctorlike.policies.linked import parted
from doctorlike.policies.models import InsuredInvitation, Policy, PolicyLink
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import LinkRole, OwnAccountStep
from doctorlike.ui.words import day

TOPIC = "own_account"
BY_INVITATION = Actor.system("invited contact")


@transaction.atomic
def invite_insured(
    *, policy_id: UUID, user_id: UUID, contact: Contact, by: Actor, at: datetime, real_at: datetime
) -> None:
    """Name the insured's own phone or address, and send a link there; whoever is named anew gets a new link, and the
    earlier one ends. NotFoundError for whoever did not conclude the contract for somebody else, OwnAccountOpenError
    once the insured has the policy, TooEarlyToInviteError, NotInsuredsContactError, InvitationRestsError after three in
    24 true hours."""
    on = clock.insurer_date(at)
    policy = queries.contract_for(user_id, policy_id, on, of_policyholder=True).view
    adult = people.user_card(user_id)
    if not of_age.is_own(policy) and queries.own_accounts([policy_id]):
        raise OwnAccountOpenError(phone=settings.BRAND.phone)
    if contact.value in (adult.phone, adult.email):
        raise NotInsuredsContactError
    name_insured_contact(policy=policy, contact=contact, by=by, at=at, real_at=real_at)


@transaction.atomic
def name_insured_contact(*, policy: PolicyView, contact: Contact, by: Actor, at: datetime, real_at: datetime) -> None:
    """The same for whoever may speak for the contract: the insurer's people, once they have identified the insured."""
    on = clock.insurer_date(at)
    if of_age.is_own(policy):
        raise NotFoundError
    if on < of_age.may_invite_from(policy):
        raise TooEarlyToInviteError(day=day(of_age.may_invite_from(policy)))
    if contact.value in _adults_contacts(policy):
        raise NotInsuredsContactError
    advisory_lock(f"own account of {policy.id}")
    row = InsuredInvitation.objects.filter(policy=policy.id).first()
    sent = [one for one in (row.sent_at if row else []) if real_at - one < rules.INVITATION_DAY]
    if not rules.may_send_invitation(sent, at=real_at):
        raise InvitationRestsError
    secret = secrets.token_urlsafe(32)
    row = row or InsuredInvitation(policy_id=policy.id)
    row.phone = contact.value if contact.kind == "phone" else ""
    row.email = contact.value if contact.kind == "email" else ""
    row.secret_digest, row.wrong_at, row.sent_at = of_age.digest(secret), [], [*sent, real_at]
    row.last_on = of_age.serves_through(sent_on=on, of_age_on=of_age.of_age_on(policy))
    row.invited_at, row.invited_by, row.accepted_at, row.accepted_by_id = at, str(by), None, None
    row.save()
    audit.record(by=by, at=at, action="policy.insured_invited", subject_type="policy", subject_id=policy.id)
    _send_link(row, contact, secret, of_age_on_words=_from_when(policy, at), by=by, at=at)
    link_invited(row, at=at)


def link_invited(row: InsuredInvitation, *, at: datetime) -> None:
    """The account that has the named contact verified already, and fits, gets the policy without the link."""
    for user in people.users_by_contact(phone=row.phone, email=row.email):
        link_matching_policies(user_id=user.id, by=BY_INVITATION, at=at)


def accept_own_account(*, secret: str, user_id: UUID, by: Actor, at: datetime, real_at: datetime) -> UUID:
    """The insured follows the link in an account of their own: the policy, and the insured's others of the same
    contract parties, stand there from now on. Returns the policy; repeating in that account returns it again.
    OwnAccountRefusedError when the account's birth date does not fit (the fifth ends the link), OwnAccountChangedError
    when the link leads elsewhere by now, NotFoundError for a made-up one. Call it outside of a transaction: a refusal
    must not roll back the count."""
    with transaction.atomic():
        row = locked(InsuredInvitation.objects.all(), secret_digest=of_age.digest(secret))
        if row.accepted_at is not None and row.accepted_by_id == user_id:
            return row.policy_id
        if of_age.opened(row, user_id, clock.insurer_date(at)).step is not OwnAccountStep.ACCEPT:
            raise OwnAccountChangedError
        fits = _fits(row.policy, user_id)
        if fits:
            link_insured(user_id=user_id, policies=_of_same_insured(row.policy), by=by, at=at)
            row.accepted_at, row.accepted_by_id = at, user_id
            row.save(update_fields=["accepted_at", "accepted_by"])
        else:
            row.wrong_at = [*row.wrong_at, real_at]
            row.save(update_fields=["wrong_at"])
    if not fits:
        raise OwnAccountRefusedError(phone=settings.BRAND.phone)
    return row.policy_id


def _fits(policy: Policy, user_id: UUID) -> bool:
    """Whose birth date the account has; an account in which the policy stands as somebody else's, or that the desk has
    parted from it, is not the insured's."""
    person = people.user_card(user_id).person
    others = PolicyLink.objects.filter(policy=policy, user=user_id).exclude(role=LinkRole.SELF)
    if person is None or person.born_on != policy.insured.born_on:
        return False
    return not others.exists() and policy.pk not in parted(user_id)


def _of_same_insured(policy: Policy) -> list[Policy]:
    """The policy and others that the same policyholder concluded for the same human being."""
    return list(
        Policy.objects.filter(
            contact_phone=policy.contact_phone,
            insured__born_on=policy.insured.born_on,
            insured__surname=policy.insured.surname,
            insured__given_name=policy.insured.given_name,
        )
        .exclude(insured=policy.policyholder_id)
        .select_related("insured", "policyholder")
    )


def _adults_contacts(policy: PolicyView) -> set[str]:
    """Those of the contract, and those of the accounts in which it stands as a child's."""
    users = PolicyLink.objects.filter(policy=policy.id).exclude(role=LinkRole.SELF).values_list("user", flat=True)
    cards = people.user_cards(users).values()
    named = {policy.contact_phone, policy.contact_email, *queries.holder_contacts(policy.id)}
    return named | {one for card in cards for one in (card.phone, card.email) if one}


def _from_when(policy: PolicyView, at: datetime) -> str:
    """Empty once the insured may come at once."""
    begins_on = of_age.of_age_on(policy)
    return day(begins_on) if clock.insurer_date(at) < begins_on else ""


def _send_link(
    row: InsuredInvitation, contact: Contact, secret: str, *, of_age_on_words: str, by: Actor, at: datetime
) -> None:
    """To a contact nobody has proven yet: the link and its days, nothing of a person or a contract."""
    told = {
        "product": settings.BRAND.product,
        "link": settings.SITE_URLS["portal"]
        + reverse("coming_of_age:open", urlconf=settings.URLCONFS["portal"], kwargs={"secret": secret}),
        "from_day": of_age_on_words,
        "until": day(row.last_on),
        "phone": settings.BRAND.phone,
        "insurer": settings.BRAND.insurer,
    }
    if contact.kind == "phone":
        text = _("Ваш собственный кабинет «{product}»: {link} Ссылка действует до {until}.")
        if of_age_on_words:
            text = _("Ваш собственный кабинет «{product}» откроется {from_day}: {link} Ссылка действует до {until}.")
        notifications.send_sms(
            to=contact.value, text=text.format(**told), topic=TOPIC, subject_id=row.pk, by=by, at=at, secret=True
        )
        return
    text = _(
        "Здравствуйте!\n\nВас приглашают в собственный кабинет «{product}». Всё, что касается вас лично, увидите в нём "
        "только вы. Откройте ссылку и войдите со своим телефоном или почтой.\n\n{link}\n\nСсылка действует до {until}, "
        "один раз. Если вы не знаете, от кого она, ничего не делайте.\n\nВопросы: {phone}.\n{insurer}"
    )
    if of_age_on_words:
        text = _(
            "Здравствуйте!\n\nВас приглашают в собственный кабинет «{product}». Он откроется {from_day}: с этого дня "
            "всё, что касается вас лично, увидите в нём только вы. Откройте ссылку и войдите со своим телефоном или "
            "почтой.\n\n{link}\n\nСсылка действует до {until}, один раз. Если вы не знаете, от кого она, ничего не "
            "делайте.\n\nВопросы: {phone}.\n{insurer}"
        )
    notifications.send_email(
        to=contact.value,
        subject=_("{product}: ваш собственный кабинет").format(**told),
        text=text.format(**told),
        topic=TOPIC,
        subject_id=row.pk,
        by=by,
        at=at,
        secret=True,
    )
