"""What an address tells about region, town and metro."""

import pytest

from doctorlike.clinics.rules import read_address, region_names
from doctorlike.kit.sheets import read_sheet
from doctorlike.regions.commands import SHIPPED
from doctorlike.regions.rules import read_row

NAMES = region_names([read_row(row.cells) for row in read_sheet(SHIPPED.read_bytes()).rows])


@pytest.mark.parametrize(
    ("address", "region", "city", "metro"),
    [
        ("г Москва, ул Садовая, д.3 (м. Северная,Южная)", "RU-MOW", "Москва", ("Северная", "Южная")),
        ("Москва, Садовая ул, д.42 (м.Северная, Южная 2)", "RU-MOW", "Москва", ("Северная", "Южная 2")),
        ("101000, г. Москва, ул Садовая, д.3", "RU-MOW", "Москва", ()),
        ("Россия, г Москва, ул Садовая", "RU-MOW", "Москва", ()),
        ("Москва г, ул Садовая", "RU-MOW", "Москва", ()),
        ("Московская обл, г Химки, ул Садовая, д.16", "RU-MOS", "Химки", ()),
        ("Московская область, Химки, Садовая ул, д.3", "RU-MOS", "Химки", ()),
        ("обл Московская, пгт Томилино, ул Садовая", "RU-MOS", "Томилино", ()),
        ("Московская обл, ул Садовая, д.1", "RU-MOS", "", ()),
        ("г Санкт-Петербург, пр-кт Садовый, д.1", "RU-SPE", "Санкт-Петербург", ()),
        ("СПб, пр-кт Садовый, д.1", "RU-SPE", "СПб", ()),
        ("Респ Татарстан, г Казань, ул Садовая", "RU-TA", "Казань", ()),
        ("Татарстан Респ, Казань г, ул Садовая", "RU-TA", "Казань г", ()),
        ("Ханты-Мансийский Автономный округ - Югра, г Сургут, ул Садовая", "RU-KHM", "Сургут", ()),
        ("Кемеровская область - Кузбасс, г Кемерово", "RU-KEM", "Кемерово", ()),
        ("Респ Саха (Якутия), г Якутск", "RU-SA", "Якутск", ()),
        ("Алтайский край, г Барнаул", "RU-ALT", "Барнаул", ()),
        ("ул Московская, д.1", None, "", ()),
        ("Алтай, ул Садовая", None, "", ()),
        ("г Китеж, ул Садовая", None, "", ()),
    ],
)
def test_the_address_names_its_region(address: str, region: str | None, city: str, metro: tuple[str, ...]) -> None:
    assert read_address(address, NAMES) == (region, city, metro)
