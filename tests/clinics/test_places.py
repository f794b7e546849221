"""A place typed by hand is found by the directory's own data, or nobody pretends that it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from doctorlike.clinics import commands
from doctorlike.clinics.queries import find_place
from doctorlike.clinics.rules.places import PlaceKind, metres_between
from doctorlike.kit.actors import Actor
from doctorlike.regions import commands as regions

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor.system("tests")
LIST = """address,clinic,latitude,longitude
"г Москва, ул Алабяна, д.13 (м. Сокол)",Первая,55.8030,37.5150
"г Москва, ул Балтийская, д.4 (м. Сокол, Аэропорт)",Вторая,55.8070,37.5200
"г Москва, ул Полевая, д.1 (м. Площадь Ленина)",Третья,55.7000,37.6000
"Самарская обл, г Самара, ул Полевая, д.4",Четвёртая,53.2000,50.1400
"Самарская обл, г Самара, ул Садовая, д.20",Пятая,53.1900,50.1000
"Новосибирская обл, г Новосибирск, Вокзальная, д.1 (м. Площадь Ленина)",Шестая,55.0300,82.9200
"""


@pytest.fixture(autouse=True)
def _network() -> None:
    regions.load_shipped_regions(by=BY, at=AT)
    commands.import_clinics(content=LIST.encode(), file_name="list.csv", by=BY, at=AT)


@pytest.mark.parametrize(
    ("typed", "kind", "latitude"),
    [
        ("Сокол", PlaceKind.METRO, 55.805),
        ("м. сокол", PlaceKind.METRO, 55.805),
        ("cjrjk", PlaceKind.METRO, 55.805),
        ("Самара", PlaceKind.TOWN, 53.195),
        ("г. Самара, Садовая 20", PlaceKind.HOUSE, 53.19),
        ("Самара, Садовая", PlaceKind.STREET, 53.19),
        ("Самара, ул. Садовая, д. 99", PlaceKind.STREET, 53.19),
        ("Новосибирск площадь Ленина", PlaceKind.METRO, 55.03),
    ],
)
def test_stations_towns_streets_and_houses_are_known(typed: str, kind: PlaceKind, latitude: float) -> None:
    place = find_place(typed).place
    assert place is not None
    assert (place.kind, place.latitude) == (kind, pytest.approx(latitude, abs=0.001))


def test_of_two_places_of_one_name_that_in_the_own_regions_is_meant() -> None:
    own = find_place("площадь Ленина", near_to=["RU-NVS"]).place
    assert own is not None
    assert own.longitude == pytest.approx(82.92)


def test_a_long_street_of_one_town_is_one_place() -> None:
    far = """address,clinic,latitude,longitude
"Самарская обл, г Самара, ул Ленинская, д.1",Седьмая,53.10,50.10
"Самарская обл, г Самара, ул Ленинская, д.301",Восьмая,53.40,50.40
"""
    commands.import_clinics(content=far.encode(), file_name="far.csv", by=BY, at=AT)
    place = find_place("Самара Ленинская").place
    assert place is not None
    assert place.latitude == pytest.approx(53.25)


def test_without_a_region_to_tell_by_the_towns_are_asked_about() -> None:
    sought = find_place("площадь Ленина")
    assert (sought.place, sought.towns) == (None, ("Москва", "Новосибирск"))


@pytest.mark.parametrize("typed", ["Урюпинск", "", "   ", "улица", "'; drop table", "😀"])
def test_what_no_clinic_tells_of_is_not_known(typed: str) -> None:
    assert find_place(typed).place is None


def test_a_degree_of_the_equator_is_as_long_as_it_is() -> None:
    assert metres_between(0, 0, 0, 1) == pytest.approx(111_195, abs=5)
