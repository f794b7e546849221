"""What a product version promises and what it costs. All of it is data; this module reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, PlainValidator, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from doctorlike.kit.money import Money
from doctorlike.products.errors import NotOnOfferError, WrongTermsError
from doctorlike.products.rules.checks import contradictions


def _read_roubles(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        raise ValueError("roubles are written as text, «1500.00»")
    try:
        read = Money.of(value)
    except InvalidOperation:
        raise ValueError("roubles are written in figures, «1500.00»") from None
    if read < Money.zero():
        raise ValueError("roubles are not below zero")
    return read


def _read_factor(value: Any) -> Decimal:
    if not isinstance(value, str | Decimal):
        raise ValueError("a factor is written as text, «0.72»")
    try:
        read = Decimal(value)
    except InvalidOperation:
        raise ValueError("a factor is written in figures, «0.72»") from None
    if not read.is_finite() or read <= 0:
        raise ValueError("a factor is above zero")
    return read


Roubles = Annotated[Money, PlainValidator(_read_roubles), PlainSerializer(str)]
Factor = Annotated[Decimal, BeforeValidator(_read_factor), PlainSerializer(str)]
YearKind = Literal["few", "usual", "many"]
_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, config=_STRICT)
class Benefit:
    """A kind of care that a programme covers. Services are named by the beginning of their code in the
    nomenclature (order 804н), whole segments: `A16.07` is `A16.07.001` but not `A16.070`. `annual_limit` is what
    the insurer's and the client's part together may reach in the policy's period; None is without limit."""

    code: str
    name: str
    service_prefixes: tuple[str, ...]
    annual_limit: Roubles | None = None


@dataclass(frozen=True, config=_STRICT)
class Exclusion:
    """A kind of care that a programme does not cover, though a benefit's wider prefix would."""

    name: str
    service_prefixes: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Programme:
    """What can be bought. `sum_insured` is the most that the contract promises for all care in the policy's period;
    None where the version names none."""

    code: str
    name: str
    summary: str
    benefits: tuple[Benefit, ...]
    exclusions: tuple[Exclusion, ...] = ()
    sum_insured: Roubles | None = None


@dataclass(frozen=True, config=_STRICT)
class AgeBand:
    """Ages `age_from`…`age_to`, both included, and what they multiply the price by."""

    age_from: int
    age_to: int
    female: Factor
    male: Factor

    def factor(self, sex: str) -> Decimal:
        return self.female if sex == "female" else self.male


@dataclass(frozen=True, config=_STRICT)
class GroupFactor:
    """What the price of each is multiplied by when an order insures `insured_from` people or more."""

    insured_from: int
    factor: Factor


@dataclass(frozen=True, config=_STRICT)
class Tariff:
    """The price of the term: base of scope and programme × age and sex × copay × number insured, rounded half up to
    whole `step`s (docs/rules/tariff.md). `is_demo` says that the figures are invented and pages must label them so."""

    is_demo: bool
    step: Roubles
    base: dict[str, dict[str, Roubles]]  # scope → programme → roubles
    age_bands: tuple[AgeBand, ...]
    copay_factors: dict[int, Factor]
    group_factors: tuple[GroupFactor, ...] = ()

    def group_factor(self, insured_count: int) -> Decimal:
        """The factor of the largest number that the order reaches; 1 below the first."""
        reached = [one for one in self.group_factors if one.insured_from <= insured_count]
        return max(reached, key=lambda one: one.insured_from).factor if reached else Decimal(1)


@dataclass(frozen=True, config=_STRICT)
class TypicalService:
    """A line of the worked year on the product page: so many times a year, at that price of a clinic."""

    name: str
    times: int
    price: Roubles


@dataclass(frozen=True, config=_STRICT)
class TypicalYear:
    """A year of care that shows what each percent comes to: `code` says how much care it holds."""

    code: YearKind
    services: tuple[TypicalService, ...]


@dataclass(frozen=True, config=_STRICT)
class CareTopic:
    """Something people ask about in their own words («зуб», «МРТ»). `words` are how else they call it. `service_codes`
    are examples in the nomenclature: whether a programme covers the topic is worked out of its benefits, so that the
    answer and the adjudication cannot differ. `holds` is for what is no service of a clinic: covered in every
    programme (the doctor online) or in none (a stay in hospital)."""

    name: str
    words: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    holds: Literal["by_services", "everywhere", "nowhere"] = "by_services"


@dataclass(frozen=True, config=_STRICT)
class RulesSection:
    """A section of the insurance rules as the public page shows them."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, config=_STRICT)
class Terms:
    """Every number a contract needs, immutable once published. Days are calendar days, ages full years. What has a
    default was added later: versions stored before it stay readable and mean the default.

    `renewal_offer_days`: how long before the end the next policy is offered. `refund_after_cooling_off`: a
    cancellation after the cooling-off days gives back nothing, or the part of the premium for the days left less
    `refund_kept_percent` of it."""

    number_prefix: str
    number_digits: int
    term_months: int
    waiting_days: int
    telemed_waits: bool
    charge_delay_months: int
    notice_days: int
    retry_days: tuple[int, ...]
    child_age: int
    cooling_off_days: int
    start_from_days: int
    start_within_days: int
    copay_percents: tuple[int, ...]
    scopes: tuple[str, ...]
    age_from: int
    age_to: int
    programmes: tuple[Programme, ...]
    tariff: Tariff
    typical_year: tuple[TypicalService, ...] = field(default=())
    typical_years: tuple[TypicalYear, ...] = ()
    renewal_offer_days: int = 30
    refund_after_cooling_off: Literal["none", "pro_rata"] = "none"
    refund_kept_percent: int = 0
    topics: tuple[CareTopic, ...] = ()
    rules_text: tuple[RulesSection, ...] = ()

    def __post_init__(self) -> None:
        for field_name, wrong in contradictions(self):
            raise ValueError(f"{field_name}: {wrong}")

    def programme(self, code: str) -> Programme:
        """NotOnOfferError when the version has no such programme."""
        for programme in self.programmes:
            if programme.code == code:
                return programme
        raise NotOnOfferError


_ADAPTER: TypeAdapter[Terms] = TypeAdapter(Terms)


def parse_terms(written: Mapping[str, Any]) -> Terms:
    """Terms from the JSON of a version; WrongTermsError names the first thing wrong (unknown keys too)."""
    try:
        return _ADAPTER.validate_json(json.dumps(written), strict=True)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(map(str, first["loc"]))
        told = str(first.get("ctx", {}).get("error", first["msg"]))
        raise WrongTermsError(reason=f"{place}: {told}" if place else told) from None


def write_terms(terms: Terms) -> dict[str, Any]:
    """The JSON that `parse_terms` reads back to the same terms."""
    return _ADAPTER.dump_python(terms, mode="json")


def fingerprint(written: Mapping[str, Any], sold_from_on: date) -> str:
    """Names one state of a version, so that what is published is what was looked at."""
    text = json.dumps([written, sold_from_on.isoformat()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
