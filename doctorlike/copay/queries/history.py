"""What happened to a charge, in words for whoever pays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from doctorlike.copay.models import Charge, ChargeHold, ChargeTry
from doctorlike.copay.queries.views import HistoryLine
from doctorlike.copay.rules import TOLD_TOPIC
from doctorlike.kit.money import Money
from doctorlike.notifications import queries as notifications
from doctorlike.payments.queries import CardView, RefundView
from doctorlike.payments.rules import RefundState, reason_words
from doctorlike.ui.words import money


def history(
    row: Charge, tries: Sequence[ChargeTry], cards: Mapping[UUID, CardView], refunds: Sequence[RefundView]
) -> tuple[HistoryLine, ...]:
    """In the order of time; nothing of what was done at the clinic, nor why money went back."""
    lines = [HistoryLine(row.created_at, _("Посчитали вашу долю: {amount}").format(amount=money(row.amount)))]
    if row.told_at:
        lines.append(HistoryLine(row.told_at, _told_how(row.pk)))
    for one in tries:
        lines += _of_try(one, cards.get(one.card_id) if one.card_id else None)
    for left_at, amount in _left(row.pk):
        lines.append(HistoryLine(left_at, _("Сумма уменьшилась на {amount}").format(amount=money(amount))))
    if row.overdue_at:
        lines.append(HistoryLine(row.overdue_at, _("Все попытки закончились, оплата просрочена")))
    for refund in refunds:
        lines += _of_refund(refund)
    return tuple(sorted(lines, key=lambda line: line.at))


def _told_how(charge_id: UUID) -> str:
    """Which notice was delivered first; without one the client saw the amount for themselves."""
    delivered = [one for one in notifications.fates(topic=TOLD_TOPIC, subject_id=charge_id) if one.accepted_at]
    match delivered[-1].channel if delivered else "":
        case "email":
            return _("Написали вам сумму и день списания на почту")
        case "sms":
            return _("Прислали вам сумму и день списания в СМС")
        case _:
            return _("Вы увидели сумму и день списания в кабинете")


def _of_try(one: ChargeTry, card: CardView | None) -> Iterator[HistoryLine]:
    if card is not None:
        yield HistoryLine(one.tried_at, _("Отправили списание с карты {card}").format(card=card.title))
    else:
        yield HistoryLine(one.tried_at, _("Открыта оплата на странице банка"))
    if one.settled_at and one.succeeded:
        yield HistoryLine(one.settled_at, _("Деньги списаны") if card else _("Оплачено на странице банка"))
    elif one.settled_at:
        yield HistoryLine(one.settled_at, _("Не получилось: {reason}").format(reason=reason_words(one.reason)))


def _of_refund(refund: RefundView) -> Iterator[HistoryLine]:
    amount = money(refund.amount)
    yield HistoryLine(refund.asked_at, _("Попросили вернуть {amount}: проверяем").format(amount=amount))
    if refund.decided_at is None:
        return
    if refund.state == RefundState.REFUSED:
        yield HistoryLine(refund.decided_at, _("В возврате {amount} отказано").format(amount=amount))
        return
    sent = _("Возврат {amount} одобрен, отправляем на карту, с которой платили").format(amount=amount)
    yield HistoryLine(refund.decided_at, sent)
    if refund.settled_at and refund.state == RefundState.SUCCEEDED:
        done = _("Вернули {amount}. Деньги придут в срок вашего банка, чек возврата — отдельно").format(amount=amount)
        yield HistoryLine(refund.settled_at, done)
    elif refund.settled_at and refund.state == RefundState.DECLINED:
        yield HistoryLine(refund.settled_at, _("Банк не принял возврат {amount}: разбираемся").format(amount=amount))


def _left(charge_id: UUID) -> list[tuple[datetime, Money]]:
    """What left the charge, and when."""
    rows = ChargeHold.objects.filter(charge=charge_id, left_at__isnull=False)
    return [(at, amount) for at, amount in rows.values_list("left_at", "amount") if at is not None]
