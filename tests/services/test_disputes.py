"""The client disputes a line, reads the answer and complains."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doctorlike.accounts.models import User
from doctorlike.care import commands
from doctorlike.care.models import Complaint, Dispute, RegisterLine
from doctorlike.kit import clock
from doctorlike.kit.ids import new_id
from tests.care import dispute_stage as stage
from tests.care.dispute_stage import NOW, colleague
from tests.policies import builders as people
from tests.services.test_pages import browser_of

pytestmark = pytest.mark.django_db
CHEQUE = "чек.pdf"


@pytest.fixture(autouse=True)
def in_april() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def anna(db: None) -> User:
    return people.account(people.ANNA, email=people.ANNA.email)


@pytest.fixture
def line(anna: User) -> RegisterLine:
    return stage.annas_visit(anna)[0]


def form_of(line: RegisterLine) -> str:
    return f"/cabinet/services/lines/{line.pk}/dispute/"


def words(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u00a0", " ")


def sent(anna: User, line: RegisterLine, **other: Any) -> Any:
    answers = {"kind": "not_given", "text": "Меня там не было", "papers": [SimpleUploadedFile(CHEQUE, stage.PDF)]}
    return browser_of(anna).post(form_of(line), {**answers, **other}, follow=True)


def reject(dispute_id: UUID) -> None:
    commands.reject_dispute(dispute_id=dispute_id, answer="В карте ваша подпись.", by=colleague("olga"), at=clock.now())


def test_each_line_offers_both_ways_to_disagree(anna: User, line: RegisterLine) -> None:
    page = words(browser_of(anna).get(f"/cabinet/services/{line.encounter_id}/"))
    assert page.count("Я не получал эту услугу") == page.count("Цена не та") == 2
    chosen = words(browser_of(anna).get(f"{form_of(line)}?kind=wrong_price"))
    assert 'value="wrong_price" id="id_kind_1" checked' in " ".join(chosen.split()) or "checked" in chosen


def test_a_disputed_line_says_so_and_its_share_is_frozen(anna: User, line: RegisterLine) -> None:
    page = words(sent(anna, line))
    for told in ("Обращение принято", "Разбираемся", "300,02 ₽ заморожена", "Меня там не было", CHEQUE):
        assert told in page
    visit = words(browser_of(anna).get(f"/cabinet/services/{line.encounter_id}/"))
    for told in ("Ваше обращение", "Разбираемся", "300,02 ₽ заморожена", "150,00 ₽"):
        assert told in visit
    assert browser_of(anna).get(form_of(line)).status_code == 302


def test_the_clients_own_file_comes_back_as_a_file(anna: User, line: RegisterLine) -> None:
    sent(anna, line)
    dispute = Dispute.objects.get()
    way = f"/cabinet/services/disputes/{dispute.pk}/files/{dispute.files.get().pk}/"
    answer = browser_of(anna).get(way)
    assert answer.content == stage.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"text": " "}, "Напишите, что не так"),
        ({"kind": "a whim"}, "a whim"),
        ({"papers": [SimpleUploadedFile("кот.exe", b"MZ")]}, "Файл «кот.exe» не принят. Это не PDF, JPEG или PNG."),
        ({"papers": [SimpleUploadedFile(f"{n}.pdf", stage.PDF) for n in range(9)]}, "Приложите не больше 5 файлов."),
        ({"papers": [SimpleUploadedFile("скан.pdf", stage.PDF + bytes(10_000_000))]}, "Он больше 10 МБ."),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_what_was_typed_stays(
    anna: User, line: RegisterLine, other: dict[str, Any], told: str
) -> None:
    page = words(sent(anna, line, **other))
    assert told in page
    assert "summary" in page
    assert other.get("text") or "Меня там не было" in page
    assert not Dispute.objects.exists()


def test_the_answer_its_reason_and_the_way_on(anna: User, line: RegisterLine) -> None:
    sent(anna, line)
    dispute = Dispute.objects.get()
    way = f"/cabinet/services/disputes/{dispute.pk}/"
    reject(dispute.pk)
    page = words(browser_of(anna).get(way))
    for told in ("Отказано", "В карте ваша подпись.", "отдельным списанием", "Подать претензию", "finombudsman.ru"):
        assert told in page
    assert "Напишите, с чем вы не согласны" in words(browser_of(anna).post(f"{way}complain/", {"text": ""}))
    page = words(browser_of(anna).post(f"{way}complain/", {"text": "Подпись не моя"}, follow=True))
    for told in ("Претензия № 2026-000001 принята", "11 апреля 2026", "Подпись не моя", "finombudsman.ru"):
        assert told in page
    assert "Подать претензию" not in page
    assert browser_of(anna).get(f"{way}complain/").status_code == 302
    assert Complaint.objects.count() == 1


def test_the_ombudsman_is_named_by_the_brand(anna: User, line: RegisterLine, settings: Any) -> None:
    from dataclasses import replace

    settings.BRAND = replace(settings.BRAND, ombudsman_url="")
    sent(anna, line)
    reject(Dispute.objects.get().pk)
    page = words(browser_of(anna).get(f"/cabinet/services/disputes/{Dispute.objects.get().pk}/"))
    assert "уполномоченн" not in page


def test_nobody_else_finds_any_of_it(anna: User, line: RegisterLine) -> None:
    sent(anna, line)
    dispute = Dispute.objects.get()
    boris = browser_of(people.account(people.BORIS))
    way = f"/cabinet/services/disputes/{dispute.pk}/"
    for address in (form_of(line), way, f"{way}complain/", f"{way}files/{dispute.files.get().pk}/"):
        assert boris.get(address).status_code == 404
    assert boris.post(form_of(line), {"kind": "not_given", "text": "Я"}).status_code == 404
    assert boris.post(f"{way}complain/", {"text": "Я"}).status_code == 404
    assert browser_of(anna).get(f"{way}files/{new_id()}/").status_code == 404


def test_whoever_pays_for_a_teenager_disputes_nothing(anna: User) -> None:
    from tests.appointments import builders

    clinic = builders.clinic()
    policy_id = builders.cover(people.policy(people.MITYA, people.ANNA), anna)
    line, _other = stage.visit_of_two_lines(policy_id, clinic)
    assert browser_of(anna).get(form_of(line)).status_code == 200
    sent(anna, line)
    insured = line.encounter.policy.insured  # type: ignore[union-attr]  # a line of a visit has one
    insured.born_on = insured.born_on.replace(year=2011, month=4, day=11)
    insured.save()
    dispute = Dispute.objects.get()
    assert browser_of(anna).get(form_of(_other)).status_code == 404
    assert browser_of(anna).get(f"/cabinet/services/disputes/{dispute.pk}/").status_code == 404
