"""«Список ЛПУ» as a file: whole, safe to open, made once."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from doctorlike.clinics import commands
from doctorlike.clinics.commands import listing
from doctorlike.clinics.models import Clinic, ListFile, NetworkMembership
from doctorlike.clinics.rules.listing import MOST_AT_ONCE, MOST_IN_PDF, ListAsked, ListFormat, file_name
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.regions import commands as regions
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
TODAY = date(2026, 3, 1)
BY = Actor.system("tests")
LIST = """address,clinic,phone,hours
"г Москва, ул Алабяна, д.13 (м. Сокол)",Первая,т.:8 495 1234567,пн-пт 08:00-16:00
"Самарская обл, г Самара, ул Полевая, д.4",Четвёртая,,
"Самарская обл, г Самара, ул Садовая, д.20",Пятая,,
"""


@pytest.fixture(autouse=True)
def _network() -> None:
    regions.load_shipped_regions(by=BY, at=AT)
    commands.import_clinics(content=LIST.encode(), file_name="list.csv", by=BY, at=AT)


def asked(scope: str = "russia", format: ListFormat = ListFormat.XLSX, *codes: str) -> ListAsked:
    return ListAsked(scope, TODAY, codes or None, format)


def content(one: ListAsked) -> bytes:
    made = listing.list_content(asked=one, what="Вся Россия", by=BY, at=AT)
    assert made is not None
    return made


def cells(workbook: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0]
    return [[cell for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def test_the_table_names_every_clinic_with_where_and_how_to_reach_it() -> None:
    [first, *_others] = [row for row in cells(content(asked())) if row[0].value == "Первая"]
    told = [cell.value for cell in first]
    assert told[:4] == ["Первая", "г Москва, ул Алабяна, д.13", "Москва", "Сокол"]
    assert told[4].replace("\u00a0", " ") == "+7 495 123-45-67"
    assert told[5:] == ["пн-пт 08:00-16:00", "нет"]


def test_what_looks_like_a_formula_is_text() -> None:
    Clinic.objects.filter(name="Четвёртая").update(name='=HYPERLINK("http://zlo.example";"Клиника")')
    Clinic.objects.filter(name="Пятая").update(name="@SUM(1)")
    every = [cell for row in cells(content(asked())) for cell in row]
    assert {cell.data_type for cell in every} == {"s"}
    risky = [cell for cell in every if str(cell.value).startswith(("=", "@", "+"))]
    assert len(risky) == 3
    assert all(cell.quotePrefix for cell in risky)


def test_one_region_and_one_scope_hold_their_own_clinics_only() -> None:
    named = {row[0].value for row in cells(content(asked("russia", ListFormat.XLSX, "RU-MOW")))}
    assert "Первая" in named
    assert "Пятая" not in named
    assert "Первая" not in {row[0].value for row in cells(content(asked("regions")))}


def test_the_pdf_is_made_from_the_same_rows() -> None:
    assert content(asked(format=ListFormat.PDF)).startswith(b"%PDF")


def test_a_file_is_made_once_a_day_and_anew_when_a_clinic_left() -> None:
    first = content(asked())
    made_at = ListFile.objects.get().ready_at
    assert listing.list_content(asked=asked(), what="", by=BY, at=AT + timedelta(hours=1)) == first
    assert ListFile.objects.get().ready_at == made_at
    NetworkMembership.objects.filter(clinic=Clinic.objects.get(name="Первая")).update(to_on=TODAY)
    assert "Первая" not in {row[0].value for row in cells(content(asked()))}
    assert ListFile.objects.count() == 1


def crowd(number: int) -> None:
    """So many more clinics, as rows alone."""
    pattern = Clinic.objects.get(name="Первая")
    made = [
        Clinic(source_key=f"c{n}", name=f"Клиника {n}", region_id="RU-MOW", address=pattern.address, zone=pattern.zone)
        for n in range(number)
    ]
    Clinic.objects.bulk_create(made)
    NetworkMembership.objects.bulk_create(
        [NetworkMembership(clinic=clinic, scope="russia", from_on=TODAY) for clinic in made]
    )


def test_a_long_list_is_made_by_a_job_and_kept_for_all() -> None:
    crowd(MOST_AT_ONCE["pdf"])
    pdf = asked(format=ListFormat.PDF)
    assert listing.list_content(asked=pdf, what="Вся Россия", by=BY, at=AT) is None
    once, again = (listing.ask_list_file(asked=pdf, what="Вся Россия", by=BY, at=AT) for _ in range(2))
    assert once == again
    with clock.moved_to(AT):
        assert run_jobs() == 1
    assert content(pdf).startswith(b"%PDF")


def test_what_nobody_could_open_is_no_pdf_but_a_table() -> None:
    assert asked(format=ListFormat.PDF).fits(MOST_IN_PDF)
    assert not asked(format=ListFormat.PDF).fits(MOST_IN_PDF + 1)
    assert asked().fits(100_000)


def test_files_of_past_days_are_forgotten() -> None:
    content(asked())
    assert listing.remove_old_list_files(on=TODAY + timedelta(days=1)) == 0
    assert listing.remove_old_list_files(on=TODAY + timedelta(days=2)) == 1
    assert not ListFile.objects.exists()


def test_the_name_of_a_file_says_whose_what_and_when() -> None:
    named = file_name("СОГАЗ", "Самарская область, Пермский край", TODAY, "xlsx")
    assert named == "СОГАЗ — список ЛПУ — Самарская область Пермский край — 2026-03-01.xlsx"
    assert "/" not in file_name("а/б", "../в", TODAY, "pdf")
