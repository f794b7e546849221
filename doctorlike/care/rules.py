"""Adjudication: what becomes of each line a clinic claims. Pure; docs/rules/adjudication.md has worked figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.money import Money

# Kept with every line: which reading of the rules decided it.
RULES_VERSION = "2026.1"
MOST_QUANTITY = 100


class Outcome(StrEnum):
    """`refused`: the clinic has to mend the line and send it anew; `not_covered`: the line is in order, but the
    contract does not cover it; neither ever reaches a card."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_COVERED = "not_covered"


class Refusal(StrEnum):
    """Why a line goes back to the clinic."""

    UNREADABLE = "unreadable"
    UNKNOWN_CLINIC = "unknown_clinic"
    UNKNOWN_POLICY = "unknown_policy"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    FUTURE_VISIT = "future_visit"
    SERVICE_NOT_IN_PRICE_LIST = "service_not_in_price_list"
    PRICE_ABOVE_LIST = "price_above_list"
    WRONG_SUM = "wrong_sum"
    DUPLICATE = "duplicate"


# One sentence a clinic can act on, for each refusal.
REFUSAL_WORDS = {
    Refusal.UNREADABLE: _("Строку не удалось прочитать: {column}."),
    Refusal.UNKNOWN_CLINIC: _("Клиники с таким кодом или названием нет в сети."),
    Refusal.UNKNOWN_POLICY: _("Полиса с таким номером нет. Проверьте номер по карточке клиента."),
    Refusal.BIRTH_DATE_DIFFERS: _("Дата рождения не совпадает с полисом. Проверьте номер и дату."),
    Refusal.FUTURE_VISIT: _("Дата визита ещё не наступила."),
    Refusal.SERVICE_NOT_IN_PRICE_LIST: _("Услуги с таким кодом нет в прейскуранте клиники на дату визита."),
    Refusal.PRICE_ABOVE_LIST: _("Цена выше прейскуранта на дату визита: {list_price}."),
    Refusal.WRONG_SUM: _("Сумма не равна цене, умноженной на количество: {expected}."),
    Refusal.DUPLICATE: _("Такая строка уже принята раньше."),
}


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """One line of a register as the clinic wrote it. `price` is for one unit; `total` is what the clinic summed, or
    None where it left that out; `clinic` is its code or name, empty where the whole file is one clinic's. `row` counts
    from 1 as a spreadsheet shows it, the header included."""

    row: int
    clinic: str
    policy_number: str
    born_on: date
    visit_on: date
    service_code: str
    service_name: str
    quantity: int
    price: Money
    total: Money | None


@dataclass(frozen=True, slots=True)
class UnreadableLine:
    """A row whose cell cannot be understood; the other rows go on."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class KnownAboutLine:
    """What the insurer knows about a claimed line. `clinic_known`: the clinic is in the network's list;
    `insured_born_on` is None where no such policy exists; `list_price` is the clinic's price for the code on the
    visit's day, None where it has none; `coverage_reasons` are the codes of the eligibility decision, empty when
    covered."""

    clinic_known: bool
    insured_born_on: date | None
    copay_percent: int
    list_price: Money | None
    accepted_before: bool
    coverage_reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """The decision about one line. For an accepted one `share` + `insurer_part` = `total`; otherwise both are zero."""

    outcome: Outcome
    reasons: tuple[str, ...]
    total: Money
    share: Money
    insurer_part: Money


def adjudicate(line: ClaimedLine, known: KnownAboutLine, *, today: date) -> Adjudicated:
    """The one decision about a line: order first (refusals a clinic can mend, all of them at once), then coverage,
    then copay to the kopeck, half up. The same line and knowledge always give the same answer."""
    total = line.price.times(line.quantity)
    refusals = _refusals(line, known, total, today)
    if refusals:
        return _nothing(Outcome.REFUSED, tuple(refusals), total)
    if known.coverage_reasons:
        return _nothing(Outcome.NOT_COVERED, tuple(known.coverage_reasons), total)
    share = total.share(known.copay_percent)
    return Adjudicated(Outcome.ACCEPTED, (), total, share, total - share)


def _refusals(line: ClaimedLine, known: KnownAboutLine, total: Money, today: date) -> list[Refusal]:
    if not known.clinic_known:
        return [Refusal.UNKNOWN_CLINIC]
    if known.insured_born_on is None:
        return [Refusal.UNKNOWN_POLICY]
    if known.insured_born_on != line.born_on:
        # Nothing more is said about somebody else's policy.
        return [Refusal.BIRTH_DATE_DIFFERS]
    found = []
    if line.visit_on > today:
        found.append(Refusal.FUTURE_VISIT)
    if known.list_price is None:
        found.append(Refusal.SERVICE_NOT_IN_PRICE_LIST)
    elif line.price > known.list_price:
        found.append(Refusal.PRICE_ABOVE_LIST)
    if line.total is not None and line.total != total:
        found.append(Refusal.WRONG_SUM)
    if known.accepted_before:
        found.append(Refusal.DUPLICATE)
    return found


def _nothing(outcome: Outcome, reasons: tuple[str, ...], total: Money) -> Adjudicated:
    return Adjudicated(outcome, reasons, total, Money.zero(), Money.zero())


def refusal_words(reason: str, line: ClaimedLine | None, list_price: Money | None, column: str = "") -> str:
    """The sentence a clinic reads for a refusal, with the figures of its own line."""
    expected = "" if line is None else str(line.price.times(line.quantity))
    return str(REFUSAL_WORDS[Refusal(reason)]).format(
        column=column, list_price=list_price if list_price is not None else "", expected=expected
    )


class DisputeKind(StrEnum):
    """What the client says of a line (docs/rules/disputes.md)."""

    NOT_GIVEN = "not_given"
    WRONG_PRICE = "wrong_price"


class DisputeState(StrEnum):
    """Of a dispute, and of the complaint about its rejection."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


MOST_FILES = 5
LARGEST_ATTACHMENT_BYTES = 10_000_000
# The first bytes decide, not the name: what a file calls itself may be anything.
_FIRST_BYTES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def media_type(content: bytes) -> str | None:
    """Of a file that may be attached: PDF, JPEG or PNG; None for any other."""
    return next((kind for first, kind in _FIRST_BYTES if content.startswith(first)), None)


def complaint_number(year: int, serial: int) -> str:
    """«2026-000042»: serials begin anew each year of the insurer's zone."""
    return f"{year}-{serial:06d}"


def days_waiting(asked_on: date, today: date) -> int:
    """How many whole days an answer is waited for; 0 on the day itself, also when a moved clock went back."""
    return max((today - asked_on).days, 0)
