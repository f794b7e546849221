"""Regions come in by files: the shipped one, and an insurer's own."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from doctorlike.kit.actors import Actor
from doctorlike.kit.sheets import UnreadableSheetError
from doctorlike.regions import commands, queries
from doctorlike.regions.errors import WrongRegionListError
from doctorlike.regions.models import Region
from doctorlike.regions.rules import FederalDistrict

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CONSOLE = Actor.system("console")
HEADER = "code,name,short_name,name_en,aliases,federal_district,zones\n"
KITEZH = "XX-KIT,Китежская область,Китежская область,Kitezh Oblast,Китеж|Светлояр,volga,Europe/Moscow\n"

pytestmark = pytest.mark.django_db


def load_shipped() -> int:
    return commands.load_shipped_regions(by=CONSOLE, at=NOW)


def test_the_83_subjects_of_the_iso_list_are_shipped_with_their_zones() -> None:
    assert load_shipped() == 83
    regions = {region.code: region for region in queries.all_regions()}
    assert len(regions) == 83
    assert regions["RU-SAM"].federal_district is FederalDistrict.VOLGA
    offsets = [
        ZoneInfo(zone).utcoffset(NOW.replace(tzinfo=None)) // timedelta(hours=1)  # type: ignore[operator]
        for zone in regions["RU-SA"].zones
    ]
    assert offsets == [9, 10, 11]
    assert len(regions["RU-SAK"].zones) > 1


def test_the_list_follows_the_russian_alphabet() -> None:
    load_shipped()
    names = [region.short_name for region in queries.all_regions()]
    assert names[0] == "Адыгея"
    assert names[-1] == "Ярославская область"
    assert names.index("Еврейская АО") < names.index("Забайкальский край")


def test_loading_again_adds_nothing_and_keeps_what_the_insurer_changed() -> None:
    load_shipped()
    region = Region.objects.get(pk="RU-SAM")
    region.short_name = "Самара и область"
    region.save()
    assert load_shipped() == 0
    assert queries.region("RU-SAM").short_name == "Самара и область"


def test_an_insurers_file_adds_changes_and_keeps() -> None:
    load_shipped()
    samara = "RU-SAM,Самарская область,Самара,Samara Oblast,Куйбышев,volga,Europe/Samara\n"
    content = (HEADER + KITEZH + samara).encode("cp1251")
    first = commands.import_regions(content=content, by=CONSOLE, at=NOW)
    assert [number for number, _name in first.added] == [2]
    assert [number for number, _name in first.changed] == [3]
    assert queries.search("светлояр")[0].code == "XX-KIT"
    assert queries.region("RU-SAM").aliases == ("Куйбышев",)
    again = commands.import_regions(content=content, by=CONSOLE, at=NOW)
    assert (len(again.added), len(again.changed), len(again.same)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("XX-A,,Имя,Name,,volga,Europe/Moscow", "столбец name: пусто"),
        ("XX-A,Имя,Имя,Name,,mars,Europe/Moscow", "нет такого округа"),
        ("XX-A,Имя,Имя,Name,,volga,Europe/Kitezh", "нет пояса Europe/Kitezh"),
        ("XX-A,Имя,Имя,Name,,volga,../../etc/passwd", "нет пояса"),
        ("XX-KIT,Имя,Имя,Name,,volga,Europe/Moscow", "уже есть в файле"),
        ("XX-A,Самарская область,Имя,Name,,volga,Europe/Moscow", "занято регионом RU-SAM"),
    ],
)
def test_one_wrong_row_stops_the_whole_file(row: str, reason: str) -> None:
    load_shipped()
    with pytest.raises(WrongRegionListError) as refused:
        commands.import_regions(content=(HEADER + KITEZH + row).encode(), by=CONSOLE, at=NOW)
    assert [number for number, _reason in refused.value.facts["wrongs"]] == [3]
    assert reason in refused.value.facts["wrongs"][0][1]
    assert not Region.objects.filter(pk="XX-KIT").exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"%PDF-1.7\n\x00", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_another_kind_of_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableSheetError):
        commands.import_regions(content=content, by=CONSOLE, at=NOW)


def test_the_console_tells_each_row_and_fails_loudly(tmp_path: Path) -> None:
    load_shipped()
    told = StringIO()
    good = tmp_path / "regions.csv"
    good.write_text(HEADER + KITEZH, encoding="utf-8-sig")
    call_command("import_regions", str(good), stdout=told)
    assert "строка 2: Китежская область: добавлен" in told.getvalue()
    assert "Строк 1: добавлено 1, изменено 0, без изменений 0" in told.getvalue()
    bad = tmp_path / "bad.csv"
    bad.write_text(HEADER + "XX-B,,,,,,\n")
    with pytest.raises(CommandError, match="ошибок в строках 1"):
        call_command("import_regions", str(bad), stderr=told)
    with pytest.raises(CommandError, match="не открылся"):
        call_command("import_regions", str(tmp_path / "none.csv"))
