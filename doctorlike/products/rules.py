"""What a product version promises and what it costs. All of it is data; this module reads and applies it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, PlainValidator, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from doctorlike.kit.dates import full_years
from doctorlike.kit.money import Money
from doctorlike.products.errors import AgeNotSoldError, NotOnOfferError, WrongTermsError


class Scope(StrEnum):
    """Where a policy serves, by subject of the Federation."""

    MOSCOW = "moscow"
    SAINT_PETERSBURG = "saint_petersburg"
    REGIONS = "regions"
    RUSSIA = "russia"


SCOPES: tuple[str, ...] = tuple(Scope)

_CAPITALS: Mapping[str, tuple[str, ...]] = {
    Scope.MOSCOW: ("RU-MOW", "RU-MOS"),
    Scope.SAINT_PETERSBURG: ("RU-SPE", "RU-LEN"),
}
_OUTSIDE_REGIONS = frozenset(code for codes in _CAPITALS.values() for code in codes)


def fixed_regions(scope: str) -> tuple[str, ...] | None:
    """Region codes that a scope fixes by itself; None where the client chooses."""
    return _CAPITALS.get(Scope(scope))


def region_in_scope(scope: str, region_code: str) -> bool:
    """Whether clinics of the region can serve a policy of this scope at all."""
    match Scope(scope):
        case Scope.RUSSIA:
            return True
        case Scope.REGIONS:
            return region_code not in _OUTSIDE_REGIONS
        case capital:
            return region_code in _CAPITALS[capital]


def _read_roubles(value: Any) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, str):
        raise ValueError("roubles are written as text, «1500.00»")
    return Money.of(value)


def _read_decimal(value: Any) -> Any:
    if isinstance(value, str):
        return Decimal(value)
    if not isinstance(value, Decimal):
        raise ValueError("a factor is written as text, «0.72»")
    return value


Roubles = Annotated[Money, PlainValidator(_read_roubles), PlainSerializer(str)]
Factor = Annotated[Decimal, BeforeValidator(_read_decimal), PlainSerializer(str)]
Sex = Literal["female", "male"]
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
    code: str
    name: str
    summary: str
    benefits: tuple[Benefit, ...]
    exclusions: tuple[Exclusion, ...] = ()


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
class Tariff:
    """A year's price: base of scope and programme × age and sex × copay, rounded half up to whole `step`s
    (docs/rules/tariff.md). `is_demo` says that the figures are invented and pages must label them so."""

    is_demo: bool
    step: Roubles
    base: dict[str, dict[str, Roubles]]  # scope → programme → roubles
    age_bands: tuple[AgeBand, ...]
    copay_factors: dict[int, Factor]


@dataclass(frozen=True, config=_STRICT)
class TypicalService:
    """A line of the worked year on the product page: so many times a year, at that price of a clinic."""

    name: str
    times: int
    price: Roubles


@dataclass(frozen=True, config=_STRICT)
class Terms:
    """Every number a contract needs, immutable once published. Days are calendar days, ages full years."""

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

    def __post_init__(self) -> None:
        for wrong in _contradictions(self):
            raise ValueError(wrong)

    def programme(self, code: str) -> Programme:
        """NotOnOfferError when the version has no such programme."""
        for programme in self.programmes:
            if programme.code == code:
                return programme
        raise NotOnOfferError


def _contradictions(terms: Terms) -> Iterable[str]:
    """What strict types cannot say about terms."""
    bands = terms.tariff.age_bands
    codes = [programme.code for programme in terms.programmes]
    if len(set(codes)) != len(codes) or not codes:
        yield "programmes: each needs a code of its own"
    if any(scope not in SCOPES for scope in terms.scopes) or not terms.scopes:
        yield "scopes: unknown or none"
    if any(not 0 <= percent < 100 for percent in terms.copay_percents) or not terms.copay_percents:
        yield "copay_percents: from 0 to 99"
    if set(terms.tariff.copay_factors) != set(terms.copay_percents):
        yield "tariff.copay_factors: one for each copay percent on offer"
    else:
        by_percent = [terms.tariff.copay_factors[percent] for percent in sorted(terms.copay_percents)]
        if any(dearer < cheaper for dearer, cheaper in pairwise(by_percent)):
            yield "tariff.copay_factors: a higher copay cannot be dearer"
    if any(set(terms.tariff.base.get(scope, {})) != set(codes) for scope in terms.scopes):
        yield "tariff.base: a price for each scope and programme"
    if not bands or bands[0].age_from > terms.age_from or bands[-1].age_to < terms.age_to:
        yield "tariff.age_bands: do not reach the ages on sale"
    if any(left.age_to + 1 != right.age_from for left, right in pairwise(bands)):
        yield "tariff.age_bands: a hole or an overlap"
    if terms.start_from_days < 0 or terms.start_within_days < terms.start_from_days:
        yield "start_within_days: before start_from_days"
    if terms.tariff.step <= Money.zero():
        yield "tariff.step: above zero"


_ADAPTER: TypeAdapter[Terms] = TypeAdapter(Terms)


def parse_terms(written: Mapping[str, Any]) -> Terms:
    """Terms from the JSON of a version; WrongTermsError names the first thing wrong (unknown keys too)."""
    try:
        return _ADAPTER.validate_json(json.dumps(written), strict=True)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise WrongTermsError(reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def write_terms(terms: Terms) -> dict[str, Any]:
    """The JSON that `parse_terms` reads back to the same terms."""
    return _ADAPTER.dump_python(terms, mode="json")


def quote(
    terms: Terms, *, born_on: date, sex: str, scope: str, programme: str, copay_percent: int, starts_on: date
) -> Money:
    """The premium for the whole term. AgeNotSoldError, NotOnOfferError. Age is full years on the first day."""
    age = full_years(born_on, starts_on)
    if not terms.age_from <= age <= terms.age_to:
        raise AgeNotSoldError(age_from=terms.age_from, age_to=terms.age_to)
    if scope not in terms.scopes or copay_percent not in terms.copay_percents or sex not in ("female", "male"):
        raise NotOnOfferError
    terms.programme(programme)
    band = next(band for band in terms.tariff.age_bands if band.age_from <= age <= band.age_to)
    base = terms.tariff.base[scope][programme]
    return _in_steps(terms, base.amount * band.factor(sex) * terms.tariff.copay_factors[copay_percent])


def lowest_premium(terms: Terms, *, age: int) -> Money:
    """The cheapest premium at that age, whatever sex, scope, programme and copay: what a page may call «from».
    AgeNotSoldError."""
    if not terms.age_from <= age <= terms.age_to:
        raise AgeNotSoldError(age_from=terms.age_from, age_to=terms.age_to)
    band = next(band for band in terms.tariff.age_bands if band.age_from <= age <= band.age_to)
    bases = [terms.tariff.base[scope][one.code].amount for scope in terms.scopes for one in terms.programmes]
    copay = min(terms.tariff.copay_factors[percent] for percent in terms.copay_percents)
    return _in_steps(terms, min(bases) * min(band.female, band.male) * copay)


def _in_steps(terms: Terms, exact: Decimal) -> Money:
    step = terms.tariff.step
    return step.times((exact / step.amount).to_integral_value(rounding=ROUND_HALF_UP))


def typical_copay(terms: Terms, *, copay_percent: int) -> Money:
    """What the copay of the worked year comes to: each service's share to the kopeck, times its number."""
    return Money.total(line.price.share(copay_percent).times(line.times) for line in terms.typical_year)


def typical_price(terms: Terms) -> Money:
    """What the services of the worked year cost in a clinic without a policy."""
    return Money.total(line.price.times(line.times) for line in terms.typical_year)


# Registers are typed by people: a Cyrillic А or В looks the same as the nomenclature's Latin letter.
_LATIN = str.maketrans({"А": "A", "В": "B", "а": "A", "в": "B"})


def normal_service_code(code: str) -> str:
    """A nomenclature code with Latin capitals and no spaces."""
    return code.strip().translate(_LATIN).upper()


@lru_cache(maxsize=4096)
def _longest(prefixes: tuple[str, ...], code: str) -> int:
    return max((len(prefix) for prefix in prefixes if code == prefix or code.startswith(prefix + ".")), default=0)


def benefit_for(terms: Terms, programme: str, service_code: str) -> Benefit | None:
    """The benefit that covers a service, or None. The longest matching prefix decides; at equal length an
    exclusion wins. NotOnOfferError for a programme the terms do not have."""
    held = terms.programme(programme)
    code = normal_service_code(service_code)
    excluded = max((_longest(exclusion.service_prefixes, code) for exclusion in held.exclusions), default=0)
    length, index = max(
        ((_longest(benefit.service_prefixes, code), -at) for at, benefit in enumerate(held.benefits)), default=(0, 0)
    )
    return held.benefits[-index] if length > excluded else None
