"""Contracts at the desk: ended for a client, names and documents put right; who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from doctorlike.accounts import queries as people
from doctorlike.accounts.rules import Role
from doctorlike.audit.models import Entry
from doctorlike.kit.ids import new_id
from doctorlike.notifications.models import Message
from doctorlike.policies import queries
from doctorlike.policies.models import Cancellation
from tests.desk.test_pages import browser_of
from tests.jobs import run_jobs
from tests.policies.builders import ANNA, BORIS, account, policy
from tests.shop.builders import paying_order, settle
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


@pytest.fixture
def annas(on_site: Callable[[str], None]) -> UUID:
    on_site("staff")
    order_id = paying_order()
    settle(order_id)
    return queries.policies_of_order(order_id)[0].id


def page_of(role: Role, address: str) -> str:
    return browser_of(role).get(address).content.decode().replace("\u00a0", " ")


def answers(**wishes: str) -> dict[str, str]:
    told = {
        "surname": "Серова",
        "given_name": "Анна",
        "patronymic": "Викторовна",
        "series": "3608",
        "number": "123456",
        "issued_on": "20.06.2008",
        "issuer": "ОВД Ленинского района г. Самары",
        "division_code": "630-002",
        "reason": "typo",
    }
    return {**told, **wishes}


class TestEnding:
    def test_the_operator_sees_the_clients_picture_and_ends_it(self, annas: UUID) -> None:
        operator = browser_of(Role.OPERATOR)
        address = f"/desk/clients/{annas}/end/"
        assert address in operator.get(f"/desk/clients/{annas}/").content.decode()
        page = operator.get(address).content.decode().replace("\u00a0", " ")
        assert "премия возвращается целиком" in page
        refund = str(queries.policy(annas).premium)
        done = operator.post(address, {"asked_how": "letter", "refund": refund}, follow=True)
        assert "Договор расторгнут" in done.content.decode()
        assert queries.policy(annas).cancelled_on == date(2026, 3, 2)
        assert Cancellation.objects.get().asked_how == "letter"
        deed = Entry.objects.get(action="policy.cancelled")
        assert deed.by.startswith("staff:")
        run_jobs()
        assert Message.objects.filter(topic="cancellation", to=ANNA.email).count() == 1
        assert operator.get(address)["Location"] == f"/desk/clients/{annas}/"

    def test_how_the_client_asked_is_needed(self, annas: UUID) -> None:
        answer = browser_of(Role.OPERATOR).post(f"/desk/clients/{annas}/end/", {"refund": "1.00"})
        assert "Как клиент попросил" in answer.content.decode()
        assert queries.policy(annas).cancelled_on is None

    def test_another_sum_ends_nothing(self, annas: UUID) -> None:
        answer = browser_of(Role.OPERATOR).post(
            f"/desk/clients/{annas}/end/", {"refund": "1.00", "asked_how": "phone"}, follow=True
        )
        assert "сумма возврата изменилась" in answer.content.decode()
        assert queries.policy(annas).cancelled_on is None


class TestCorrecting:
    def test_a_misspelt_name_is_put_right(self, annas: UUID) -> None:
        operator = browser_of(Role.OPERATOR)
        address = f"/desk/clients/{annas}/correct/insured/"
        assert 'value="Серова"' in operator.get(address).content.decode()
        done = operator.post(address, answers(surname="Серова-Петрова", number="654321"), follow=True)
        assert "Исправлено" in done.content.decode()
        corrected = queries.policy(annas).insured
        assert corrected.surname == "Серова-Петрова"
        assert people.identity_of(corrected.id)["number"] == "654321"

    @pytest.mark.parametrize(
        ("wishes", "told"),
        [
            ({}, "Вы ничего не изменили"),
            ({"surname": "Serova"}, "surname"),
            ({"series": "36"}, "id_series_error"),
            ({"issued_on": "01.01.2001"}, "id_issued_on_error"),
            ({"reason": "whim"}, "id_reason_error"),
        ],
    )
    def test_what_is_wrong_is_told_and_changes_nothing(self, annas: UUID, wishes: dict[str, str], told: str) -> None:
        answer = browser_of(Role.OPERATOR).post(f"/desk/clients/{annas}/correct/insured/", answers(**wishes))
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert "Ошибка" in answer.content.decode()
        assert not Entry.objects.filter(action="policy.corrected").exists()

    def test_without_papers_the_name_alone_is_asked(self, on_site: Callable[[str], None]) -> None:
        on_site("staff")
        bought = policy(BORIS)
        page = page_of(Role.OPERATOR, f"/desk/clients/{bought}/correct/policyholder/")
        assert "Серия документа" not in page
        done = browser_of(Role.OPERATOR).post(
            f"/desk/clients/{bought}/correct/policyholder/",
            {"surname": "Борисов", "given_name": "Борислав", "reason": "typo"},
        )
        assert done.status_code == 302
        assert queries.policy(bought).insured.given_name == "Борислав"


@pytest.mark.parametrize("page", ["end/", "correct/insured/", "correct/policyholder/"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OPERATOR, 200),
        (Role.FINANCE, 404),
        (Role.MEDICAL_EXPERT, 404),
        (Role.AUDITOR, 404),
        (Role.REGISTRAR, 404),
    ],
)
def test_each_role_opens_its_own_pages(annas: UUID, role: Role, status: int, page: str) -> None:
    browser = browser_of(role)
    assert browser.get(f"/desk/clients/{annas}/{page}").status_code == status
    assert browser.get(f"/desk/clients/{new_id()}/{page}").status_code == 404


def test_a_client_finds_nothing_at_the_desk(annas: UUID, client: object) -> None:
    from django.test import Client

    boris = Client()
    boris.force_login(account(BORIS))
    for page in ("end/", "correct/insured/"):
        assert boris.get(f"/desk/clients/{annas}/{page}").status_code == 404
        assert boris.post(f"/desk/clients/{annas}/{page}", {"asked_how": "phone"}).status_code == 404
    assert queries.policy(annas).cancelled_on is None


def test_nobody_else_is_corrected(annas: UUID) -> None:
    assert browser_of(Role.OPERATOR).get(f"/desk/clients/{annas}/correct/doctor/").status_code == 404
