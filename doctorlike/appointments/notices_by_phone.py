"""What a client is told about a call that was promised to them: no clinic, no reason, no word of health."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.appointments.models import CallBack
from doctorlike.appointments.rules import CallState
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications

TOPIC = "call"


def tell_not_reached(call: CallBack, *, by: Actor, at: datetime) -> None:
    """To whoever asked for the call: by e-mail where there is an address, else by SMS to the number itself."""
    if call.state == CallState.CLOSED:
        text = _(
            "Мы несколько раз звонили вам, как вы просили, и не дозвонились. Если звонок ещё нужен, попросите "
            "перезвонить снова в личном кабинете или позвоните нам: {phone}."
        ).format(phone=settings.BRAND.phone)
    else:
        text = _(
            "Мы звонили вам, как вы просили, и не дозвонились. Позвоним ещё раз до {when} по часам контактного центра."
        ).format(when=_when(call.promised_at))
    kind, _colon, ref = call.asked_by.partition(":")
    email = accounts.user_card(UUID(ref)).email if kind == "user" else None
    if email:
        notifications.send_email(
            to=email, subject=_("Мы не дозвонились"), text=text, topic=TOPIC, subject_id=call.pk, by=by, at=at
        )
    elif call.phone:
        notifications.send_sms(to=call.phone, text=text, topic=TOPIC, subject_id=call.pk, by=by, at=at)


def _when(instant: datetime) -> str:
    there = instant.astimezone(clock.insurer_zone())
    return f"{date_format(there, 'j E', use_l10n=False)}, {there:%H:%M}"
