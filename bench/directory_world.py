"""A hundred thousand clinics: the real list where there is one, and invented clinics all over the country.

Names and streets are made of syllables and of what clinics and streets are usually called, so that the dictionary is as
large, and words lie as close together, as in a real network. Common words are common: every third is a dental clinic,
every seventh stands in Moscow. Import this only after `Measurement.enter_django("portal")`.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from bench.harness import progress
from doctorlike.clinics import commands as clinics
from doctorlike.clinics.commands.network import scopes_of
from doctorlike.clinics.models import Clinic, NetworkMembership, OpeningSpan, ServicePrice
from doctorlike.clinics.rules import DEMO_SERVICES, CareKind, OpeningHours, Span, search_text
from doctorlike.kit.ids import new_id
from doctorlike.kit.spelling import fold
from doctorlike.regions import queries as regions

PLACES = Path(__file__).resolve().parents[1] / "doctorlike" / "clinics" / "data" / "demo_places.csv"
# Of the country's clinics, where so many of a hundred stand; the rest is spread evenly.
_OF_HUNDRED = {"RU-MOW": 15, "RU-MOS": 7, "RU-SPE": 6, "RU-SVE": 3, "RU-KDA": 3, "RU-TA": 3, "RU-SAM": 3}
_METRO = ("Таганская", "Сокол", "Речной вокзал", "Динамо", "Площадь Восстания", "Чкаловская", "Юго-Западная", "Озерки")
_KINDS = (
    ("Стоматология", CareKind.DENTAL),
    ("Стоматологическая клиника", CareKind.DENTAL),
    ("Клиника", CareKind.OUTPATIENT),
    ("Медицинский центр", CareKind.OUTPATIENT),
    ("Поликлиника", CareKind.OUTPATIENT),
    ("Больница", CareKind.INPATIENT),
)
_WORDS = (
    "семья здоровье доктор медик дента смайл зуб белый добрый первый новый мир люкс профи альфа вита эко плюс элит "
    "центр детский надежда сердце глаз лидер гарант союз авиценна гиппократ панацея айболит улыбка жемчуг роза оптима"
)
_STREETS = (
    "Ленина Советская Центральная Молодёжная Школьная Лесная Садовая Мира Гагарина Пушкина Кирова Победы Строителей "
    "Октябрьская Первомайская Комсомольская Зелёная Полевая Набережная Новая Московская Северная Южная Речная Горького"
)
_ONSETS = "б в г д ж з к л м н п р с т ф х ч ш бр вл гр др кр пр ст тр"
_VOWELS = "а е и о у ы я"
_CODAS = ("", "", "", "н", "р", "л", "м", "с", "т", "к")
_NAMES, _NAMED_STREETS = 6_000, 8_000
_WORKDAY = OpeningHours((*((Span(8 * 60, 20 * 60),),) * 5, (), ()))


@dataclass(frozen=True)
class _Place:
    region_code: str
    zone: str
    city: str
    latitude: float
    longitude: float


def hundred_thousand(count: int, *, on: date) -> None:
    """So many clinics more, in force for years, with an entry for each in what the search stands on."""
    draw = random.Random(804)
    names = [_word(draw, 2, 3).capitalize() for _ in range(_NAMES)]
    streets = [f"{_word(draw, 2, 3).capitalize()}ская" for _ in range(_NAMED_STREETS)]
    places = _places()
    since_on = on.replace(year=on.year - 2, month=1, day=1)
    for start in range(0, count, 5_000):
        rows = [_clinic(draw, start + at, names, streets, places) for at in range(min(5_000, count - start))]
        Clinic.objects.bulk_create(rows, batch_size=1_000)
        NetworkMembership.objects.bulk_create(
            [
                NetworkMembership(clinic=row, scope=scope, from_on=since_on)
                for row in rows
                for scope in scopes_of(row.region_id)
            ],
            batch_size=5_000,
        )
        ServicePrice.objects.bulk_create(_prices(draw, rows, since_on), batch_size=5_000)
        OpeningSpan.objects.bulk_create(
            [
                OpeningSpan(clinic=row, opens_minute=span.opens_minute, closes_minute=span.closes_minute)
                for row in rows
                for span in _WORKDAY.spans_of_week()
                if row.hours
            ],
            batch_size=5_000,
        )
        progress(f"{start + len(rows)} of {count} clinics")
    done = clinics.index_outdated(on=on)
    progress(f"{done} of them searchable")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def _word(draw: random.Random, least: int, most: int) -> str:
    return "".join(
        draw.choice(_ONSETS.split()) + draw.choice(_VOWELS.split()) + draw.choice(_CODAS)
        for _ in range(draw.randint(least, most))
    )


def _places() -> list[_Place]:
    """One for each of a hundred clinics."""
    zones = {one.code: one.zones[0] for one in regions.all_regions()}
    with PLACES.open(encoding="utf-8", newline="") as file:
        every = [
            _Place(row["code"], zones[row["code"]], row["city"], float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(file)
        ]
    many = [place for place in every for _ in range(_OF_HUNDRED.get(place.region_code, 0))]
    few = [place for place in every if place.region_code not in _OF_HUNDRED]
    return [*many * 4, *few * 3]


def _clinic(draw: random.Random, number: int, names: list[str], streets: list[str], places: list[_Place]) -> Clinic:
    place, (kind, care) = draw.choice(places), draw.choice(_KINDS)
    called = draw.choice(names) if draw.random() < 0.7 else " ".join(draw.sample(_WORDS.split(), 2)).capitalize()
    name = f"{kind} №{draw.randint(1, 300)}" if draw.random() < 0.1 else f"ООО «{kind} «{called}»"
    street = draw.choice(_STREETS.split()) if draw.random() < 0.4 else draw.choice(streets)
    metro = draw.sample(_METRO, 2) if place.region_code in ("RU-MOW", "RU-SPE") else []
    address = f"г {place.city}, ул {street}, д.{draw.randint(1, 150)}"
    kinds = [care.value]
    return Clinic(
        id=new_id(),
        source_key=f"bench-{number}",
        name=name,
        region_id=place.region_code,
        city=place.city,
        address=address,
        metro=metro,
        # Towns are denser in the middle.
        latitude=place.latitude + draw.gauss(0, 0.12),
        longitude=place.longitude + draw.gauss(0, 0.2),
        zone=place.zone,
        phones=[[f"+7495000{draw.randint(0, 9999):04}", ""]],
        hours=_WORKDAY.as_json() if draw.random() < 0.7 else None,
        care_kinds=kinds,
        online_booking=draw.random() < 0.3,
        sort_key=fold(name),
        search_text=search_text(name=name, address=address, metro=metro, care_kinds=kinds),
    )


def _prices(draw: random.Random, rows: list[Clinic], since_on: date) -> Iterator[Any]:
    """A list of ten services for two clinics of five."""
    for row in rows:
        if draw.random() < 0.4:
            for service in draw.sample(DEMO_SERVICES, 10):
                yield ServicePrice(
                    clinic=row,
                    service_code=service.code,
                    service_name=service.name,
                    price=service.price,
                    valid_from_on=since_on,
                )
