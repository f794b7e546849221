"""What is written to the two parents: neutral words, the policy by its number, nothing of the child."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as people
from doctorlike.accounts.rules import Contact
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications
from doctorlike.policies.models import ParentInvitation
from doctorlike.policies.queries import PolicyView
from doctorlike.ui.words import day

TOPIC = "family"


def send_link(row: ParentInvitation, policy: PolicyView, secret: str, *, by: Actor, at: datetime) -> None:
    """To a contact nobody has proven yet: the first name of who invites, and the link. The stored text is forgotten
    once it is sent, as a code's is."""
    address = settings.SITE_URLS["portal"] + reverse(
        "family:invitation", urlconf=settings.URLCONFS["portal"], kwargs={"secret": secret}
    )
    who, until = policy.policyholder.first_names, day(row.open_until)
    if row.contact_kind == "phone":
        text = _("{who} приглашает вас в семейный доступ «{product}»: {link} Ссылка действует до {until}.").format(
            who=who, product=settings.BRAND.product, link=address, until=until
        )
        notifications.send_sms(to=row.contact, text=text, topic=TOPIC, subject_id=row.pk, by=by, at=at, secret=True)
        return
    text = _(
        "Здравствуйте!\n\n{who} приглашает вас в семейный доступ «{product}»: вместе смотреть за полисом ребёнка. "
        "Откройте ссылку и войдите с адресом, на который пришло это письмо. Понадобится свидетельство о рождении "
        "ребёнка.\n\n{link}\n\nСсылка действует до {until}, один раз. Если вы не знаете, от кого она, ничего не "
        "делайте.\n\nВопросы: {phone}.\n{insurer}"
    ).format(
        who=who,
        product=settings.BRAND.product,
        link=address,
        until=until,
        phone=settings.BRAND.phone,
        insurer=settings.BRAND.insurer,
    )
    subject = _("{product}: приглашение в семейный доступ").format(product=settings.BRAND.product)
    notifications.send_email(
        to=row.contact, subject=subject, text=text, topic=TOPIC, subject_id=row.pk, by=by, at=at, secret=True
    )


def tell_inviter(row: ParentInvitation, text: str, *, by: Actor, at: datetime) -> None:
    tell_account(row.invited_by_id, text, by=by, at=at)


def tell_account(user_id: UUID, text: str, *, by: Actor, at: datetime) -> None:
    """By e-mail where the account has an address, else by SMS; a closed account has neither."""
    user = people.user_card(user_id)
    contact = Contact("email", user.email) if user.email else Contact("phone", user.phone) if user.phone else None
    if contact is None:
        return
    what_now = _("Посмотреть: {url}. Вопросы: {phone}.").format(
        url=settings.SITE_URLS["portal"] + reverse("family:index", urlconf=settings.URLCONFS["portal"]),
        phone=settings.BRAND.phone,
    )
    if contact.kind == "phone":
        notifications.send_sms(
            to=contact.value, text=f"{text} {what_now}", topic=TOPIC, subject_id=user_id, by=by, at=at
        )
        return
    subject = _("{product}: семейный доступ").format(product=settings.BRAND.product)
    notifications.send_email(
        to=contact.value,
        subject=subject,
        text=f"{text}\n\n{what_now}\n\n{settings.BRAND.product}",
        topic=TOPIC,
        subject_id=user_id,
        by=by,
        at=at,
    )


def accepted_words(policy: PolicyView) -> str:
    return _("Приглашение по полису {number} принято: второй родитель теперь тоже видит этот полис.").format(
        number=policy.number
    )


def declined_words(policy: PolicyView) -> str:
    return _("От приглашения по полису {number} отказались. Доступ никому не открыт.").format(number=policy.number)


def locked_words(policy: PolicyView) -> str:
    return _(
        "Приглашение по полису {number} закрыто: данные ребёнка пять раз указали неверно. Доступ никому не открыт, "
        "можно пригласить ещё раз."
    ).format(number=policy.number)


def ended_words(policy: PolicyView) -> str:
    return _("Семейный доступ к полису {number} закрыт, этот полис вам больше не виден.").format(number=policy.number)


def left_words(policy: PolicyView) -> str:
    return _("Второй родитель вышел из семейного доступа к полису {number}.").format(number=policy.number)
