"""Disputes in plain words: what was said, how it stands, and what becomes of the money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doctorlike.care.rules import OUTCOMES, DisputeKind, DisputeState, Outcome
from doctorlike.copay.queries import LineHold
from doctorlike.copay.rules import HoldState
from doctorlike.coverage.rules import Reason, ReasonCode
from doctorlike.kit.money import Money
from doctorlike.payments.rules import REFUND_STATES, RefundState
from doctorlike.ui.words import money

KINDS: Mapping[DisputeKind, Promise] = {
    DisputeKind.NOT_GIVEN: gettext_lazy("Я не получал эту услугу"),
    DisputeKind.WRONG_PRICE: gettext_lazy("Цена не та"),
}
STATES: Mapping[DisputeState, Promise] = {
    DisputeState.OPEN: gettext_lazy("Разбираемся"),
    DisputeState.UPHELD: gettext_lazy("Вы правы"),
    DisputeState.REJECTED: gettext_lazy("Отказано"),
}


def money_words(share: Money, hold: LineHold | None) -> str:
    """For the client: what becomes of the line's share while it is disputed and afterwards."""
    if not share or hold is None:
        return _("С карты за эту услугу ничего не списывается, поэтому денег обращение не касается.")
    words = _HOLDS[hold.state]
    if hold.state is HoldState.WAIVED and hold.refund_state is not None:
        words = _REFUNDS.get(hold.refund_state, _REFUND_UNDER_WAY)
    elif hold.state is HoldState.RELEASED and hold.supplement_id is not None:
        words = _SUPPLEMENT
    return str(words).format(share=money(share))


def refund_words(hold: LineHold | None) -> str:
    """For the desk: how the refund stands that the answer asked for; nothing where there is none."""
    return str(REFUND_STATES[hold.refund_state]) if hold is not None and hold.refund_state is not None else ""


_HOLDS: Mapping[HoldState, Promise] = {
    HoldState.HELD: gettext_lazy("Ваша доля {share} заморожена: не спишем её, пока не ответим."),
    HoldState.ASKED: gettext_lazy(
        "Когда вы обратились, списание уже шло. Если банк его не проведёт, {share} заморозим; если проведёт, а вы "
        "окажетесь правы, вернём на карту."
    ),
    HoldState.CHARGED: gettext_lazy("{share} уже списаны. Окажетесь правы — вернём их на карту."),
    HoldState.WAIVING: gettext_lazy(
        "Когда вы обратились, списание уже шло. Если банк его проведёт, вернём {share} на карту; если нет, не спишем."
    ),
    HoldState.WAIVED: gettext_lazy("{share} не спишем: эту долю оплатит страховая."),
    HoldState.RELEASED: gettext_lazy("{share} остаются в том же списании, что и были."),
}
_REFUND_UNDER_WAY = gettext_lazy("Возвращаем {share} на карту, с которой списали. Когда деньги уйдут, напишем.")
_REFUND_FAILED = gettext_lazy("Вернуть {share} пока не удалось: мы этим занимаемся. Делать ничего не нужно.")
_REFUNDS: Mapping[RefundState, Promise] = {
    RefundState.SUCCEEDED: gettext_lazy("Вернули {share} на карту, с которой списали."),
    RefundState.REFUSED: _REFUND_FAILED,
    RefundState.DECLINED: _REFUND_FAILED,
}
_SUPPLEMENT = gettext_lazy("{share} станут отдельным списанием. О сумме и дне мы сообщим заранее.")


def outcome(told: str) -> str:
    """Of a line, for the clinic."""
    return str(OUTCOMES[Outcome(told)])


def uncovered(reasons: Iterable[str]) -> str:
    """Why a line is not covered, one sentence for each reason."""
    return " ".join(Reason(ReasonCode(reason)).text for reason in reasons)
