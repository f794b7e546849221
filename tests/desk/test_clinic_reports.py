"""The desk settles what clients say is wrong about clinics; each reading is in the trail."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from doctorlike.accounts.rules import Role
from doctorlike.audit import queries as trail
from doctorlike.clinics.commands.reports import report_mistake
from doctorlike.clinics.queries.reports import report
from doctorlike.clinics.rules.reports import ReportKind
from doctorlike.kit.actors import Actor
from tests.coverage.builders import AT, clinic_in, network
from tests.desk.test_pages import browser_of
from tests.policies.builders import ANNA, account

pytestmark = pytest.mark.django_db


@pytest.fixture
def report_id(on_site: Callable[[str], None]) -> UUID:
    on_site("staff")
    network()
    anna = account(ANNA, email=ANNA.email)
    return report_mistake(
        clinic_id=clinic_in("RU-SAM").id,
        kind=ReportKind.HOURS,
        text="В субботу закрыто",
        user_id=anna.pk,
        by=Actor.user(anna.pk),
        at=AT,
    )


def test_a_report_waits_is_read_answered_and_gone_from_the_queue(report_id: UUID) -> None:
    operator = browser_of(Role.OPERATOR)
    queue = operator.get("/desk/clinic-reports/").content.decode()
    assert "Часы работы" in queue
    assert "В субботу закрыто" not in queue
    page = operator.get(f"/desk/clinic-reports/{report_id}/").content.decode()
    assert "В субботу закрыто" in page
    [read] = trail.history(subject_type="clinic_report", subject_id=report_id)
    assert read.action == "clinic_report.read"
    answer = operator.post(
        f"/desk/clinic-reports/{report_id}/", {"answer": "Часы исправили", "note": "Вход со двора"}, follow=True
    )
    assert "Всё проверено." in answer.content.decode()
    settled = report(report_id)
    assert settled.answer == "Часы исправили"
    assert clinic_in("RU-SAM").insurance_note == "Вход со двора"


def test_without_an_answer_it_stays_and_the_field_says_so(report_id: UUID) -> None:
    answer = browser_of(Role.MEDICAL_EXPERT).post(f"/desk/clinic-reports/{report_id}/", {"answer": ""})
    assert answer.status_code == 422
    assert "Напишите ответ" in answer.content.decode()
    assert report(report_id).is_new


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.REGISTRAR])
def test_others_have_no_such_page(report_id: UUID, role: Role) -> None:
    browser = browser_of(role)
    for path in ("/desk/clinic-reports/", f"/desk/clinic-reports/{report_id}/"):
        assert browser.get(path).status_code == 404
