"""A row of the list becomes a policy, or everything that stands in the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import (
    RUSSIA,
    DocumentKind,
    check_birth_certificate,
    check_birth_date,
    check_document_kind,
    check_foreign_document,
    check_name,
    check_passport,
    read_email,
    read_phone,
    tidy_certificate_number,
    tidy_certificate_series,
    tidy_division_code,
    tidy_foreign_number,
    tidy_foreign_series,
    tidy_passport_number,
    tidy_passport_series,
)
from doctorlike.kit.dates import Period, full_years
from doctorlike.kit.errors import DomainError
from doctorlike.policies.importing import cells as cell
from doctorlike.policies.importing.cells import WrongCellError
from doctorlike.policies.importing.listed import ListedPerson, ListedPolicy, Remark
from doctorlike.policies.rules import is_child, normal_number
from doctorlike.products.queries import PublishedVersion
from doctorlike.products.rules import Terms

# Who concludes a contract is of age (Civil Code of Russia, article 21).
ADULT_AGE = 18
_NUMBER = re.compile(r"[0-9A-ZА-Я][0-9A-ZА-Я-]{2,28}[0-9A-ZА-Я]")
_TEXTS = ("issuer", "birth_place", "registration", "residence")
_EMPTY = _("пусто")
Value = TypeVar("Value")
# Names come again and again in a long list.
_name = lru_cache(maxsize=10_000)(check_name)


class RefusedRowError(ValueError):
    """The row cannot become a policy; `remarks` tell everything that is wrong with it."""

    def __init__(self, remarks: tuple[Remark, ...]) -> None:
        self.remarks = remarks
        super().__init__(len(remarks))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What policies can be of: published versions, the newest to be sold first, and the terms of each."""

    versions: tuple[PublishedVersion, ...]
    terms: Mapping[UUID, Terms]

    def find(self, *, product: str, number: int | None, on: date) -> PublishedVersion:
        """The version named, or the one sold on the day. WrongCellError."""
        of_product = [one for one in self.versions if not product or one.product_code == product]
        if not of_product:
            raise WrongCellError(_("нет такого продукта"))
        if not product and len({one.product_code for one in of_product}) > 1:
            raise WrongCellError(_("продуктов несколько: назовите, какой"))
        for one in of_product:
            if number == one.number or (number is None and one.sold_from_on <= on):
                return one
        raise WrongCellError(_("нет такой версии") if number is not None else _("в день заключения не продавался"))


class _Row:
    """Cells of one row; gathers what is wrong with them, so that all of it is told at once."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.wrong: list[Remark] = []
        self.remarks: list[Remark] = []

    def refuse(self, key: str, reason: object) -> None:
        self.wrong.append(Remark(key, str(reason)))

    def text(self, key: str, longest: int = cell.LONGEST_CELL) -> str:
        return self.read(key, lambda text: text, longest=longest) or ""

    def read(
        self, key: str, how: Callable[[str], Value], *, needed: bool = False, longest: int = cell.LONGEST_CELL
    ) -> Value | None:
        """What the cell says, or None when it is empty or wrong."""
        written = self.cells.get(key)
        try:
            plain = cell.line(written, longest) if written else ""
            if plain:
                return how(plain)
            if needed:
                self.refuse(key, _EMPTY)
        except (WrongCellError, DomainError) as refusal:
            self.refuse(key, refusal)
        return None

    def must(self, key: str, how: Callable[[str], Value], *, longest: int = cell.LONGEST_CELL) -> Value | None:
        return self.read(key, how, needed=True, longest=longest)

    def holds(self, role: str) -> bool:
        """Whether anything at all is told of that person."""
        return any(value.strip() for key, value in self.cells.items() if key.startswith(f"{role}."))


def read_policy(cells: Mapping[str, str], catalogue: Catalogue, *, today: date) -> ListedPolicy:
    """A policy from the cells of a row by their keys. Rules of people and documents are the shop's, as of the day the
    contract was concluded. RefusedRowError with everything that is wrong."""
    row = _Row(cells)
    number = row.must("number", _number, longest=40)
    concluded_on = row.must("concluded_on", _past(today))
    starts_on = row.must("starts_on", cell.day)
    copay_percent = row.must("copay", cell.percent)
    scope = row.must("scope", cell.scope)
    premium = row.must("premium", cell.roubles)
    version = _version(row, catalogue, concluded_on) if concluded_on else None
    terms = catalogue.terms[version.version_id] if version else None
    programme = row.must("programme", lambda told: _programme(terms, told)) if terms else None
    on = concluded_on or today
    holder = _person(row, "holder", on=on)
    insured = _person(row, "insured", on=on) if row.holds("insured") else None
    if holder and full_years(holder.born_on, on) < ADULT_AGE:
        row.refuse("holder.born_on", _("страхователь несовершеннолетний"))
    period = _period(row, terms, starts_on) if terms and starts_on else None
    if terms and number is not None and copay_percent is not None and scope is not None:
        _check_offer(row, terms, number=number, copay_percent=copay_percent, scope=scope)
    if row.wrong or not (number and version and terms and programme and period and holder and concluded_on):
        raise RefusedRowError(tuple(row.wrong))
    if copay_percent is None or scope is None or premium is None:
        raise RefusedRowError(tuple(row.wrong))
    if insured is not None and insured.is_named_as(holder):
        insured = None
    own_contacts = insured is not None and _reached(row, insured, holder, terms, today)
    return ListedPolicy(
        number=number,
        version_id=version.version_id,
        version_told=bool(cells.get("version", "").strip()),
        programme=programme,
        scope=scope,
        copay_percent=copay_percent,
        period=period,
        concluded_on=concluded_on,
        premium=premium,
        policyholder=holder,
        insured=insured,
        own_contacts=own_contacts,
        remarks=tuple(row.remarks),
    )


def _number(text: str) -> str:
    number = normal_number(text)
    if not _NUMBER.fullmatch(number) or not any(sign.isdigit() for sign in number):
        raise WrongCellError(_("не номер полиса: от 4 до 30 букв, цифр и дефисов"))
    return number


def _past(today: date) -> Callable[[str], date]:
    def read(text: str) -> date:
        told = cell.day(text)
        if told > today:
            raise WrongCellError(_("дата ещё не наступила"))
        return told

    return read


def _version(row: _Row, catalogue: Catalogue, concluded_on: date) -> PublishedVersion | None:
    number = row.read("version", _whole)
    product = row.text("product", 50)
    try:
        return catalogue.find(product=product, number=number, on=concluded_on)
    except WrongCellError as refusal:
        row.refuse("version" if number is not None else "product", refusal)
        return None


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,6}", text):
        raise WrongCellError(_("не номер версии"))
    return int(text)


def _programme(terms: Terms | None, told: str) -> str:
    for one in terms.programmes if terms else ():
        if told.casefold() in (one.code.casefold(), one.name.casefold()):
            return one.code
    raise WrongCellError(_("в этой версии нет такой программы"))


def _period(row: _Row, terms: Terms, starts_on: date) -> Period | None:
    """The version gives the term; a last day told otherwise is an error (often it is the first day not covered)."""
    period = Period.of_months(starts_on, terms.term_months)
    last_on = row.read("last_on", cell.day)
    if last_on is not None and last_on != period.last_day:
        row.refuse("last_on", _("по условиям версии последний день {day:%d.%m.%Y}").format(day=period.last_day))
    return period


def _check_offer(row: _Row, terms: Terms, *, number: str, copay_percent: int, scope: str) -> None:
    if copay_percent not in terms.copay_percents:
        row.refuse("copay", _("в этой версии нет такой франшизы"))
    if scope not in terms.scopes:
        row.refuse("scope", _("в этой версии нет такой территории"))
    ours = re.fullmatch(rf"{re.escape(terms.number_prefix)}-(\d\d)\d{{{terms.number_digits},}}", number)
    if ours and int(ours[1]) != copay_percent:
        row.refuse("copay", _("номер полиса говорит о другой франшизе: {percent} %").format(percent=int(ours[1])))


def _person(row: _Row, role: str, *, on: date) -> ListedPerson | None:
    before = len(row.wrong)
    surname, given_name, patronymic = _names(row, role)
    born_on = row.must(f"{role}.born_on", cell.day)
    if born_on:
        try:
            check_birth_date(born_on, on=on)
        except DomainError as refusal:
            row.refuse(f"{role}.born_on", refusal)
    sex = row.must(f"{role}.sex", cell.sex)
    identity = _identity(row, role, born_on=born_on, on=on)
    needed = role == "holder"
    phone = row.read(f"{role}.phone", lambda text: read_phone(text).value, needed=needed)
    email = row.read(f"{role}.email", lambda text: read_email(text).value, needed=needed, longest=254)
    if len(row.wrong) > before or not born_on or not sex:
        return None
    return ListedPerson(surname, given_name, patronymic, born_on, sex, identity, phone or "", email or "")


def _names(row: _Row, role: str) -> tuple[str, str, str]:
    whole = f"{role}.full_name"
    if row.cells.get(whole, "").strip():
        told = row.read(whole, lambda text: tuple(_name(one) if one else "" for one in cell.full_name(text)))
        return (told[0], told[1], told[2]) if told else ("", "", "")
    return (
        row.must(f"{role}.surname", _name, longest=200) or "",
        row.must(f"{role}.given_name", _name, longest=200) or "",
        row.read(f"{role}.patronymic", _name, longest=200) or "",
    )


def _identity(row: _Row, role: str, *, born_on: date | None, on: date) -> dict[str, Any]:
    """The document and the rest as the shop keeps them; what the list does not tell is left out."""
    kind = row.read(f"{role}.document_kind", cell.document_kind) or DocumentKind.PASSPORT
    told = {key: row.text(f"{role}.{key}") for key in ("series", "number", "division_code", *_TEXTS, "latin_name")}
    citizenship = row.text(f"{role}.citizenship", 3).upper()
    issued_on, valid_until = (row.read(f"{role}.{key}", cell.day) for key in ("issued_on", "valid_until"))
    problems = _problems(kind, told, citizenship, issued_on, valid_until, born_on, on)
    for key, refusal in problems.items():
        row.refuse(f"{role}.{key}", _EMPTY if key in ("series", "number") and not told[key] else refusal)
    if problems:
        return {}
    foreign = kind is DocumentKind.FOREIGN
    identity: dict[str, Any] = {
        "document_kind": kind.value,
        **_tidied(kind, told),
        **{key: told[key] for key in _TEXTS},
        "citizenship": citizenship if foreign else RUSSIA,
        "latin_name": told["latin_name"] if foreign else "",
        "issued_on": issued_on.isoformat() if issued_on else "",
        "valid_until": valid_until.isoformat() if valid_until and foreign else "",
    }
    return {key: value for key, value in identity.items() if value}


def _problems(
    kind: DocumentKind,
    told: Mapping[str, str],
    citizenship: str,
    issued_on: date | None,
    valid_until: date | None,
    born_on: date | None,
    on: date,
) -> dict[str, DomainError]:
    common: dict[str, Any] = {
        "series": told["series"],
        "number": told["number"],
        "issued_on": issued_on,
        "born_on": born_on,
        "on": on,
    }
    match kind:
        case DocumentKind.PASSPORT:
            problems = check_passport(**common, division_code=told["division_code"])
        case DocumentKind.BIRTH_CERTIFICATE:
            problems = check_birth_certificate(**common)
        case _:
            problems = check_foreign_document(
                **common, latin_name=told["latin_name"], citizenship=citizenship, valid_until=valid_until
            )
    if born_on and not problems:
        try:
            check_document_kind(kind, born_on=born_on, on=on)
        except DomainError as refusal:
            problems["document_kind"] = refusal
    return problems


def _tidied(kind: DocumentKind, told: Mapping[str, str]) -> dict[str, str]:
    series, number, code = told["series"], told["number"], told["division_code"]
    match kind:
        case DocumentKind.PASSPORT:
            return {
                "series": tidy_passport_series(series),
                "number": tidy_passport_number(number),
                "division_code": tidy_division_code(code) if code else "",
            }
        case DocumentKind.BIRTH_CERTIFICATE:
            return {"series": tidy_certificate_series(series), "number": tidy_certificate_number(number)}
        case _:
            return {"series": tidy_foreign_series(series), "number": tidy_foreign_number(number)}


def _reached(row: _Row, insured: ListedPerson, holder: ListedPerson, terms: Terms, today: date) -> bool:
    """Whether the insured is reached by contacts of their own. A child is reached through the policyholder."""
    if not (insured.phone or insured.email):
        return False
    if is_child(born_on=insured.born_on, on=today, child_age=terms.child_age):
        return False
    # What the policyholder reads too is nobody's own: it would carry news of visits to them.
    lacking = [key for key in ("phone", "email") if getattr(insured, key) in ("", getattr(holder, key))]
    if lacking:
        told = _("контакты полиса останутся страхователя: у застрахованного нужны свои и телефон, и почта")
        row.remarks.append(Remark(f"insured.{lacking[0]}", str(told)))
    return not lacking
