"""The desk brings a list in: sends the file, names its columns, looks rows through, mends, applies, takes it back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from doctorlike.accounts.rules import Role
from doctorlike.clinics import queries
from doctorlike.clinics.models import Clinic, ImportRun, NetworkMembership
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.phones import show_phone
from doctorlike.regions import commands as regions
from doctorlike.sites.uploads import LARGEST_BODY_BYTES
from tests.desk.test_pages import browser_of
from tests.jobs import run_jobs

AT = datetime(2026, 3, 25, 6, tzinfo=UTC)
HEADING = "Название ЛПУ;Где находится;Тел.;График\n"
LIST = HEADING + (
    'ООО «Ромашка»;"г Москва, ул Садовая, д.3";84950000001;пн-пт 08:00-20:00\n'
    'ООО «Василёк»;"г Китеж, ул Садовая, д.1";84950000002;круглосуточно\n'
    'ООО «Мак»;"г Москва, ул Садовая, д.5";115;пн-пт 09:00-18:00\n'
)
COLUMNS = {
    "source": "Сеть «Весна»",
    "column_clinic": "название лпу",
    "column_address": "где находится",
    "column_phone": "тел.",
    "column_hours": "график",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(on_site: Callable[[str], None]) -> Client:
    on_site("staff")
    regions.load_shipped_regions(by=Actor.system("tests"), at=AT)
    return browser_of(Role.MEDICAL_EXPERT)


def sent(browser: Client, content: str = LIST, name: str = "сеть.csv", **more: str) -> tuple[str, str]:
    """The address that the answer leads to, and its page."""
    file = SimpleUploadedFile(name, content.encode("cp1251"))
    answer = browser.post("/desk/network/upload/", {"kind": "clinics", "file": file, **more}, follow=True)
    assert answer.status_code == 200
    return answer.request["PATH_INFO"], answer.content.decode()


def applied(browser: Client, way: str, **answers: str) -> str:
    browser.post(f"{way}apply/", {"absent": "leave", **answers})
    run_jobs()
    return browser.get(way).content.decode()


def read(browser: Client, content: str = LIST) -> str:
    """The way to a list that was read."""
    way, _page = sent(browser, content)
    if way.endswith("columns/"):  # the heading was not met before
        browser.post(way, COLUMNS)
    run_jobs()
    return way.removesuffix("columns/")


def test_a_list_goes_all_the_way_in_and_back(expert: Client) -> None:
    with clock.moved_to(AT):
        way, page = sent(expert)
        assert way.endswith("/columns/")
        assert "г Москва, ул Садовая, д.3" in page  # the first values of a column
        assert '<option value="название лпу" selected>' in page  # guessed
        assert '<option value="где находится" selected>' not in page  # nobody could guess it
        lacking = expert.post(way, {"source": "Сеть «Весна»", "column_clinic": "название лпу"}).content.decode()
        assert "Выберите столбец" in lacking
        shown = expert.post(way, COLUMNS, follow=True).content.decode()
        assert "Читаем файл" in shown
        run_jobs()
        way = way.removesuffix("columns/")
        shown = expert.get(way).content.decode()
        assert "Новая" in shown
        assert "не видно, в каком это регионе" in shown
        assert not Clinic.objects.exists()
        shown = applied(expert, way)
        assert "Загружен" in shown
        assert sorted(Clinic.objects.values_list("name", flat=True)) == ["ООО «Мак»", "ООО «Ромашка»"]
        expert.post(f"{way}take-back/")
        run_jobs()
        assert "Отозван" in expert.get(way).content.decode()
    assert not Clinic.objects.exists()
    assert not NetworkMembership.objects.exists()


def test_the_next_list_of_a_source_is_read_without_asking(expert: Client) -> None:
    read(expert)
    way, page = sent(expert, LIST.replace("д.3", "д.33"), "другой.csv")
    assert not way.endswith("/columns/")
    assert "Узнали столбцы: источник «Сеть «Весна»»" in page
    run_jobs()
    assert "ул Садовая, д.33" in expert.get(way).content.decode()


def test_the_same_file_is_here_once(expert: Client) -> None:
    first = read(expert)
    way, page = sent(expert)
    assert way == first
    assert "второй раз он не загружается" in page
    assert ImportRun.objects.count() == 1


def test_a_refused_row_is_mended_and_taken_with_the_others(expert: Client) -> None:
    way = read(expert)
    shown = expert.get(f"{way}rows/3/").content.decode()
    assert "не видно, в каком это регионе" in shown
    assert "г Китеж" in shown
    cells = {"clinic": "ООО «Василёк»", "address": "г Китеж, ул Садовая", "phone": "", "hours": ""}
    still = expert.post(f"{way}rows/3/", cells).content.decode()
    assert 'id="id_address_error"' in still
    mended = expert.post(f"{way}rows/3/", {**cells, "address": "г Москва, ул Садовая, д.1"}, follow=True)
    assert "Строка 3 принята" in mended.content.decode()
    applied(expert, way)
    assert Clinic.objects.filter(name="ООО «Василёк»").exists()


def test_a_row_mended_after_the_list_was_applied_is_taken_at_once_and_back_with_it(expert: Client) -> None:
    way = read(expert)
    applied(expert, way)
    row = {"clinic": "ООО «Василёк»", "address": "г Москва, ул Садовая, д.1"}
    expert.post(f"{way}rows/3/", row)
    assert Clinic.objects.count() == 3
    expert.post(f"{way}take-back/")
    run_jobs()
    assert not Clinic.objects.exists()


def test_differences_are_shown_value_by_value(expert: Client) -> None:
    applied(expert, read(expert))
    way = read(expert, LIST.replace("84950000001;пн-пт 08:00-20:00", "84950000009;круглосуточно"))
    shown = expert.get(f"{way}?rows=changed").content.decode()
    assert f"<del>{show_phone('+74950000001')}</del>" in shown
    assert "<ins>круглосуточно</ins>" in shown


def test_clinics_that_the_list_leaves_out_leave_only_when_a_person_says_so(expert: Client) -> None:
    with clock.moved_to(AT):
        applied(expert, read(expert))
        shorter = "\n".join(line for line in LIST.splitlines() if "Мак" not in line) + "\n"
        way = read(expert, shorter)
        page = expert.get(f"{way}apply/").content.decode()
        assert "Были в прежних списках этого источника: 1" in page
        past = expert.post(f"{way}apply/", {"absent": "source", "absent_on": "24.03.2026"}).content.decode()
        assert "Этот день уже прошёл" in past
        applied(expert, way, absent="source", absent_on="01.04.2026")
    gone = NetworkMembership.objects.filter(to_on__isnull=False)
    assert {row.clinic.name for row in gone} == {"ООО «Мак»"}
    assert {str(row.to_on) for row in gone} == {"2026-04-01"}


def test_a_page_of_rows_is_cut_and_costs_the_same(expert: Client, django_assert_max_num_queries: Callable) -> None:
    rows = "".join(f'Клиника {n};"г Москва, ул Садовая, д.{n}";84950000001;пн-вс 08:00-20:00\n' for n in range(120))
    way = read(expert, HEADING + rows)
    with django_assert_max_num_queries(12):
        page = expert.get(f"{way}?page=2").content.decode()
    assert "Клиника 60" in page
    assert "Клиника 10<" not in page


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("список.xlsx", b"%PDF-1.7\n1 0 obj", "а файл PDF"),
        ("список.csv", b"", "пуст"),
        ("список.xlsx", b"PK\x03\x04 broken", "файл повреждён"),
    ],
)
def test_another_kind_of_file_is_told_at_its_field(expert: Client, name: str, content: bytes, words: str) -> None:
    file = SimpleUploadedFile(name, content)
    page = expert.post("/desk/network/upload/", {"kind": "clinics", "file": file}).content.decode()
    assert words in page
    assert 'id="id_file_error"' in page
    assert not ImportRun.objects.exists()


class Endless(io.RawIOBase):
    """A form with a file larger than any page takes, made as it is read; `most_asked` is how much at once."""

    def __init__(self, head: bytes, more: int, end: bytes) -> None:
        self.head, self.left, self.end, self.most_asked = head, more, end, 0
        self.size = len(head) + more + len(end)

    def read(self, size: int = -1) -> bytes:
        self.most_asked = max(self.most_asked, size)
        if self.head:
            given, self.head = self.head, b""
        elif self.left:
            given = b"x" * min(size, self.left)
            self.left -= len(given)
        else:
            given, self.end = self.end, b""
        return given


def test_a_hundred_megabytes_are_read_past_and_refused_in_words(expert: Client) -> None:
    head = (
        b'--edge\r\nContent-Disposition: form-data; name="kind"\r\n\r\nclinics\r\n'
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    )
    body = Endless(head, 100_000_000, b"\r\n--edge--\r\n")
    answer = expert.generic(
        "POST",
        "/desk/network/upload/",
        **{
            "wsgi.input": body,
            "CONTENT_TYPE": "multipart/form-data; boundary=edge",
            "CONTENT_LENGTH": str(body.size),
        },
    )
    assert "Файл больше 30 МБ" in answer.content.decode()
    assert body.left == 0
    assert body.most_asked <= LARGEST_BODY_BYTES // 100
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.FINANCE, Role.AUDITOR, Role.PRODUCT_MANAGER])
def test_nobody_else_opens_the_network(expert: Client, role: Role) -> None:
    way = read(expert)
    for address in ("/desk/network/", way, f"{way}apply/", "/desk/network/clinics/"):
        assert browser_of(role).get(address).status_code == 404


def test_progress_says_how_far_and_then_asks_for_the_page(expert: Client) -> None:
    way, _page = sent(expert)
    expert.post(way, COLUMNS)
    way = way.removesuffix("columns/")
    waiting = expert.get(f"{way}progress/")
    assert "ждёт очереди" in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    run_jobs()
    assert expert.get(f"{way}progress/")["HX-Refresh"] == "true"


def test_of_a_workbook_another_sheet_is_chosen_by_its_own_columns(expert: Client) -> None:
    book, content = Workbook(), io.BytesIO()
    first = book.active
    assert first is not None
    first.title = "Условия"
    first.append(["Клиника", "Адрес"])
    first.append(["—", "—"])
    other = book.create_sheet("Сеть")
    other.append(["ЛПУ", "Фактический адрес"])
    other.append(["ООО «Мак»", "г Москва, ул Садовая, д.5"])
    book.save(content)
    file = SimpleUploadedFile("сеть.xlsx", content.getvalue())
    answer = expert.post("/desk/network/upload/", {"kind": "clinics", "file": file}, follow=True)
    way = answer.request["PATH_INFO"]
    assert "Показать этот лист" in answer.content.decode()
    page = expert.post(way, {"do": "sheet", "sheet": "Сеть"}, follow=True).content.decode()
    assert '<option value="фактический адрес" selected>' in page
    named = {"source": "Сеть", "column_clinic": "лпу", "column_address": "фактический адрес"}
    assert "Читаем файл" in expert.post(way, named, follow=True).content.decode()


def test_a_list_whose_job_gave_up_is_queued_again_and_taken_once(expert: Client) -> None:
    way = read(expert)
    expert.post(f"{way}apply/", {"absent": "leave"})
    assert "Поставить в очередь" in expert.get(way).content.decode()
    expert.post(f"{way}again/")
    run_jobs()
    expert.post(f"{way}again/")
    assert run_jobs() == 0
    assert Clinic.objects.count() == 2


def test_a_list_that_something_depends_on_is_kept_and_says_so(expert: Client) -> None:
    way = read(expert)
    applied(expert, way)
    Clinic.objects.filter(name="ООО «Мак»").update(website="https://mak.example")
    expert.post(f"{way}take-back/")
    run_jobs()
    page = expert.get(way).content.decode()
    assert "после загрузки изменили клиники: ООО «Мак»" in page
    assert queries.run(UUID(way.split("/")[-2])).state == "applied"
    assert Clinic.objects.count() == 2
