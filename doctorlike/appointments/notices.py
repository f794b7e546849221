"""What is written about a visit: day and time, never the doctor, the clinic or the reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.appointments.rules import patient_key
from doctorlike.kit.actors import Actor
from doctorlike.kit.dates import full_years
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
    """E-mail and phone of whoever booked in an account. When staff acts: the policy's contact, but only where it is the
    insured's own or an adult's who may see the child's visits; others who pay do not learn of them."""
    if by.kind == "user":
        user = accounts.user_card(UUID(by.ref))
        return user.email, user.phone
    policy = policies.policy(visit.policy_id)
    own = patient_key(policy.policyholder.full_name, policy.policyholder.born_on) == visit.patient_key
    is_child = full_years(policy.insured.born_on, at.date()) < policy.terms.child_age
    return (policy.contact_email, policy.contact_phone) if own or is_child else (None, None)
