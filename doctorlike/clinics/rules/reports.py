"""«Здесь ошибка»: what a client may say is wrong about a clinic, and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

# The desk reads every one of them.
MOST_A_DAY = 5
LONGEST_REPORT = 2_000
LONGEST_NOTE = 600
_DAY = timedelta(days=1)


class ReportKind(StrEnum):
    PHONE = "phone"
    ADDRESS = "address"
    HOURS = "hours"
    PRICE = "price"
    CLOSED = "closed"
    OTHER = "other"


class ReportState(StrEnum):
    NEW = "new"
    SETTLED = "settled"


REPORT_KIND_NAMES: Mapping[ReportKind, Any] = MappingProxyType(
    {
        ReportKind.PHONE: _("Телефон"),
        ReportKind.ADDRESS: _("Адрес или точка на карте"),
        ReportKind.HOURS: _("Часы работы"),
        ReportKind.PRICE: _("Услуги или цены"),
        ReportKind.CLOSED: _("Клиника закрыта или не принимает по полису"),
        ReportKind.OTHER: _("Другое"),
    }
)


def may_report(reported_at: Sequence[datetime], at: datetime) -> bool:
    """Whether somebody whose reports came at these instants may send one more."""
    return sum(at - _DAY < one <= at for one in reported_at) < MOST_A_DAY
