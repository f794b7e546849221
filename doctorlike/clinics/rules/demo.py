"""The invented network of a demonstration. Names say «Демо», prices are invented, and the numbers reach nobody: no
subscriber's number in the country begins with 000."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from doctorlike.clinics.rules.hours import WHOLE_DAY, OpeningHours, Span
from doctorlike.clinics.rules.phones import Phone
from doctorlike.clinics.rules.services import DEMO_SERVICES, CareKind
from doctorlike.kit.money import Money


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """A region's town with its point and three figures of its area code."""

    region_code: str
    city: str
    latitude: float
    longitude: float
    phone_code: str


@dataclass(frozen=True, slots=True)
class DemoClinic:
    source_key: str
    region_code: str
    name: str
    city: str
    address: str
    latitude: float
    longitude: float
    phones: tuple[Phone, ...]
    hours: OpeningHours
    hours_text: str
    care_kinds: tuple[CareKind, ...]
    online_booking: bool
    prices: tuple[tuple[str, str, Money], ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    care_kinds: tuple[CareKind, ...]
    online_booking: bool
    hours: OpeningHours
    hours_text: str
    metres_north: int
    metres_east: int


def _week(weekdays: Span, saturday: Span | None, sunday: Span | None = None) -> OpeningHours:
    return OpeningHours((*((weekdays,),) * 5, (saturday,) if saturday else (), (sunday,) if sunday else ()))


_KINDS = (
    _Kind(
        "Демо-поликлиника «Ромашка»",
        (CareKind.OUTPATIENT,),
        True,
        _week(Span(480, 1200), Span(540, 900)),
        "пн-пт 08:00-20:00, сб 09:00-15:00",
        1100,
        -700,
    ),
    _Kind(
        "Демо-клиника «Василёк»",
        (CareKind.OUTPATIENT, CareKind.DENTAL, CareKind.HOME),
        True,
        _week(Span(480, 1260), Span(540, 1080), Span(540, 1080)),
        "пн-пт 08:00-21:00, сб-вс 09:00-18:00",
        -1600,
        1900,
    ),
    _Kind(
        "Демо-клиника «Подорожник»",
        (CareKind.OUTPATIENT, CareKind.INPATIENT),
        False,
        OpeningHours(((WHOLE_DAY,),) * 7),
        "круглосуточно",
        2400,
        800,
    ),
)
_STREETS = ("Садовая", "Солнечная", "Парковая", "Речная", "Берёзовая", "Молодёжная", "Школьная", "Полевая", "Лесная")
_METRES_IN_A_DEGREE = 111_000
# Dearer in the two capitals, and nowhere quite the same, so that comparing clinics shows something.
_DEARER = {"RU-MOW": Decimal("1.60"), "RU-SPE": Decimal("1.40"), "RU-MOS": Decimal("1.30"), "RU-LEN": Decimal("1.20")}
_STEP = Money.of(50)


def demo_clinics(places: list[DemoPlace]) -> Iterator[DemoClinic]:
    """Two or three a region, the same for the same places every time."""
    for at, place in enumerate(places):
        for number, kind in enumerate(_KINDS[: 3 if at % 2 == 0 else 2], start=1):
            street, house = _STREETS[(at + number * 3) % len(_STREETS)], 1 + (at * 7 + number * 13) % 90
            factor = _DEARER.get(place.region_code, Decimal(1)) * (90 + (at * 11 + number * 7) % 21) / 100
            yield DemoClinic(
                source_key=f"demo-{place.region_code}-{number}",
                region_code=place.region_code,
                name=kind.name,
                city=place.city,
                address=f"г {place.city}, ул {street}, д.{house}",
                latitude=round(place.latitude + kind.metres_north / _METRES_IN_A_DEGREE, 5),
                longitude=round(place.longitude + kind.metres_east / _METRES_IN_A_DEGREE * 1.7, 5),
                phones=(Phone(f"+7{place.phone_code}00000{number:02}"),),
                hours=kind.hours,
                hours_text=kind.hours_text,
                care_kinds=kind.care_kinds,
                online_booking=kind.online_booking,
                prices=tuple(
                    (service.code, service.name, _rounded(service.price.times(factor)))
                    for service in DEMO_SERVICES
                    if service.care_kind in kind.care_kinds
                ),
            )


def _rounded(price: Money) -> Money:
    steps = (price.amount / _STEP.amount).to_integral_value()
    return _STEP.times(steps)
