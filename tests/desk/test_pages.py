"""The insurer's desk: who may open what, medical content only with a recorded reason, registers loaded by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.audit import queries as trail
from doctorlike.care import commands as care
from doctorlike.care.models import Register
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.care.test_registers import AT, BY, file, row
from tests.jobs import run_jobs
from tests.policies import builders as people


def browser_of(role: Role) -> Client:
    user_id = accounts.create_staff(
        email=f"{role}@demo.example",
        roles=[role],
        surname="Сотрудникова",
        given_name="Софья",
        born_on=date(1985, 6, 1),
        sex="female",
        by=BY,
        at=AT,
    )
    browser = Client()
    browser.force_login(User.objects.get(pk=user_id))
    return browser


@pytest.fixture
def policy(db: None, on_site: Callable[[str], None]) -> Policy:
    """Anna's, with one visit loaded from a register."""
    on_site("staff")
    clinic = builders.clinic()
    policy_id = builders.covered_policy(people.ANNA, people.account(people.ANNA))
    found = Policy.objects.select_related("insured").get(pk=policy_id)
    care.import_register(content=file(row(found, clinic)), file_name="апрель.csv", by=BY, at=AT)
    return found


@pytest.mark.parametrize("asked", ["ONDL-30", "+7 (927) 000-00-12", "anna@mail.example", "серова"])
def test_a_client_is_found_from_anywhere(policy: Policy, asked: str) -> None:
    asked = policy.number if asked == "ONDL-30" else asked
    answer = browser_of(Role.OPERATOR).get("/desk/search/", {"q": asked})
    assert answer.status_code == 302
    assert str(policy.pk) in answer["Location"]


def test_nobody_found_is_said_in_words(policy: Policy) -> None:
    assert "Никого не нашли" in browser_of(Role.OPERATOR).get("/desk/search/", {"q": "Неведомый"}).content.decode()


def test_medical_content_opens_with_a_reason_that_stays_in_the_trail(policy: Policy) -> None:
    operator = browser_of(Role.OPERATOR)
    page = f"/desk/clients/{policy.pk}/"
    assert "Прием врача-терапевта" not in operator.get(page).content.decode()
    assert "Выберите причину" in operator.post(f"{page}open/", {}, follow=True).content.decode()
    operator.post(f"{page}open/", {"reason": "complaint"})
    assert "Прием врача-терапевта" in operator.get(page).content.decode()
    deeds = trail.history(subject_type="policy", subject_id=policy.pk)
    assert [(deed.action, deed.details) for deed in deeds if deed.action.startswith("medical")] == [
        ("medical.read", {}),
        ("medical.opened", {"reason": "complaint"}),
    ]


def test_one_clients_reason_opens_nobody_else(policy: Policy) -> None:
    operator = browser_of(Role.OPERATOR)
    other = builders.covered_policy(people.BORIS, people.account(people.BORIS))
    operator.post(f"/desk/clients/{other}/open/", {"reason": "complaint"})
    assert "Прием врача-терапевта" not in operator.get(f"/desk/clients/{policy.pk}/").content.decode()


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.OPERATOR, "/desk/", 200),
        (Role.OPERATOR, "/desk/registers/", 404),
        (Role.AUDITOR, "/desk/clients/{policy}/", 404),
        (Role.REGISTRAR, "/desk/", 404),
        (Role.DOCTOR, "/desk/clients/{policy}/", 404),
        (Role.FINANCE, "/desk/registers/", 200),
        (Role.FINANCE, "/desk/registers/{register}/", 200),
        (Role.OPERATOR, "/desk/registers/{register}/", 404),
    ],
)
def test_each_role_opens_its_own_pages(policy: Policy, role: Role, path: str, status: int) -> None:
    register: UUID = Register.objects.values_list("pk", flat=True).get()
    assert browser_of(role).get(path.format(policy=policy.pk, register=register)).status_code == status


def test_a_register_loaded_by_hand_is_answered_line_by_line(policy: Policy) -> None:
    clinic = builders.clinic("Вторая")
    content = file(row(policy, clinic), row(policy, clinic, price="9999"))
    upload = SimpleUploadedFile("май.csv", content)
    browser = browser_of(Role.FINANCE)
    sent = browser.post("/desk/registers/", {"file": upload})
    run_jobs()
    page = browser.get(sent["Location"]).content.decode()
    assert "Цена выше прейскуранта" in page
    assert "Принято" in page


def test_an_unreadable_file_is_told_at_its_field(policy: Policy) -> None:
    upload = SimpleUploadedFile("кот.csv", b"\x00\x01")
    answer = browser_of(Role.FINANCE).post("/desk/registers/", {"file": upload})
    assert "это не таблица" in answer.content.decode()
    assert Register.objects.count() == 1
