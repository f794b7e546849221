"""What people are told about their own account. Not a word of policies or health."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications

TOPIC = "account"


def tell_owner(user: User, text: str, *, by: Actor, at: datetime) -> None:
    """A word about the account itself, by e-mail where there is an address, else by SMS."""
    what_now = _("Если это не вы, завершите чужие сеансы в профиле и позвоните нам: {phone}.").format(
        phone=settings.BRAND.phone
    )
    if user.email and user.email_verified_at:
        tell_at(Contact("email", user.email), f"{text}\n\n{what_now}", user, by=by, at=at)
    elif user.phone and user.phone_verified_at:
        tell_at(Contact("phone", user.phone), f"{text} {what_now}", user, by=by, at=at)


def tell_old_contact(old: Contact, user: User, *, by: Actor, at: datetime) -> None:
    """To a contact that was the account's until now. The new one is not told there."""
    said = {
        "phone": _("Телефон вашего аккаунта сменили, по этому номеру в него больше не войти."),
        "email": _("Почту вашего аккаунта сменили, по этому адресу в него больше не войти."),
    }
    what_now = _("Если это не вы, сразу позвоните нам: {phone}.").format(phone=settings.BRAND.phone)
    tell_at(old, f"{said[old.kind]} {what_now}", user, by=by, at=at)


def tell_at(contact: Contact, text: str, about: User | None, *, by: Actor, at: datetime) -> None:
    """The words alone by SMS; by e-mail signed with the product's name."""
    subject_id = about.pk if about else ""
    if contact.kind == "phone":
        notifications.send_sms(to=contact.value, text=text, topic=TOPIC, subject_id=subject_id, by=by, at=at)
        return
    notifications.send_email(
        to=contact.value,
        subject=_("Безопасность аккаунта"),
        text=f"{text}\n\n{settings.BRAND.product}",
        topic=TOPIC,
        subject_id=subject_id,
        by=by,
        at=at,
    )
