"""Linking at the desk, page by page: what the operator sees, what is asked, what is refused in words; who may."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.audit.models import Entry
from doctorlike.kit.ids import new_id
from doctorlike.policies import queries
from doctorlike.policies.models import LinkDecision, PolicyLink
from tests.desk.test_pages import browser_of
from tests.policies.builders import ANNA, AT, BORIS, MITYA, Someone, account
from tests.policies.test_linking_at_desk import contract
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]
PETROVA = Someone("Петрова", "Анна", ANNA.born_on, "female", "+79270000012")


@pytest.fixture
def hers(on_site: Callable[[str], None]) -> UUID:
    """Anna's policy, with her passport and a phone nobody has any more."""
    on_site("staff")
    return contract()


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\u00a0", " ")


def at(policy_id: UUID, user: User | None = None, tail: str = "") -> str:
    middle = f"{user.pk}/" if user else ""
    return f"/desk/clients/{policy_id}/links/{middle}{tail}"


def answers(**wishes: str) -> dict[str, str]:
    return {"series": "36 08", "number": "123456", "checked_how": "phone", "why": "phone_gone", **wishes}


class TestFinding:
    def test_the_way_leads_from_the_client_to_an_account_found_by_its_whole_contact(self, hers: UUID) -> None:
        anna, operator = account(ANNA), browser_of(Role.OPERATOR)
        assert at(hers) in page(operator, f"/desk/clients/{hers}/")
        assert "Ни в одном кабинете" in page(operator, at(hers))
        found = operator.post(at(hers), {"contact": "8 (927) 000-00-12"})
        assert found["Location"] == at(hers, anna)

    @pytest.mark.parametrize(
        ("contact", "told"),
        [
            ("+7 927 000-00-98", "Кабинета с таким контактом нет"),
            ("nobody@mail.example", "Кабинета с таким контактом нет"),
            ("92700", "id_contact_error"),
            ("Серова", "id_contact_error"),
            ("", "id_contact_error"),
        ],
    )
    def test_nobody_is_looked_through(self, hers: UUID, contact: str, told: str) -> None:
        account(ANNA)
        answer = browser_of(Role.OPERATOR).post(at(hers), {"contact": contact})
        assert told in answer.content.decode()

    def test_looking_at_an_account_stays_in_the_trail(self, hers: UUID) -> None:
        anna = account(ANNA)
        page(browser_of(Role.OPERATOR), at(hers, anna))
        looked = Entry.objects.get(action="account.looked_at")
        assert (looked.subject_id, looked.details) == (str(anna.pk), {"policy": str(hers)})


class TestLinking:
    def test_the_document_is_asked_for_and_never_shown(self, hers: UUID) -> None:
        anna, operator = account(ANNA), browser_of(Role.OPERATOR)
        shown = page(operator, at(hers, anna))
        assert "Имя и дата рождения совпали" in shown
        assert "123456" not in shown
        done = operator.post(at(hers, anna), answers(), follow=True).content.decode()
        assert "Полис привязан" in done
        assert "Телефона из полиса у клиента больше нет" in done
        assert "Сотрудникова" in done
        assert [one.id for one in queries.policies_of(anna.pk, AT.date())] == [hers]
        assert "Сотрудник сверил документ" in page(operator, f"/desk/clients/{hers}/")

    @pytest.mark.parametrize(
        ("wishes", "told"),
        [
            ({"number": "123457"}, "Осталось попыток на этот час: 4"),
            ({"number": ""}, "id_number_error"),
            ({"checked_how": ""}, "id_checked_how_error"),
            ({"checked_how": "guessed"}, "id_checked_how_error"),
            ({"why": ""}, "id_why_error"),
            ({"why": "name_changed"}, "id_why_error"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field_and_links_nothing(
        self, hers: UUID, wishes: dict[str, str], told: str
    ) -> None:
        answer = browser_of(Role.OPERATOR).post(at(hers, account(ANNA)), answers(**wishes))
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert not PolicyLink.objects.exists()

    def test_five_wrong_documents_are_enough_for_an_hour(self, hers: UUID) -> None:
        anna, operator = account(ANNA), browser_of(Role.OPERATOR)
        for _ in range(5):
            operator.post(at(hers, anna), answers(number="000000"))
        assert "через час" in operator.post(at(hers, anna), answers()).content.decode()
        assert not PolicyLink.objects.exists()

    def test_somebody_else_is_told_in_words_and_gets_no_form(self, hers: UUID) -> None:
        boris, operator = account(BORIS), browser_of(Role.OPERATOR)
        shown = page(operator, at(hers, boris))
        assert "это другой человек" in shown
        assert 'name="number"' not in shown
        assert operator.post(at(hers, boris), answers()).status_code == 200
        assert not PolicyLink.objects.exists()

    def test_anothers_child_the_payer_and_an_empty_profile_are_told_apart(self, hers: UUID) -> None:
        operator = browser_of(Role.OPERATOR)
        boris = account(BORIS)
        assert "ребёнка младше 15" in page(operator, at(contract(MITYA, ANNA), boris))
        assert "Это страхователь" in page(operator, at(contract(ANNA, BORIS), boris))
        nobody = account(ANNA, phone="+79270000044", profile=False)
        assert "не заполнены имя и дата рождения" in page(operator, at(hers, nobody))

    def test_a_policy_that_stands_here_or_elsewhere_is_shown(self, hers: UUID) -> None:
        anna, operator = account(ANNA), browser_of(Role.OPERATOR)
        operator.post(at(hers, anna), answers())
        assert "уже стоит в этом кабинете" in page(operator, at(hers, anna))
        second = account(ANNA, phone="+79270000044")
        shown = page(operator, at(hers, second))
        assert "стоит и в другом кабинете" in shown
        assert at(hers, anna, "unlink/") in shown

    def test_after_a_change_of_name_the_new_passport_is_asked_for(self, hers: UUID) -> None:
        petrova, operator = account(PETROVA), browser_of(Role.OPERATOR)
        shown = page(operator, at(hers, petrova))
        assert "имя другое" in shown
        new = {
            "new_series": "3626",
            "new_number": "999999",
            "new_issued_on": "20.02.2026",
            "new_issuer": "МВД",
            "new_division_code": "630-002",
        }
        refused = operator.post(at(hers, petrova), answers(**new)).content.decode()
        assert "id_new_name_seen_error" in refused
        late = operator.post(at(hers, petrova), answers(**new, new_name_seen="on") | {"new_series": "36"})
        assert "id_new_series_error" in late.content.decode()
        done = operator.post(at(hers, petrova), answers(**new, new_name_seen="on"), follow=True).content.decode()
        assert "Клиент сменил имя" in done
        assert queries.policy(hers).insured.surname == "Петрова"


class TestTakingAway:
    def test_what_follows_is_told_and_the_reason_asked(self, hers: UUID) -> None:
        anna, operator = account(ANNA), browser_of(Role.OPERATOR)
        operator.post(at(hers, anna), answers())
        assert "вернуть его сможем только мы" in page(operator, at(hers, anna, "unlink/"))
        assert "id_reason_error" in operator.post(at(hers, anna, "unlink/"), {}).content.decode()
        done = operator.post(at(hers, anna, "unlink/"), {"reason": "shared_phone"}, follow=True).content.decode()
        assert "Полис убран из кабинета" in done
        assert "Телефон общий" in done
        assert queries.policies_of(anna.pk, AT.date()) == []
        assert operator.post(at(hers, anna, "unlink/"), {"reason": "shared_phone"}).status_code == 404

    def test_an_account_without_the_policy_has_nothing_to_take_away(self, hers: UUID) -> None:
        assert browser_of(Role.OPERATOR).get(at(hers, account(ANNA), "unlink/")).status_code == 404


@pytest.mark.parametrize("tail", ["", "user", "user/unlink"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OPERATOR, 200),
        (Role.FINANCE, 404),
        (Role.MEDICAL_EXPERT, 404),
        (Role.AUDITOR, 404),
        (Role.REGISTRAR, 404),
        (Role.DOCTOR, 404),
    ],
)
def test_each_role_opens_its_own_pages(hers: UUID, role: Role, status: int, tail: str) -> None:
    anna = account(ANNA)
    PolicyLink.objects.create(policy_id=hers, user=anna, role="self", linked_at=AT, linked_by="tests")
    addresses = {"": at(hers), "user": at(hers, anna), "user/unlink": at(hers, anna, "unlink/")}
    browser = browser_of(role)
    assert browser.get(addresses[tail]).status_code == status
    assert browser.get(addresses[tail].replace(str(hers), str(new_id()))).status_code == 404


def test_a_client_finds_nothing_at_the_desk_and_changes_nothing(hers: UUID) -> None:
    anna, boris = account(ANNA), account(BORIS)
    browser = Client()
    browser.force_login(boris)
    for address, told in ((at(hers), {"contact": ANNA.phone}), (at(hers, anna), answers())):
        assert browser.get(address).status_code == 404
        assert browser.post(address, told).status_code == 404
    assert browser.post(at(hers, anna, "unlink/"), {"reason": "shared_phone"}).status_code == 404
    assert not LinkDecision.objects.exists()
