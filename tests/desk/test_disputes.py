"""The desk answers disputes, the oldest first, and every reading is in the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.audit import queries as trail
from doctorlike.care import commands
from doctorlike.care.models import Dispute, RegisterLine
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from tests.care import dispute_stage as stage
from tests.care.dispute_stage import NOW, TODAY
from tests.desk.test_pages import browser_of
from tests.policies import builders as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(db: None, on_site: Callable[[str], None]) -> Iterator[RegisterLine]:
    on_site("staff")
    with clock.moved_to(NOW):
        yield stage.annas_visit(people.account(people.ANNA, email=people.ANNA.email))[0]


@pytest.fixture
def opened(line: RegisterLine) -> UUID:
    return stage.dispute(line, User.objects.get(phone=people.ANNA.phone))


def words(answer: Any) -> str:
    return str(answer.content.decode()).replace("\u00a0", " ")


def answered(browser: Client, dispute_id: UUID, decision: str, answer: str = "Клиника подтвердила.") -> Any:
    return browser.post(f"/desk/disputes/{dispute_id}/", {"decision": decision, "answer": answer}, follow=True)


def test_the_queue_and_the_page_show_what_is_needed_to_answer(opened: UUID) -> None:
    operator = browser_of(Role.OPERATOR)
    queue = words(operator.get("/desk/disputes/"))
    assert "Я не получал эту услугу" in queue
    assert "сегодня" in queue
    assert "Прием врача-терапевта" not in queue
    page = words(operator.get(f"/desk/disputes/{opened}/"))
    for told in (
        "Прием врача-терапевта",
        "Я была у другого врача",
        "чек.pdf",
        "1 000,05 ₽",
        "1 200,00 ₽",
        "300,02 ₽ заморожена",
        "К оплате",
        "150,00 ₽",
    ):
        assert told in page


def test_reading_is_in_the_trail_of_the_client(opened: UUID, line: RegisterLine) -> None:
    operator = browser_of(Role.OPERATOR)
    operator.get(f"/desk/disputes/{opened}/")
    file = Dispute.objects.get().files.get()
    assert operator.get(f"/desk/disputes/{opened}/files/{file.pk}/").content == stage.PDF
    policy_id = Charge.objects.get().policy_id
    read = [
        deed for deed in trail.history(subject_type="policy", subject_id=policy_id) if deed.action == "dispute.read"
    ]
    assert [deed.details for deed in read] == [{"dispute": str(opened)}] * 2


def test_upheld_the_clients_page_says_so(opened: UUID, on_site: Callable[[str], None]) -> None:
    page = words(answered(browser_of(Role.OPERATOR), opened, "uphold"))
    assert "Ответ сохранён" in page
    assert "Все обращения отвечены" in page
    on_site("portal")
    anna = Client()
    anna.force_login(User.objects.get(phone=people.ANNA.phone))
    shown = words(anna.get(f"/cabinet/services/disputes/{opened}/"))
    for told in ("Вы правы", "Клиника подтвердила.", "300,02 ₽ не спишем"):
        assert told in shown


def test_a_complaint_is_answered_by_another(opened: UUID) -> None:
    first, second = browser_of(Role.OPERATOR), browser_of(Role.MEDICAL_EXPERT)
    answered(first, opened, "reject")
    anna = User.objects.get(phone=people.ANNA.phone)
    commands.complain(
        dispute_id=opened, user_id=anna.pk, text="Не моя подпись", on=TODAY, by=Actor.user(anna.pk), at=NOW
    )
    assert "Претензия № 2026-000001" in words(first.get("/desk/disputes/"))
    assert "Ответит другой сотрудник" in words(first.get(f"/desk/disputes/{opened}/"))
    assert "должен ответить другой сотрудник" in words(answered(first, opened, "uphold"))
    assert "Ответ сохранён" in words(answered(second, opened, "uphold"))
    assert list(Charge.objects.order_by("created_at", "id").values_list("state", flat=True)) == [
        "scheduled",
        "withdrawn",
    ]


def test_an_answer_needs_its_reason_and_is_given_once(opened: UUID) -> None:
    operator = browser_of(Role.OPERATOR)
    assert "без причины решение клиенту не отправить" in words(answered(operator, opened, "reject", " "))
    assert "Выберите: Решение" in words(answered(operator, opened, ""))
    answered(operator, opened, "reject")
    assert "уже ответили" in words(answered(operator, opened, "uphold"))


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.OPERATOR, "/desk/disputes/", 200),
        (Role.MEDICAL_EXPERT, "/desk/disputes/{dispute}/", 200),
        (Role.FINANCE, "/desk/disputes/", 404),
        (Role.AUDITOR, "/desk/disputes/{dispute}/", 404),
        (Role.REGISTRAR, "/desk/disputes/{dispute}/", 404),
        (Role.DOCTOR, "/desk/disputes/", 404),
        (Role.DOCTOR, "/desk/disputes/{dispute}/files/{file}/", 404),
        (Role.REGISTRAR, "/desk/disputes/{dispute}/files/{file}/", 404),
        (Role.OPERATOR, "/desk/disputes/{nothing}/", 404),
        (Role.OPERATOR, "/desk/disputes/{dispute}/files/{nothing}/", 404),
    ],
)
def test_each_role_opens_its_own_pages(opened: UUID, role: Role, path: str, status: int) -> None:
    file = Dispute.objects.get().files.get()
    address = path.format(dispute=opened, file=file.pk, nothing=new_id())
    assert browser_of(role).get(address).status_code == status
