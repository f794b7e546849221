"""People find their region however they type it."""

import pytest

from doctorlike.kit.sheets import read_sheet
from doctorlike.regions.commands import SHIPPED
from doctorlike.regions.rules import RegionCard, find, read_row


@pytest.fixture(scope="module")
def regions() -> list[RegionCard]:
    return [read_row(row.cells) for row in read_sheet(SHIPPED.read_bytes()).rows]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Москва", "RU-MOW"),
        ("г. Москва", "RU-MOW"),
        ("vjcrdf", "RU-MOW"),
        ("моксва", "RU-MOW"),
        ("подмосковье", "RU-MOS"),
        ("спб", "RU-SPE"),
        ("питер", "RU-SPE"),
        ("gbnth", "RU-SPE"),
        ("Санкт Питербург", "RU-SPE"),
        ("ямал", "RU-YAN"),
        ("югра", "RU-KHM"),
        ("хмао", "RU-KHM"),
        ("якутия", "RU-SA"),
        ("орел", "RU-ORL"),
        ("Орёл", "RU-ORL"),
        ("самарская обл", "RU-SAM"),
        ("татарстон", "RU-TA"),
        ("башкирия", "RU-BA"),
        ("кузбасс", "RU-KEM"),
        ("Moscow", "RU-MOW"),
        ("кубвнь", "RU-KDA"),
        ("RU", None),
    ],
)
def test_what_is_typed_finds_the_region(regions: list[RegionCard], typed: str, code: str | None) -> None:
    found = find(typed, regions)
    assert (found[0].code if found else None) == code


def test_every_region_is_found_first_by_each_of_its_names(regions: list[RegionCard]) -> None:
    for region in regions:
        for name in (region.name, region.short_name, region.name_en):
            assert find(name, regions)[0].code == region.code, name


def test_slips_are_forgiven_only_when_nothing_fits_exactly(regions: list[RegionCard]) -> None:
    assert [region.code for region in find("курск", regions)] == ["RU-KRS"]
    assert "RU-KGN" not in [region.code for region in find("курск", regions)]


@pytest.mark.parametrize("typed", ["", "   ", "?!", "щщщщщщщ", "x" * 500])
def test_nonsense_finds_nothing(regions: list[RegionCard], typed: str) -> None:
    assert find(typed, regions) == []
