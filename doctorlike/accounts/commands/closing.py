"""An account that its owner gives up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.idp.oidc.models import Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import ProtectedError

from doctorlike.accounts.commands.telling import tell_owner
from doctorlike.accounts.models import Device, EsiaLink, Person, Recovery, User
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked


def tell_account(*, user_id: UUID, text: str, by: Actor, at: datetime) -> None:
    """A word about the account itself to its owner, by e-mail where there is an address, else by SMS. Each call is a
    message of its own."""
    tell_owner(User.objects.get(pk=user_id), text, by=by, at=at)


@transaction.atomic
def close_account(*, user_id: UUID, by: Actor, at: datetime) -> None:
    """End an account: nobody signs in to it again, its sessions, devices and second proofs are gone, phone, e-mail
    address and profile are erased. What contracts and medicine keep is theirs, not the account's. NotFoundError;
    repeating changes nothing."""
    user = locked(User.objects.all(), pk=user_id)
    if not user.is_active:
        return
    get_adapter().end_sessions(list(UserSession.objects.filter(user_id=user_id)))
    Device.objects.filter(user=user).delete()
    Authenticator.objects.filter(user_id=user_id).delete()
    Token.objects.filter(user_id=user_id).delete()
    Recovery.objects.filter(user=user).delete()  # each holds a phone
    EsiaLink.objects.filter(user=user).delete()
    profile_id = user.person_id
    user.is_active = False
    user.phone = user.phone_verified_at = None
    # An account has an address or a phone; this one leads nowhere (RFC 2606) and frees the old one for a new account.
    user.email, user.email_verified_at = f"{user.pk}@closed.invalid", None
    user.person = None
    user.save()
    if profile_id is not None:
        _forget_profile(profile_id)
    audit.record(by=by, at=at, action="account.closed", subject_type="user", subject_id=user_id)


@transaction.atomic
def forget_identities(*, person_ids: list[UUID], by: Actor, at: datetime) -> int:
    """Erase passports, birth places and addresses of those people; returns of how many. Repeating erases nothing
    more."""
    forgotten = Person.objects.filter(pk__in=person_ids, identity__isnull=False).update(identity=None)
    if forgotten:
        audit.record_many(
            by=by, at=at, action="person.identity_erased", subject_type="person", subject_ids=list(person_ids)
        )
    return forgotten


def _forget_profile(person_id: UUID) -> None:
    try:
        with transaction.atomic():
            Person.objects.filter(pk=person_id).delete()
    except ProtectedError:
        # A contract names this very person: their name stays for as long as the contract is kept.
        return
