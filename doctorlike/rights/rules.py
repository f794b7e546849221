"""How long a copy can be fetched, what may be withdrawn at once, what is kept after an account is closed and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.dates import birthday
from doctorlike.kit.money import Money

# How long a copy can be fetched once it is ready; then its file is removed.
COPY_KEPT_FOR = timedelta(days=7)
# After that a copy that is still being made counts as lost and is begun anew.
COPY_LATE_AFTER = timedelta(minutes=15)
# One copy a day: making one reads everything there is.
COPY_AGAIN_AFTER = timedelta(days=1)
READINGS_ON_A_PAGE = 20
ADVERTISING = "advertising"
ADVERTISING_VERSION = "account-2026-1"


class CopyState(StrEnum):
    ASKED = "asked"  # a job is making it
    READY = "ready"
    REMOVED = "removed"  # its file is gone


class ClosingState(StrEnum):
    WAITING = "waiting"  # something is still open
    TAKEN_BACK = "taken_back"
    CLOSED = "closed"  # the account is gone, what the law keeps is kept
    ERASED = "erased"  # what was kept is gone too


class Way(StrEnum):
    """What becomes of a consent that its giver wants back."""

    AT_ONCE = "at_once"  # the withdrawal is noted and takes effect
    END_CONTRACT = "end_contract"  # the contract cannot be carried out without it: it has to be ended
    CALL = "call"  # a person at the contact centre answers for what stops


_WAYS = {
    ADVERTISING: Way.AT_ONCE,
    "telemed": Way.AT_ONCE,
    "contract_terms": Way.END_CONTRACT,
    "personal_data": Way.END_CONTRACT,
    "health_data": Way.END_CONTRACT,
    "copay_programme": Way.END_CONTRACT,
}


def way_back(purpose: str, *, contract_over: bool) -> Way:
    """How that consent is taken back. Once the contract is over, what it needed is withdrawn at once; a purpose
    nobody decided about goes to a person."""
    way = _WAYS.get(purpose, Way.CALL)
    return Way.AT_ONCE if way is Way.END_CONTRACT and contract_over else way


def copy_open_until(ready_at: datetime) -> datetime:
    """The first instant at which the copy cannot be fetched any more."""
    return ready_at + COPY_KEPT_FOR


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept after the account is closed, for so many years, and the rule that says so. `years` of None: as
    long as the rule itself says, which differs by paper."""

    code: str
    what: object
    years: int | None
    counted_from: object
    source: object


# Terms are data: a lawyer changes a row here, nothing else. They are said with their source to the client.
KEPT = (
    Kept(
        "contracts",
        _("Договоры страхования, счета, платежи, чеки и возвраты"),
        5,
        _("с конца года, в котором закончился последний договор"),
        _("Федеральный закон № 402-ФЗ «О бухгалтерском учёте», статья 29"),
    ),
    Kept(
        "identities",
        _("Данные документа, по которому вас узнали при заключении договора"),
        5,
        _("со дня, когда закончился последний договор"),
        _("Федеральный закон № 115-ФЗ, статья 7, пункт 4"),
    ),
    Kept(
        "medical",
        _("Заключения врачей, консультации и сведения об оказанных услугах"),
        None,
        _("столько, сколько установлено для медицинских документов этого вида"),
        _("Федеральный закон № 323-ФЗ «Об основах охраны здоровья граждан», статья 22, и приказы Минздрава"),
    ),
    Kept(
        "trail",
        _("Журнал: кто и когда что делал и смотрел"),
        None,
        _("пока хранятся сведения, к которым он относится"),
        _("Федеральный закон № 152-ФЗ «О персональных данных», статьи 18.1 и 19"),
    ),
)
IDENTITY_YEARS = next(one.years for one in KEPT if one.code == "identities")


def erase_from(last_ends: Iterable[date], *, closed_on: date) -> date:
    """The first day on which the identities of those contracts need not be kept any more: five years after the last
    one ended (`last_ends`: first days no longer covered), never before the account was closed. Source: 115-FZ."""
    ends = list(last_ends)
    if not ends or IDENTITY_YEARS is None:
        return closed_on
    return max(closed_on, birthday(max(ends), IDENTITY_YEARS))


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """Why an account cannot be closed yet. `number` is of the contract; `until` is when that is over by itself, `owed`
    what has to be paid."""

    code: str  # «policy», «debt», «work»
    number: str
    until: date | None = None
    owed: Money | None = None
