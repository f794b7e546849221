"""What is written about a visit: day and time, never the doctor, the clinic or the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications
from doctorlike.policies import queries as policies

TOPIC = "visit"


def tell_booked(visit: Appointment, slot: Slot, *, account_url: str, by: Actor, at: datetime) -> None:
    text = _("Вы записаны на {when} (время клиники).").format(when=_when(visit, slot))
    _tell(visit, _("Вы записаны"), text, account_url, by, at)


def tell_cancelled(visit: Appointment, slot: Slot, *, account_url: str, by: Actor, at: datetime) -> None:
    text = _("Запись на {when} (время клиники) отменена.").format(when=_when(visit, slot))
    _tell(visit, _("Запись отменена"), text, account_url, by, at)


def _when(visit: Appointment, slot: Slot) -> str:
    there = visit.starts_at.astimezone(ZoneInfo(slot.zone))
    return f"{date_format(there, 'j E Y', use_l10n=False)}, {there:%H:%M}"


def _tell(visit: Appointment, subject: str, text: str, account_url: str, by: Actor, at: datetime) -> None:
    email, phone = _addressee(visit, by, at)
    if account_url:
        text = _("{text} Подробности в личном кабинете: {url}").format(text=text, url=account_url)
    if email:
        notifications.send_email(to=email, subject=subject, text=text, topic=TOPIC, subject_id=visit.pk, by=by, at=at)
    elif phone:
        notifications.send_sms(to=phone, text=text, topic=TOPIC, subject_id=visit.pk, by=by, at=at)


def _addressee(visit: Appointment, by: Actor, at: datetime) -> tuple[str | None, str | None]:
    """E-mail and phone of whoever acts in an account. When staff or a job acts: the insured's own, or of a child's
    adult; others who pay do not learn of visits (docs/rules/coming-of-age.md)."""
    if by.kind == "user":
        user = accounts.user_card(UUID(by.ref))
        return user.email, user.phone
    phone, email = policies.insured_contact(policies.policy(visit.policy_id), clock.insurer_date(at))
    return email, phone
