"""What happened to a charge, in words for whoever pays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from doctorlike.copay.models import Charge, ChargeHold, ChargeTry
from doctorlike.copay.queries.views import HistoryLine
from doctorlike.kit.money import Money
from doctorlike.payments.queries import CardView
from doctorlike.payments.rules import reason_words
from doctorlike.ui.words import money


def left(charge_id: UUID) -> list[tuple[datetime, Money]]:
    """What left the charge, and when."""
    rows = ChargeHold.objects.filter(charge=charge_id, left_at__isnull=False)
    return [(at, amount) for at, amount in rows.values_list("left_at", "amount") if at is not None]


def history(
    row: Charge, tries: list[ChargeTry], cards: Mapping[UUID, CardView], left: list[tuple[datetime, Money]]
) -> tuple[HistoryLine, ...]:
    lines = [HistoryLine(row.created_at, _("Посчитали вашу долю"))]
    if row.told_at:
        lines.append(HistoryLine(row.told_at, _("Сообщили вам сумму и день списания")))
    for one in tries:
        card = cards.get(one.card_id) if one.card_id else None
        begun = (
            _("Отправили списание с карты {card}").format(card=card.title) if card else _("Вы открыли оплату картой")
        )
        lines.append(HistoryLine(one.tried_at, begun))
        if one.settled_at and one.succeeded:
            lines.append(HistoryLine(one.settled_at, _("Деньги списаны")))
        elif one.settled_at:
            lines.append(
                HistoryLine(one.settled_at, _("Не получилось: {reason}").format(reason=reason_words(one.reason)))
            )
    for left_at, amount in left:
        lines.append(HistoryLine(left_at, _("Сумма уменьшилась на {amount}").format(amount=money(amount))))
    if row.overdue_at:
        lines.append(HistoryLine(row.overdue_at, _("Все попытки закончились, оплата просрочена")))
    return tuple(sorted(lines, key=lambda line: line.at))
