"""Staff write the next version of a product in /admin/products/."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts.rules import Role
from doctorlike.products import commands, queries
from doctorlike.products.demo import demo_terms
from doctorlike.products.rules import write_terms
from tests.desk.test_pages import browser_of
from tests.shop.builders import AT, BY
from tests.shop.conftest import first_of_march  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]

WRITTEN = write_terms(demo_terms())


@pytest.fixture
def manager(on_site: Callable[[str], None]) -> Client:
    on_site("staff")
    commands.seed_demo_product(by=BY, at=AT)
    return browser_of(Role.PRODUCT_MANAGER)


@pytest.fixture
def draft(manager: Client) -> UUID:
    manager.post("/admin/products/doctor-like/start/")
    return queries.versions()[0].id


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return answer.content.decode().replace("\u00a0", " ")


def address(draft: UUID, part: str = "") -> str:
    return f"/admin/products/versions/{draft}/{part}"


def filled(page: Any) -> dict[str, Any]:
    """What a browser would send from the page's forms, nothing touched."""
    sent: dict[str, Any] = {}
    for one in _forms(page.context["editor"].forms.values()):
        for field in one:
            value = field.value()
            if isinstance(value, bool):
                sent |= {field.html_name: "on"} if value else {}
            elif isinstance(value, list):
                sent[field.html_name] = value if field.name == "scopes" else field.field.prepare_value(value)
            elif hasattr(value, "strftime"):
                sent[field.html_name] = f"{value:%d.%m.%Y}"
            elif value is not None:
                sent[field.html_name] = value
    return {**sent, "seen": page.context["seen"]}


def _forms(kept: Any) -> Any:
    for one in kept:
        if hasattr(one, "management_form"):
            yield one.management_form
            yield from one.forms
        else:
            yield one


@pytest.mark.parametrize("part", ["contract", "programmes", "programmes/polyclinic_dental", "tariff", "years", "texts"])
def test_a_part_saved_untouched_changes_nothing(manager: Client, draft: UUID, part: str) -> None:
    page = manager.get(address(draft, f"{part}/"))
    before = queries.draft(draft)
    answer = manager.post(address(draft, f"{part}/"), filled(page))
    assert answer.status_code == 302, answer.context["editor"].forms
    after = queries.draft(draft)
    assert after.terms == before.terms
    assert after.line.sold_from_on == before.line.sold_from_on


def test_a_new_price_is_seen_in_its_effect_and_published_after_a_second_look(manager: Client, draft: UUID) -> None:
    page = manager.get(address(draft, "tariff/"))
    sent = {**filled(page), "base-moscow-polyclinic": "23 100", "base-moscow-polyclinic_dental": "33 000,00"}
    assert manager.post(address(draft, "tariff/"), sent).status_code == 302
    shown = text(manager.get(address(draft)))
    for words in ("Договор", "Программы", "Тариф", "Примеры года", "Слова и правила", "Опубликовать ещё нельзя"):
        assert (words in shown) == (words != "Опубликовать ещё нельзя")
    assert "Что изменится в ценах против версии 1" in shown
    assert "Дорожает сильнее всего" in shown
    look = manager.get(address(draft, "publish/"))
    seen = look.context["form"]["seen"].value()
    refused = manager.post(address(draft, "publish/"), {"number": "1", "seen": seen, "looked": "on"})
    assert "Это черновик версии 2" in text(refused, 422)
    assert "Поставьте отметку" in text(manager.post(address(draft, "publish/"), {"number": "2", "seen": seen}), 422)
    assert manager.post(address(draft, "publish/"), {"number": "2", "seen": seen, "looked": "on"}).status_code == 302
    sold = queries.terms_on_sale(date(2026, 3, 2))
    assert sold.number == 2
    assert str(sold.terms.tariff.base["moscow"]["polyclinic"]) == "23100.00"
    assert manager.get(address(draft, "tariff/")).status_code == 404


def test_a_draft_changed_after_the_look_is_not_published(manager: Client, draft: UUID) -> None:
    seen = manager.get(address(draft, "publish/")).context["form"]["seen"].value()
    contract = manager.get(address(draft, "contract/"))
    manager.post(address(draft, "contract/"), {**filled(contract), "waiting_days": "10"})
    answer = manager.post(address(draft, "publish/"), {"number": "2", "seen": seen, "looked": "on"})
    assert "тем временем изменили" in text(answer, 422)
    assert queries.terms_on_sale(date(2026, 3, 2)).number == 1


def test_two_editors_do_not_undo_each_other(manager: Client, draft: UUID) -> None:
    opened = filled(manager.get(address(draft, "contract/")))
    manager.post(address(draft, "contract/"), {**opened, "waiting_days": "10"})
    for _twice in range(2):
        answer = manager.post(address(draft, "contract/"), {**opened, "notice_days": "5"})
        assert "тем временем изменили" in text(answer, 422)
    assert queries.draft(draft).written["waiting_days"] == 10


def test_wrong_figures_are_named_and_kept(manager: Client, draft: UUID) -> None:
    page = manager.get(address(draft, "tariff/"))
    sent = {**filled(page), "base-moscow-polyclinic": "много", "ages-0-female": "x", "copay-30": ""}
    shown = text(manager.post(address(draft, "tariff/"), sent), 422)
    for words in ("Введите сумму цифрами", "Введите коэффициент цифрами", "много", "Введите коэффициент, например"):
        assert words in shown
    assert queries.draft(draft).terms == demo_terms()


def test_a_new_programme_asks_for_its_prices_and_care_before_it_may_be_published(manager: Client, draft: UUID) -> None:
    sent = filled(manager.get(address(draft, "programmes/")))
    new = {"code": "dental", "name": "Стоматология", "summary": "Лечение зубов"}
    manager.post(
        address(draft, "programmes/"), {**sent, **{f"programmes-2-{name}": told for name, told in new.items()}}
    )
    assert "нужна цена для каждой территории и программы" in text(manager.get(address(draft)))
    tariff = manager.get(address(draft, "tariff/"))
    prices = {f"base-{scope}-dental": "9000" for scope in ("moscow", "saint_petersburg", "regions", "russia")}
    manager.post(address(draft, "tariff/"), {**filled(tariff), **prices})
    assert "нужна хотя бы одна помощь" in text(manager.get(address(draft)))
    care = filled(manager.get(address(draft, "programmes/dental/")))
    benefit = {
        "code": "dental",
        "name": "Лечение зубов",
        "service_prefixes": "A16.07, B01.065",
        "annual_limit": "60000",
    }
    rows = {f"benefits-0-{name}": told for name, told in benefit.items()}
    manager.post(address(draft, "programmes/dental/"), {**care, **rows})
    view = queries.draft(draft)
    assert view.wrong == ()
    assert view.terms is not None
    assert view.terms.programme("dental").benefits[0].service_prefixes == ("A16.07", "B01.065")
    assert "Новых сочетаний" in text(manager.get(address(draft)))


def test_a_programme_can_be_taken_off_sale(manager: Client, draft: UUID) -> None:
    sent = filled(manager.get(address(draft, "programmes/")))
    manager.post(address(draft, "programmes/"), {**sent, "programmes-1-DELETE": "on"})
    view = queries.draft(draft)
    assert view.terms is not None
    assert [one.code for one in view.terms.programmes] == ["polyclinic"]
    assert "Больше не продаётся" in text(manager.get(address(draft)))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("topics", "Зубы | зуб", "Строка 1: нужны три части"),
        ("rules_text", "Просто текст", "Начните с названия раздела"),
    ],
)
def test_texts_say_how_to_be_put_right(manager: Client, draft: UUID, field: str, typed: str, told: str) -> None:
    sent = {**filled(manager.get(address(draft, "texts/"))), field: typed}
    assert told in text(manager.post(address(draft, "texts/"), sent), 422)


def test_a_tariff_goes_out_as_a_table_and_comes_back(manager: Client, draft: UUID) -> None:
    answer = manager.get(address(draft, "tariff.csv"))
    assert answer["Content-Disposition"] == 'attachment; filename="tariff-doctor-like-2.csv"'
    table = answer.content.decode().replace("21000.00", "22000.00")
    seen = queries.draft(draft).seen
    file = SimpleUploadedFile("tariff.csv", table.encode())
    answer = manager.post(address(draft, "import/"), {"file": file, "seen": seen})
    assert answer.status_code == 302, answer.context["form"].errors
    terms = queries.draft(draft).terms
    assert terms is not None
    assert str(terms.tariff.base["moscow"]["polyclinic"]) == "22000.00"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "пуст"),
        (b"\x00\x01", "это не таблица"),
        (b"kind;value\nbonus;1\n", "строка 2: неизвестный вид строки"),
        (b"PK\x03\x04broken", "файл повреждён"),
    ],
)
def test_a_file_that_is_no_tariff_is_refused_in_words(manager: Client, draft: UUID, content: bytes, told: str) -> None:
    file = SimpleUploadedFile("tariff.csv", content)
    answer = manager.post(address(draft, "import/"), {"file": file, "seen": queries.draft(draft).seen})
    assert told in text(answer, 422)
    assert queries.draft(draft).terms == demo_terms()


def test_a_draft_is_thrown_away_once_confirmed(manager: Client, draft: UUID) -> None:
    assert "Удалить черновик?" in text(manager.get(address(draft, "discard/")))
    manager.post(address(draft, "discard/"))
    assert manager.get(address(draft)).status_code == 404
    assert "Черновик следующей версии" in text(manager.get("/admin/products/"))


def test_nobody_without_the_permission_finds_the_pages(manager: Client, draft: UUID) -> None:
    operator = browser_of(Role.OPERATOR)
    for part in ("", "tariff/", "publish/", "tariff.csv"):
        assert operator.get(address(draft, part)).status_code == 404
    assert operator.post("/admin/products/doctor-like/start/").status_code == 404


def test_pages_ask_the_database_little(manager: Client, draft: UUID) -> None:
    for part in ("", "tariff/", "texts/", "publish/"):
        with CaptureQueriesContext(connection) as asked:
            text(manager.get(address(draft, part)))
        assert len(asked) <= 8, part


def test_unknown_parts_are_no_pages(manager: Client, draft: UUID) -> None:
    assert manager.get(address(draft, "secrets/")).status_code == 404
    assert manager.get(address(draft, "programmes/luxury/")).status_code == 404


def test_the_catalogues_lead_to_the_products(manager: Client) -> None:
    assert "/admin/products/" in text(manager.get("/admin/"))
