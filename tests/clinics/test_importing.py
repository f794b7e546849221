"""Lists of clinics come in: every row accounted for, all or nothing, twice changes nothing. The list is invented, in
the shape of real ones."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from doctorlike.clinics import commands, queries
from doctorlike.clinics.commands import ImportReport
from doctorlike.clinics.errors import UnreadableListError
from doctorlike.clinics.models import Clinic, ImportRow, ImportRun, NetworkMembership
from doctorlike.clinics.rules import Outcome
from doctorlike.kit.actors import Actor
from doctorlike.kit.sheets import LARGEST_FILE_BYTES
from doctorlike.regions import commands as regions

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BY = Actor.system("tests")
HEADER = "address,clinic,phone,hours,services,website,rating\n"
LIST = HEADER + (
    '"г Москва, ул Садовая, д.3 (м. Северная,Южная)","ООО ""Ромашка""",т.:84950000001,пн-пт 08:00-20:00,'
    "Амбулаторно-поликлиническое обслуживание; Запись по телефону,https://romashka.example/,4.8\n"
    '"Московская обл, г Химки, ул Садовая, д.1",ООО «Василёк»,"т.:8 498 0000001, 115",круглосуточно,'
    "Стоматологическая помощь,vasilek.example,4.1\n"
    '"Москва, Садовая ул, д.5",АО «Пион»,,по записи,Экстренная стационарная помощь,не сайт,семь\n'
    '"г Китеж, ул Садовая, д.1",ООО «Лотос»,т.:84950000002,,,,\n'
    '"г Москва, ул Садовая, д.7",,т.:84950000003,,,,\n'
    '"Г. МОСКВА, ул. Садовая, д. 3 (м. Северная,Южная)",ООО «Ромашка»,т.:84950000001,,,,\n'
    "г Москва, ул Садовая, д.9,ООО «Мак»,т.:84950000004,,,,\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions() -> None:
    regions.load_shipped_regions(by=BY, at=NOW)


def take(content: str | bytes, **more: object) -> ImportReport:
    data = content.encode() if isinstance(content, str) else content
    return commands.import_clinics(content=data, file_name="list.csv", by=BY, at=NOW, **more)  # type: ignore[arg-type]


def test_every_row_is_accounted_for() -> None:
    report = take(LIST)
    assert [(row.number, row.outcome) for row in report.rows] == [
        (2, Outcome.ADDED),
        (3, Outcome.ADDED),
        (4, Outcome.ADDED),
        (5, Outcome.REFUSED),
        (6, Outcome.REFUSED),
        (7, Outcome.REPEATED),
        (8, Outcome.REFUSED),
    ]
    remarks = {row.number: [remark.column for remark in row.remarks] for row in report.rows}
    assert remarks == {
        2: [],
        3: ["phone"],
        4: ["hours", "website", "rating"],
        5: ["address"],
        6: ["clinic"],
        7: ["clinic"],
        8: [""],
    }
    assert sum(report.count(outcome) for outcome in Outcome) == len(report.rows)
    assert report.with_remarks == 2
    run = queries.runs()[0]
    assert run.row_count == 7
    assert run.counts[Outcome.ADDED] == 3
    kept = queries.list_rows(run.id, to_mend=True)[:50]
    assert [row.number for row in kept] == [3, 4, 5, 6, 7, 8]
    assert kept[2].told["clinic"] == "ООО «Лотос»"


def test_what_is_stored_is_what_the_row_meant() -> None:
    take(LIST, places={"г Москва, ул Садовая, д.3 (м. Северная,Южная)": (37.6, 55.7)})
    row = Clinic.objects.get(name__contains="Ромашка")
    clinic = queries.clinic(row.pk)
    assert clinic.region_code == "RU-MOW"
    assert clinic.zone == "Europe/Moscow"
    assert clinic.metro == ("Северная", "Южная")
    assert (clinic.latitude, clinic.longitude) == (55.7, 37.6)
    assert [phone.e164 for phone in clinic.phones] == ["+74950000001"]
    assert clinic.hours is not None
    assert clinic.care_kinds == ("outpatient",)
    scopes = NetworkMembership.objects.filter(clinic=row).values_list("scope", flat=True)
    assert sorted(scopes) == ["moscow", "russia"]


def test_the_same_list_again_changes_nothing() -> None:
    take(LIST)
    before = list(Clinic.objects.order_by("pk").values())
    report = take(LIST)
    assert report.count(Outcome.SAME) == 3
    assert report.count(Outcome.ADDED) == report.count(Outcome.CHANGED) == report.new_memberships == 0
    assert list(Clinic.objects.order_by("pk").values()) == before


def test_a_changed_row_changes_the_clinic_and_keeps_its_identity() -> None:
    take(LIST)
    before = Clinic.objects.get(name__contains="Ромашка")
    report = take(LIST.replace("84950000001,пн-пт 08:00-20:00", "84950000009,круглосуточно"))
    after = Clinic.objects.get(name__contains="Ромашка")
    assert report.count(Outcome.CHANGED) == 1
    assert report.count(Outcome.SAME) == 2
    assert after.pk == before.pk
    assert after.phones == [["+74950000009", ""]]
    assert after.spans.count() == 7


def test_a_scope_named_takes_the_list_into_that_one_only() -> None:
    report = take(LIST, scopes=("moscow",))
    assert set(NetworkMembership.objects.values_list("scope", flat=True)) == {"moscow"}
    assert report.new_memberships == 3
    wrong = take(LIST.replace("ул Садовая, д.3", "ул Садовая, д.33"), scopes=("regions",))
    assert any("вне названного покрытия" in remark.text for row in wrong.rows for remark in row.remarks)


def test_coordinates_of_another_country_are_left_out_with_a_remark() -> None:
    place = {"Москва, Садовая ул, д.5": (2.35, 48.85)}
    report = take(LIST, places=place)
    remarks = next(row.remarks for row in report.rows if row.number == 4)
    assert "coordinates" in [remark.column for remark in remarks]
    assert Clinic.objects.get(name__contains="Пион").latitude is None


def test_queries_do_not_grow_with_the_list(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]  # pytest-django's fixture
    rows = "".join(
        f'"г Москва, ул Садовая, д.{n}",Клиника {n},т.:84950000001,пн-вс 08:00-20:00,,,\n' for n in range(200)
    )
    with django_assert_max_num_queries(45):
        assert take(HEADER + rows).count(Outcome.ADDED) == 200
    with django_assert_max_num_queries(45):
        assert take(HEADER + rows.replace("08:00", "09:00")).count(Outcome.CHANGED) == 200


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_the_usual_encodings_and_separators_are_read(encoding: str) -> None:
    semicolons = "address;clinic;phone\n" + '"г Москва, ул Садовая, д.1";"ООО ""Мак""";т.:84950000001\n'
    assert take(semicolons.encode(encoding)).count(Outcome.ADDED) == 1


def test_a_spreadsheet_is_read_like_a_text_file() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Address", "Clinic", "Phone", "Rating"])
    sheet.append(["г Москва, ул Садовая, д.1", "ООО «Мак»", 84950000001, 4.5])
    sheet.append([None, None, None, None])
    sheet.append(["г Москва, ул Садовая, д.2", "ООО «Мак»", "84950000002 доб 1", "4,5"])
    content = io.BytesIO()
    workbook.save(content)
    report = take(content.getvalue())
    assert [(row.number, row.outcome) for row in report.rows] == [(2, Outcome.ADDED), (4, Outcome.ADDED)]
    assert Clinic.objects.get(address__endswith="д.1").phones == [["+74950000001", ""]]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(4):
            file.writestr(f"xl/{number}.xml", b"0" * 100_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"%PDF-1.7\n\x00\x01",
        b"\x89PNG\r\n\x1a\n\x00",
        b"PK\x03\x04 broken",
        b"name,place\nx,y\n",
        b"address,address,clinic\na,b,c\n",
        (HEADER + '"г Москва, ул Садовая,ООО «Мак»\n').encode(),
        b"x" * (LARGEST_FILE_BYTES + 1),
    ],
    ids=["empty", "blank", "pdf", "png", "broken zip", "other columns", "columns twice", "open quote", "too large"],
)
def test_a_file_that_cannot_be_trusted_leaves_nothing_behind(content: bytes) -> None:
    with pytest.raises(UnreadableListError):
        take(content)
    assert not Clinic.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(UnreadableListError, match="300 МБ"):
        take(bomb())
    assert not Clinic.objects.exists()


def test_the_console_takes_a_folder_and_its_numbers_add_up(tmp_path: Path) -> None:
    (tmp_path / "clinics.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "coords.json").write_text(json.dumps({"Москва, Садовая ул, д.5": [37.6, 55.7]}))
    told, progress = io.StringIO(), io.StringIO()
    call_command("import_clinics", str(tmp_path), stdout=told, stderr=progress)
    assert "Строк 7: добавлена 3, изменена 0, без изменений 0, повтор 1, не принята 3." in told.getvalue()
    assert "строка 3 (добавлена), phone: не номер: 115" in told.getvalue()
    assert "прочитано 7 из 7" in progress.getvalue()
    assert Clinic.objects.get(name__contains="Пион").latitude == 55.7


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("clinics.csv", b"%PDF\x00", "не загружен, строка 1"),
        ("clinics.csv", b"", "не загружен"),
        ("other.txt", b"", "нет clinics.csv"),
        ("coords.json", b"{", "нет clinics.csv"),
    ],
)
def test_the_console_fails_loudly(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=words):
        call_command("import_clinics", str(tmp_path))
    assert not ImportRow.objects.exists()


def test_broken_coordinates_stop_the_whole_list(tmp_path: Path) -> None:
    (tmp_path / "clinics.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "coords.json").write_text('{"a": "b"}')
    with pytest.raises(CommandError, match=r"coords\.json"):
        call_command("import_clinics", str(tmp_path))
    assert not Clinic.objects.exists()
