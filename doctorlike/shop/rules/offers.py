"""What an order may be concluded on, and what it costs. Prices are always worked out here, never taken from a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from doctorlike.accounts.rules import (
    DocumentKind,
    check_birth_certificate,
    check_document_kind,
    check_foreign_document,
    check_passport,
)
from doctorlike.kit.dates import full_years
from doctorlike.kit.errors import DomainError
from doctorlike.kit.money import Money
from doctorlike.products.rules import Terms, quote
from doctorlike.shop.errors import (
    InsuredTwiceError,
    NobodyInsuredError,
    PersonDocumentError,
    PolicyholderTooYoungError,
    SameDocumentError,
    StartDateError,
    TooManyInsuredError,
)
from doctorlike.shop.rules.answers import ADULT_AGE, MOST_INSURED, Answers, Choice, Draft


@dataclass(frozen=True, slots=True)
class Priced:
    """One insured and the premium of their policy."""

    person: Answers
    premium: Money


def start_window(terms: Terms, today: date) -> tuple[date, date]:
    """The first and the last day on which a policy bought today may start."""
    return today + timedelta(days=terms.start_from_days), today + timedelta(days=terms.start_within_days)


def check_start(terms: Terms, starts_on: date, today: date) -> None:
    """StartDateError outside of the window."""
    first, last = start_window(terms, today)
    if not first <= starts_on <= last:
        raise StartDateError(first=f"{first:%d.%m.%Y}", last=f"{last:%d.%m.%Y}")


def check_policyholder_age(born_on: date, today: date) -> None:
    """PolicyholderTooYoungError under 18 full years."""
    if full_years(born_on, today) < ADULT_AGE:
        raise PolicyholderTooYoungError


def premium_for(
    terms: Terms, choice: Choice, *, born_on: date, sex: str, starts_on: date, insured_count: int = 1
) -> Money:
    """The premium of one of the `insured_count` people of an order. AgeNotSoldError, NotOnOfferError."""
    return quote(
        terms,
        born_on=born_on,
        sex=sex,
        scope=choice.scope,
        programme=choice.programme,
        copay_percent=choice.copay_percent,
        starts_on=starts_on,
        insured_count=insured_count,
    )


def priced(terms: Terms, choice: Choice, draft: Draft) -> tuple[Priced, ...]:
    """Each insured with the premium; empty until there is a start date. AgeNotSoldError, NotOnOfferError."""
    if draft.starts_on is None:
        return ()
    starts_on, count = draft.starts_on, len(draft.insured)
    return tuple(
        Priced(
            one,
            premium_for(terms, choice, born_on=one.born_on, sex=one.sex, starts_on=starts_on, insured_count=count),
        )
        for one in draft.insured
    )


def check_draft(terms: Terms, choice: Choice, draft: Draft, today: date) -> tuple[Priced, ...]:
    """Everything a contract needs is there and may be sold today; the priced insured. NobodyInsuredError (also while
    the policyholder has not answered), TooManyInsuredError, InsuredTwiceError, StartDateError,
    PolicyholderTooYoungError, SameDocumentError, PersonDocumentError (a draft may be older than a document's term),
    AgeNotSoldError, NotOnOfferError."""
    if draft.policyholder is None or draft.starts_on is None or not draft.insured:
        raise NobodyInsuredError
    if len(draft.insured) > MOST_INSURED:
        raise TooManyInsuredError(most=MOST_INSURED)
    check_policyholder_age(draft.policyholder.person.born_on, today)
    check_start(terms, draft.starts_on, today)
    check_people(draft)
    for one in (draft.policyholder.person, *draft.others):
        check_document(one, today)
    return priced(terms, choice, draft)


def check_people(draft: Draft) -> None:
    """Nobody is insured twice, and no document belongs to two. InsuredTwiceError, SameDocumentError."""
    holder = draft.policyholder.person if draft.policyholder else None
    for index, one in enumerate(draft.insured):
        if any(one.same_person(earlier) for earlier in draft.insured[:index]):
            raise InsuredTwiceError
        for earlier in (*draft.insured[:index], *([holder] if holder else [])):
            if one.same_document(earlier) and not one.same_person(earlier):
                raise SameDocumentError(name=earlier.full_name)


def check_document(person: Answers, today: date) -> None:
    """PersonDocumentError when the document no longer serves, with whose it is and why."""
    kind = DocumentKind(person.document_kind)
    told: dict[str, Any] = {
        "series": person.series,
        "number": person.number,
        "issued_on": person.issued_on,
        "born_on": person.born_on,
        "on": today,
    }
    try:
        check_document_kind(kind, born_on=person.born_on, on=today)
    except DomainError as refusal:
        raise PersonDocumentError(name=person.full_name, why=str(refusal)) from None
    if kind is DocumentKind.FOREIGN:
        told |= {"latin_name": person.latin_name, "citizenship": person.citizenship, "valid_until": person.valid_until}
        problems = check_foreign_document(**told)
    elif kind is DocumentKind.PASSPORT:
        problems = check_passport(**told, division_code=person.division_code)
    else:
        problems = check_birth_certificate(**told)
    for problem in problems.values():
        raise PersonDocumentError(name=person.full_name, why=str(problem))


def first_day(terms: Terms, agreed_on: date, paid_on: date) -> date:
    """When the policy starts: as agreed, but not before the first day that may be sold on the day of payment
    (a payment may settle late; docs/rules/dates.md)."""
    return max(agreed_on, start_window(terms, paid_on)[0])
