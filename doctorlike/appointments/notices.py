"""What is written about a visit: day and time, never the doctor, the clinic or the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.rules import Permission
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.appointments.rules.reminders import Reminder
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications import commands as notifications
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView

TOPIC = "visit"


def tell_booked(visit: Appointment, slot: Slot, *, account_url: str, by: Actor, at: datetime) -> None:
    told = (
        _("Контактный центр записал вас на {when} (время клиники).")
        if _is_the_centre(by)
        else _("Вы записаны на {when} (время клиники).")
    )
    text = told.format(when=_when(visit, slot))
    _tell(visit, _("Вы записаны"), text, account_url, by, at)


def tell_moved(visit: Appointment, slot: Slot, *, account_url: str, by: Actor, at: datetime) -> None:
    told = (
        _("Контактный центр перенёс вашу запись. Новое время: {when} (время клиники).")
        if _is_the_centre(by)
        else _("Ваша запись перенесена. Новое время: {when} (время клиники).")
    )
    text = told.format(when=_when(visit, slot))
    _tell(visit, _("Запись перенесена"), text, account_url, by, at)


def tell_cancelled(visit: Appointment, slot: Slot, *, account_url: str, by: Actor, at: datetime) -> None:
    told = (
        _("Контактный центр отменил запись на {when} (время клиники).")
        if _is_the_centre(by)
        else _("Запись на {when} (время клиники) отменена.")
    )
    text = told.format(when=_when(visit, slot))
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


def tell_offered(
    offer_id: UUID,
    *,
    policy_id: UUID,
    joined_by: str,
    starts_at: datetime,
    until_at: datetime,
    zone: str,
    by: Actor,
    at: datetime,
) -> None:
    """A time that somebody waits for is theirs until `until_at`. Minutes count: by SMS and by e-mail."""
    there, until = starts_at.astimezone(ZoneInfo(zone)), until_at.astimezone(ZoneInfo(zone))
    url = settings.SITE_URLS["portal"] + reverse(
        "waiting:offer", urlconf=settings.URLCONFS["portal"], kwargs={"offer_id": offer_id}
    )
    phone, email = _who_waits(policies.policy(policy_id), joined_by, at)
    with translation.override("ru"):
        text = _("Освободилось время, которое вы ждали: {when}. Держим его для вас до {until} (время клиники): {url}")
        text = text.format(when=_moment(there), until=f"{until:%H:%M}", url=url)
        subject = _("Освободилось время, которое вы ждали")
    if phone:
        notifications.send_sms(to=phone, text=text, topic=TOPIC, subject_id=offer_id, by=by, at=at)
    if email:
        notifications.send_email(to=email, subject=subject, text=text, topic=TOPIC, subject_id=offer_id, by=by, at=at)


def tell_reminder(
    visit_id: UUID,
    kind: Reminder,
    *,
    starts_at: datetime,
    zone: str,
    contact: tuple[str, str],
    by: Actor,
    at: datetime,
) -> None:
    """Of a visit tomorrow by e-mail, which is read in the evening; of one in two hours by SMS. Each by the other way
    where there is no such contact (phone, e-mail)."""
    phone, email = contact
    there = starts_at.astimezone(ZoneInfo(zone))
    url = settings.SITE_URLS["portal"] + reverse("visits:index", urlconf=settings.URLCONFS["portal"])
    with translation.override("ru"):
        subject = _("Завтра визит в клинику") if kind is Reminder.EVE else _("Скоро визит в клинику")
        text = _("Напоминаем: {when} (время клиники) у вас визит. Перенести или отменить: {url}")
        text = text.format(when=_moment(there), url=url)
    if phone and (kind is Reminder.SOON or not email):
        email = ""
    _send(email, phone, subject, text, visit_id, by, at)


def _who_waits(policy: PolicyView, joined_by: str, at: datetime) -> tuple[str | None, str | None]:
    """Phone and e-mail of whoever stood in the list, while they may still see the insured's visits; else of the
    insured, or a child's adult."""
    on = clock.insurer_date(at)
    kind, _colon, ref = joined_by.partition(":")
    if kind == "user":
        with suppress(NotFoundError):
            if policies.policy_for(UUID(ref), policy.id, on).medical_open:
                user = accounts.user_card(UUID(ref))
                return user.phone, user.email
    return policies.insured_contact(policy, on)


def tell_taken_times(visits: Sequence[Sequence[Appointment]], *, account_url: str, by: Actor, at: datetime) -> int:
    """Of each policy's visits whose time the clinic took away; as `tell_departure`."""
    text = _(
        "Клиника изменила расписание: ваше время ({when}, время клиники) больше не подходит. Запись не отменена. "
        "Выберите другое время или отмените её бесплатно. {url}"
    )
    return _tell_each(visits, _("Выберите другое время"), text, {"url": account_url}, by, at)


def tell_times_stand(visits: Sequence[Sequence[Appointment]], *, by: Actor, at: datetime) -> int:
    """Of visits whose time stands again; as `tell_departure`."""
    text = _(
        "Мы писали, что ваше время ({when}, время клиники) больше не подходит. Клиника вернула его: запись в силе, "
        "ничего делать не нужно."
    )
    return _tell_each(visits, _("Ваше время в силе"), text, {}, by, at)


def _is_the_centre(by: Actor) -> bool:
    """Whether the contact centre acts for the client, rather than the clinic's people or a job."""
    return by.kind == "staff" and Permission.CALL_CLIENTS in accounts.user_card(UUID(by.ref)).permissions


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
        _send(email, phone, subject, text.format(when=when, **facts).rstrip(), booked[0].pk, by, at)
    return len(theirs)


def _when(visit: Appointment, slot: Slot) -> str:
    return _moment(visit.starts_at.astimezone(ZoneInfo(slot.zone)))


def _moment(there: datetime) -> str:
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
