"""Charges in plain words for whoever pays: what stands, and what comes when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doctorlike.copay.rules import ChargeState
from doctorlike.ui.words import day

if TYPE_CHECKING:
    from doctorlike.copay.queries import ChargeView

STATE_WORDS: Mapping[ChargeState, Promise] = {
    ChargeState.ANNOUNCED: gettext_lazy("Посчитано"),
    ChargeState.SCHEDULED: gettext_lazy("Будет списано"),
    ChargeState.CHARGING: gettext_lazy("Ждём ответа банка"),
    ChargeState.RETRYING: gettext_lazy("Попробуем ещё раз"),
    ChargeState.AWAITING_CARD: gettext_lazy("Нужна карта"),
    ChargeState.OVERDUE: gettext_lazy("Просрочено"),
    ChargeState.PAID: gettext_lazy("Оплачено"),
    ChargeState.WITHDRAWN: gettext_lazy("Не списываем"),
}


def summary(charge: ChargeView) -> str:
    """In words for the payer: what stands, and what comes when."""
    card = charge.card_title
    match charge.state:
        case ChargeState.ANNOUNCED:
            return _("Посчитали вашу долю, день списания назначим, когда сообщим вам о ней.")
        case ChargeState.SCHEDULED if card:
            return _("Спишем {on} с карты {card}.").format(on=day(charge.charge_on), card=card)
        case ChargeState.SCHEDULED:
            return _("Срок — {on}. Карта не привязана: привяжите её или оплатите сами.").format(
                on=day(charge.charge_on)
            )
        case ChargeState.CHARGING:
            return _("Ждём ответа банка. Второй раз платить не нужно.")
        case ChargeState.RETRYING:
            return _("Попробуем списать {on}.").format(on=day(charge.next_try_on))
        case ChargeState.AWAITING_CARD:
            return _("Списать не с чего: привяжите другую карту или оплатите сами.")
        case ChargeState.OVERDUE:
            return _(
                "Оплата просрочена, программа приостановлена. После оплаты она возобновится, если полис ещё действует."
            )
        case ChargeState.WITHDRAWN:
            return _("Сумма под вопросом целиком: эту долю не списываем.")
        case _:
            return _("Оплачено {on}.").format(on=day(charge.paid_at))
