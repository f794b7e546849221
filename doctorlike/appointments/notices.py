"""What is written about a visit: day and time, never the doctor, the clinic or the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
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


def tell_departure(visits: Sequence[Sequence[Appointment]], *, left_on: date, by: Actor, at: datetime) -> int:
    """Of each policy's visits in one message; who holds several policies gets one about all of them. Returns how many
    messages went out."""
    text = _(
        "Клиника, куда вы записаны ({when}, время клиники), с {day} больше не работает по вашему полису. Запись мы не "
        "отменили: то, что обещано по ней, в силе. Если хотите, перенесите визит в другую клинику: запишитесь туда и "
        "отмените эту запись."
    )
    day = date_format(left_on, "j E Y", use_l10n=False)
    return _tell_each(visits, _("Клиника уходит из сети"), text, {"day": day}, by, at)


def tell_stay(visits: Sequence[Sequence[Appointment]], *, by: Actor, at: datetime) -> int:
    """As `tell_departure`."""
    text = _(
        "Мы писали, что клиника, куда вы записаны ({when}, время клиники), уходит из сети. Она остаётся: ничего делать "
        "не нужно."
    )
    return _tell_each(visits, _("Клиника остаётся в сети"), text, {}, by, at)


_MOST_NAMED = 3


def _tell_each(
    visits: Sequence[Sequence[Appointment]], subject: str, text: str, facts: Mapping[str, str], by: Actor, at: datetime
) -> int:
    theirs: dict[tuple[str | None, str | None], list[Appointment]] = {}
    for one in visits:
        theirs.setdefault(_addressee(one[0], by, at), []).extend(one)
    for (email, phone), booked in theirs.items():
        named = [_when(visit, visit.slot) for visit in sorted(booked, key=lambda visit: visit.starts_at)]
        more = len(named) - _MOST_NAMED
        when = "; ".join(named[:_MOST_NAMED]) + (_(" и ещё {more}").format(more=more) if more > 0 else "")
        _send(email, phone, subject, text.format(when=when, **facts), booked[0].pk, by, at)
    return len(theirs)


def _when(visit: Appointment, slot: Slot) -> str:
    there = visit.starts_at.astimezone(ZoneInfo(slot.zone))
    return f"{date_format(there, 'j E Y', use_l10n=False)}, {there:%H:%M}"


def _tell(visit: Appointment, subject: str, text: str, account_url: str, by: Actor, at: datetime) -> None:
    email, phone = _addressee(visit, by, at)
    if account_url:
        text = _("{text} Подробности в личном кабинете: {url}").format(text=text, url=account_url)
    _send(email, phone, subject, text, visit.pk, by, at)


def _send(
    email: str | None, phone: str | None, subject: str, text: str, visit_id: UUID, by: Actor, at: datetime
) -> None:
    if email:
        notifications.send_email(to=email, subject=subject, text=text, topic=TOPIC, subject_id=visit_id, by=by, at=at)
    elif phone:
        notifications.send_sms(to=phone, text=text, topic=TOPIC, subject_id=visit_id, by=by, at=at)


def _addressee(visit: Appointment, by: Actor, at: datetime) -> tuple[str | None, str | None]:
    """E-mail and phone of whoever acts in an account. When staff or a job acts: the insured's own, or of a child's
    adult; others who pay do not learn of visits (docs/rules/coming-of-age.md)."""
    if by.kind == "user":
        user = accounts.user_card(UUID(by.ref))
        return user.email, user.phone
    phone, email = policies.insured_contact(policies.policy(visit.policy_id), clock.insurer_date(at))
    return email, phone
