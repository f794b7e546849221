"""Who comes in: accounts found or opened by a verified phone or e-mail address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from doctorlike.accounts.commands.recovering import cancel_waiting
from doctorlike.accounts.commands.telling import tell_old_contact
from doctorlike.accounts.errors import (
    AccountClosedError,
    ContactTakenError,
    NoStaffAccountError,
    OldContactUnprovenError,
)
from doctorlike.accounts.facts import ContactVerified
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact, OldProof
from doctorlike.accounts.rules.contacts import old_proof_needed
from doctorlike.audit import commands as audit
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked


@dataclass(frozen=True, slots=True)
class SignedIn:
    user_id: UUID
    is_new: bool


@transaction.atomic
def enter_account(*, contact: Contact, by: Actor, at: datetime) -> SignedIn:
    """The account of a phone or e-mail address whose owner has just entered the code sent to it; opens one when there
    is none. Repeating finds the same account, also from two places at once. AccountClosedError."""
    reached_by: dict[str, Any] = {contact.kind: contact.value}
    user, is_new = User.objects.select_for_update(of=("self",)).get_or_create(**reached_by)
    if not user.is_active:
        raise AccountClosedError
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        audit.record(by=by, at=at, action="account.opened", subject_type="user", subject_id=user.pk)
    _verify(user, contact, at)
    if contact.kind == "phone":
        # Whoever holds the phone has not lost it.
        cancel_waiting(user, ended_by="sign-in with the phone", by=Actor.user(user.pk), at=at)
    audit.record(
        by=Actor.user(user.pk), at=at, action="account.entered", subject_type="user", subject_id=user.pk,
        details={"by": contact.kind},
    )  # fmt: skip
    return SignedIn(user.pk, is_new)


@transaction.atomic
def enter_staff_site(*, contact: Contact, by: Actor, at: datetime) -> SignedIn:
    """The account of somebody at work, by the e-mail address whose owner has just entered the code; nothing is opened
    here. NoStaffAccountError when the address has none, or it has no role any more."""
    user = User.objects.select_for_update(of=("self",)).filter(email=contact.value, is_active=True).first()
    if contact.kind != "email" or user is None or not user.roles:
        raise NoStaffAccountError
    _verify(user, contact, at)
    audit.record(by=Actor.staff(user.pk), at=at, action="staff.entered", subject_type="user", subject_id=user.pk)
    return SignedIn(user.pk, False)


@transaction.atomic
def save_contact(
    *, user_id: UUID, contact: Contact, old_proof: OldProof | None = None, by: Actor, at: datetime
) -> None:
    """Give the account another phone or e-mail address, whose owner has just entered the code; publishes
    ContactVerified. One that replaces a verified contact needs `old_proof`, else OldContactUnprovenError; the old one
    is told. A new phone ends a recovery under way. Repeating changes nothing. ContactTakenError when another account
    has it."""
    user = locked(User.objects.all(), pk=user_id)
    old, verified_at = getattr(user, contact.kind), getattr(user, f"{contact.kind}_verified_at")
    replaces = old_proof_needed(old=old, verified=verified_at is not None, new=contact.value)
    if replaces and old_proof is None:
        raise OldContactUnprovenError
    if old != contact.value:
        setattr(user, contact.kind, contact.value)
        setattr(user, f"{contact.kind}_verified_at", None)
        try:
            with transaction.atomic():
                user.save(update_fields=[contact.kind, f"{contact.kind}_verified_at"])
        except IntegrityError:
            raise ContactTakenError from None
        audit.record(
            by=by, at=at, action="contact.changed", subject_type="user", subject_id=user_id,
            details={"kind": contact.kind, "old_proof": old_proof if replaces else None},
        )  # fmt: skip
        if contact.kind == "phone":
            cancel_waiting(user, ended_by="new phone", by=by, at=at)
    if replaces:
        tell_old_contact(Contact(contact.kind, old), user, by=by, at=at)
    _verify(user, contact, at)


def _verify(user: User, contact: Contact, at: datetime) -> None:
    verified_at = f"{contact.kind}_verified_at"
    if getattr(user, verified_at) is None:
        setattr(user, verified_at, at)
        user.save(update_fields=[verified_at])
        facts.publish(ContactVerified(user.pk, at))
