"""Words to the client about a charge: amount, day and what to do; never what was done at the clinic."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.copay import paylinks
from doctorlike.copay.models import Charge, Enrolment
from doctorlike.copay.rules import TOLD_TOPIC, EnrolmentState
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications import commands as notifications
from doctorlike.policies import queries as policies
from doctorlike.ui.words import day, money

# Everything else about a charge.
NEWS_TOPIC = "charge_news"


def tell_amount(charge: Charge, *, earliest_on: date, by: Actor, at: datetime) -> None:
    text = _(
        "Мы посчитали вашу долю: {amount}. Спишем её с вашей карты не раньше {day}. Подробности — в личном кабинете."
    ).format(amount=money(charge.to_pay), day=day(earliest_on))
    _send(charge, subject=_("Предстоящее списание"), text=text, topic=TOLD_TOPIC, by=by, at=at)


def tell_card_needed(charge: Charge, *, by: Actor, at: datetime) -> None:
    text = _(
        "Не удалось списать {amount}. Привяжите другую карту в личном кабинете или оплатите по ссылке: {link} "
        "Иначе запись в клиники закроется."
    ).format(amount=money(charge.to_pay), link=paylinks.address(charge.pk, on=clock.insurer_date(at)))
    _send(charge, subject=_("Нужна другая карта"), text=text, topic=NEWS_TOPIC, by=by, at=at)


def tell_overdue(charge: Charge, *, by: Actor, at: datetime) -> None:
    if Enrolment.objects.filter(policy=charge.policy_id, state=EnrolmentState.ENDED).exists():
        text = _(
            "{amount} не оплачены. Полис уже закончился, но доля за оказанные услуги осталась. Оплатите по ссылке: "
            "{link}"
        )
    else:
        text = _(
            "{amount} не оплачены, франшизная программа приостановлена. Оплатите по ссылке, и она возобновится сама: "
            "{link}"
        )
    text = text.format(amount=money(charge.to_pay), link=paylinks.address(charge.pk, on=clock.insurer_date(at)))
    _send(charge, subject=_("Оплата просрочена"), text=text, topic=NEWS_TOPIC, by=by, at=at)


def tell_paid(charge: Charge, *, by: Actor, at: datetime) -> None:
    text = _("Оплачено: {amount}. Кассовый чек придёт отдельно, он есть и в личном кабинете.").format(
        amount=money(charge.to_pay)
    )
    _send(charge, subject=_("Списание прошло"), text=text, topic=NEWS_TOPIC, by=by, at=at, by_sms=False)


def tell_less(charge: Charge, *, by: Actor, at: datetime) -> None:
    """A part of the amount is owed no more for now, or all of it."""
    if charge.to_pay:
        text = _("Сумма уменьшилась: было {announced}, теперь {amount}. Остальное сейчас не списываем.")
    else:
        text = _("Платить {announced} сейчас не нужно: эту сумму мы не списываем.")
    text = text.format(announced=money(charge.amount), amount=money(charge.to_pay))
    _send(charge, subject=_("Сумма уменьшилась"), text=text, topic=NEWS_TOPIC, by=by, at=at)


def contacts(charge: Charge) -> tuple[str, str]:
    """(phone, e-mail) of whoever pays: the payer's account, else the one enrolled, else the policy's contacts."""
    user_id = (
        charge.payer_id or Enrolment.objects.filter(policy=charge.policy_id).values_list("user", flat=True).first()
    )
    if user_id is not None:
        try:
            user = accounts.user_card(user_id)
        except NotFoundError:
            user = None
        if user is not None and (user.phone or user.email):
            return user.phone or "", user.email or ""
    policy = policies.policy(charge.policy_id)
    return policy.contact_phone, policy.contact_email


def _send(charge: Charge, *, subject: str, text: str, topic: str, by: Actor, at: datetime, by_sms: bool = True) -> None:
    phone, email = contacts(charge)
    if email:
        notifications.send_email(to=email, subject=subject, text=text, topic=topic, subject_id=charge.pk, by=by, at=at)
    if phone and (by_sms or not email):
        notifications.send_sms(to=phone, text=text, topic=topic, subject_id=charge.pk, by=by, at=at)
