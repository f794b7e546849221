"""The decision in plain words: the one place where reasons are worded, for pages, clinics and letters alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

_REASONS: Mapping[str, Any] = MappingProxyType(
    {
        "not_started": _("Полис ещё не начал действовать, он начнётся {until}."),
        "waiting_period": _("Идёт временная франшиза, страхование начнётся {until}."),
        "expired": _("Полис уже не действует: последний день был {last}."),
        "cancelled": _("Договор расторгнут: последний день был {last}."),
        "not_activated": _("Франшизная программа ещё не подключена."),
        "suspended": _("Франшизная программа приостановлена."),
        "region_out_of_scope": _("Этот регион не входит в покрытие полиса."),
        "region_not_selected": _("Этот регион ещё не выбран."),
        "region_pending": _("Регион выбран и откроется {until}."),
        "clinic_out_of_network": _("Эта клиника начнёт обслуживать по полису {until}."),
        "service_not_covered": _("Программа полиса не включает эту услугу."),
        "limit_exhausted": _("Сумма, которую программа даёт на такую помощь, уже израсходована."),
    }
)
_UNDATED: Mapping[str, Any] = MappingProxyType(
    {
        "not_started": _("Полис ещё не начал действовать."),
        "waiting_period": _("Шла временная франшиза: страхование ещё не началось."),
        "expired": _("Полис уже не действовал."),
        "cancelled": _("Договор был расторгнут."),
        "region_pending": _("Регион был выбран, но ещё не открыт."),
        "clinic_out_of_network": _("Эта клиника не обслуживает по полису."),
    }
)
_REMEDIES: Mapping[str, Any] = MappingProxyType(
    {
        "not_started": _("Выберите день после начала полиса."),
        "waiting_period": _("Выберите день после начала страхования."),
        "not_activated": _("Подключите программу, это занимает несколько минут."),
        "suspended": _("Привяжите карту или оплатите долг, и программа заработает сама."),
        "region_out_of_scope": _("Найдите клинику в регионе вашего покрытия."),
        "region_not_selected": _("Выберите регион: он откроется на следующий день."),
        "region_pending": _("Выберите день, когда регион уже открыт."),
        "clinic_out_of_network": _("Найдите в списке другую клинику."),
        "service_not_covered": _("Позвоните нам: подскажем, какая помощь входит в программу."),
        "limit_exhausted": _("Услугу можно получить за свой счёт."),
    }
)


def reason(code: str, *, until_on: date | None = None, since_on: date | None = None) -> str:
    """A reason told to people. Without its day (a code kept alone) the sentence goes without it."""
    if until_on is None and since_on is None and code in _UNDATED:
        return str(_UNDATED[code])
    last_on = since_on - timedelta(days=1) if since_on else None
    return str(_REASONS[code]).format(until=_day(until_on), last=_day(last_on))


def is_reason(code: str) -> bool:
    """Whether the decision knows such a reason."""
    return code in _REASONS


def remedy(code: str) -> str:
    """What would help, or nothing when nothing would."""
    return str(_REMEDIES.get(code, ""))


def _day(day: date | None) -> str:
    return date_format(day, "j E Y") if day else ""
