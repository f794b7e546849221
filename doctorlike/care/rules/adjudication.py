"""Adjudication: what becomes of each line a clinic claims. Pure; docs/rules/adjudication.md has worked figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.money import Money

# Kept with every line: which reading of the rules decided it.
RULES_VERSION = "2026.2"
MOST_QUANTITY = 100


class Outcome(StrEnum):
    """`refused`: the clinic has to mend the line and send it anew; `not_covered`: the line is in order, but the
    contract does not cover it; `withdrawn`: a correction takes an accepted line back and claims nothing in its place.
    Only an accepted line ever reaches a card."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_COVERED = "not_covered"
    WITHDRAWN = "withdrawn"


OUTCOMES: Mapping[Outcome, Any] = MappingProxyType(
    {
        Outcome.ACCEPTED: _("Принято"),
        Outcome.REFUSED: _("Отказано"),
        Outcome.NOT_COVERED: _("Не покрыто"),
        Outcome.WITHDRAWN: _("Снято"),
    }
)


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
    NOTHING_TO_CORRECT = "nothing_to_correct"


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
    Refusal.NOTHING_TO_CORRECT: _("Принятой строки с этим полисом, датой и услугой нет, исправлять нечего."),
}


class Step(StrEnum):
    """The questions asked of a line, in this order; a line keeps the answer to each."""

    READ = "read"
    CLINIC = "clinic"
    POLICY = "policy"
    BIRTH_DATE = "birth_date"
    DATE = "date"
    PRICE_LIST = "price_list"
    PRICE = "price"
    SUM = "sum"
    DUPLICATE = "duplicate"
    COVERAGE = "coverage"
    SHARE = "share"


_STEPS = tuple(Step)
_FAILED_BY = {
    Refusal.UNREADABLE: Step.READ,
    Refusal.UNKNOWN_CLINIC: Step.CLINIC,
    Refusal.UNKNOWN_POLICY: Step.POLICY,
    Refusal.BIRTH_DATE_DIFFERS: Step.BIRTH_DATE,
    Refusal.FUTURE_VISIT: Step.DATE,
    Refusal.SERVICE_NOT_IN_PRICE_LIST: Step.PRICE_LIST,
    Refusal.PRICE_ABOVE_LIST: Step.PRICE,
    Refusal.WRONG_SUM: Step.SUM,
    Refusal.DUPLICATE: Step.DUPLICATE,
    Refusal.NOTHING_TO_CORRECT: Step.DUPLICATE,
}
# After one of these nothing else is asked.
_ENDS_IT = (Step.READ, Step.CLINIC, Step.POLICY, Step.BIRTH_DATE)
PASSED, FAILED, NOT_ASKED = "+", "-", "."


class ClaimedLine(NamedTuple):
    """One line of a register as the clinic wrote it. `price` is for one unit; `total` is what the clinic summed, or
    None where it left that out; `clinic` is its code or name, empty where the whole file is one clinic's. `row` counts
    from 1 as a spreadsheet shows it, the header included. A `quantity` of 0: a correction takes it back."""

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
class LineFacts:
    """All that decides about a line, and nothing else: two lines of the same facts have the same fate. `born_on_fits`
    is None where no such policy exists; `list_price` is the clinic's price for the code on the visit's day, None where
    it has none; `accepted_before`: the same service of the same visit was accepted and stands; `coverage_reasons` are
    the codes of the eligibility decision, empty when covered. A line `withdraws` when its register corrects another and
    its quantity is 0."""

    price: Money
    quantity: int
    told_total: Money | None
    clinic_known: bool
    born_on_fits: bool | None
    in_future: bool = False
    list_price: Money | None = None
    copay_percent: int = 0
    accepted_before: bool = False
    coverage_reasons: tuple[str, ...] = ()
    withdraws: bool = False


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """The decision about one line. For an accepted one `share` + `insurer_part` = `total`; otherwise both are zero.
    `steps` has a sign for each `Step`: passed, failed, not asked."""

    outcome: Outcome
    reasons: tuple[str, ...]
    total: Money
    share: Money
    insurer_part: Money
    steps: str


def adjudicate(facts: LineFacts) -> Adjudicated:
    """The one decision about a line: order first (refusals a clinic can mend, all of them at once), then coverage,
    then copay to the kopeck, half up. The same facts always give the same answer."""
    total = facts.price.times(facts.quantity)
    refusals = _refusals(facts, total)
    if refusals:
        return _nothing(Outcome.REFUSED, tuple(refusals), total)
    if facts.withdraws:
        return _nothing(Outcome.WITHDRAWN, (), Money.zero())
    if facts.coverage_reasons:
        return _nothing(Outcome.NOT_COVERED, facts.coverage_reasons, total)
    share = total.share(facts.copay_percent)
    return Adjudicated(Outcome.ACCEPTED, (), total, share, total - share, PASSED * len(_STEPS))


def _refusals(facts: LineFacts, total: Money) -> list[Refusal]:
    if not facts.clinic_known:
        return [Refusal.UNKNOWN_CLINIC]
    if facts.born_on_fits is None:
        return [Refusal.UNKNOWN_POLICY]
    if not facts.born_on_fits:
        # Nothing more is said about somebody else's policy.
        return [Refusal.BIRTH_DATE_DIFFERS]
    if facts.withdraws:
        return [] if facts.accepted_before else [Refusal.NOTHING_TO_CORRECT]
    found = []
    if facts.in_future:
        found.append(Refusal.FUTURE_VISIT)
    if facts.list_price is None:
        found.append(Refusal.SERVICE_NOT_IN_PRICE_LIST)
    elif facts.price > facts.list_price:
        found.append(Refusal.PRICE_ABOVE_LIST)
    if facts.told_total is not None and facts.told_total != total:
        found.append(Refusal.WRONG_SUM)
    if facts.accepted_before:
        found.append(Refusal.DUPLICATE)
    return found


def _nothing(outcome: Outcome, reasons: tuple[str, ...], total: Money) -> Adjudicated:
    return Adjudicated(outcome, reasons, total, Money.zero(), Money.zero(), steps_of(outcome, reasons))


def steps_of(outcome: Outcome, reasons: tuple[str, ...]) -> str:
    """What the line's steps came to: a failed one that ends everything leaves the rest unasked, and a refused line is
    asked neither about coverage nor about its share."""
    match outcome:
        case Outcome.ACCEPTED:
            return PASSED * len(_STEPS)
        case Outcome.NOT_COVERED:
            failed, asked = {Step.COVERAGE}, _STEPS[: _STEPS.index(Step.COVERAGE) + 1]
        case Outcome.WITHDRAWN:
            failed, asked = set(), _STEPS[: _STEPS.index(Step.BIRTH_DATE) + 1]
        case _:
            failed = {_FAILED_BY[Refusal(reason)] for reason in reasons}
            ended = next((step for step in _ENDS_IT if step in failed), Step.DUPLICATE)
            asked = _STEPS[: _STEPS.index(ended) + 1]
    return "".join(FAILED if step in failed else PASSED if step in asked else NOT_ASKED for step in _STEPS)


def read_steps(steps: str) -> dict[Step, bool | None]:
    """Each step's outcome as a line keeps it; None for a step that was not asked. Empty for a line from before they
    were kept."""
    return {step: {PASSED: True, FAILED: False}.get(sign) for step, sign in zip(_STEPS, steps, strict=False)}


def refusal_words(reason: str, *, total: Money | None = None, list_price: Money | None = None, column: str = "") -> str:
    """The sentence a clinic reads for a refusal, with the figures of its own line."""
    told = {"column": column, "list_price": list_price, "expected": total}
    return str(REFUSAL_WORDS[Refusal(reason)]).format(
        **{name: "" if one is None else one for name, one in told.items()}
    )
