"""The queue of calls as operators see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from doctorlike.accounts.rules import Role
from doctorlike.appointments import commands
from doctorlike.appointments.models import CallBack
from doctorlike.audit import queries as trail
from doctorlike.clinics.models import Clinic
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.desk.at_work import WISH, Colleague, anna_waits, colleague, text
from tests.policies import builders as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_morning(on_site: Callable[[str], None]):
    on_site("staff")
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def olga(db: None) -> Colleague:
    return colleague("Ольгина")


@pytest.fixture
def pyotr(db: None) -> Colleague:
    return colleague("Петров")


@pytest.fixture
def call(clinic: Clinic) -> CallBack:
    return anna_waits(clinic)


def page(call: CallBack, deed: str = "") -> str:
    return f"/desk/callbacks/{call.pk}/" + (f"{deed}/" if deed else "")


def readings(policy_id: UUID) -> int:
    deeds = trail.history(subject_type="policy", subject_id=policy_id)
    return sum(one.action == "call.read" for one in deeds)


def test_the_queue_tells_clocks_and_nothing_medical(olga, call):
    shown = text(olga.browser.get("/desk/callbacks/"))
    assert "Серова" in shown
    assert "25 марта, 09:30" in shown
    assert "осталось 29 мин" in shown  # the clock runs on
    assert WISH not in shown
    assert "Клиника на Ленина" not in shown
    with clock.moved_to(NOW + timedelta(minutes=45)):
        shown = text(olga.browser.get("/desk/callbacks/"))
    assert "просрочен на 15 мин" in shown
    assert "просрочен 1" in shown


def test_what_the_client_wrote_is_for_whoever_took_the_call(olga, pyotr, call):
    assert WISH not in text(olga.browser.get(page(call)))
    assert readings(call.policy_id) == 0
    assert olga.browser.post(page(call, "take")).url == page(call)
    shown = text(olga.browser.get(page(call)))
    assert WISH in shown
    assert "Клиника на Ленина" in shown
    assert readings(call.policy_id) == 1
    theirs = text(pyotr.browser.get(page(call)))
    assert WISH not in theirs
    assert "Взял оператор: Ольгина" in theirs
    assert readings(call.policy_id) == 1


def test_two_operators_find_one_truth(olga, pyotr, call):
    olga.browser.post(page(call, "take"))
    answer = pyotr.browser.post(page(call, "take"), follow=True)
    assert "Этот звонок уже взял другой оператор." in text(answer)
    assert CallBack.objects.get().taken_by == str(olga.actor)
    answer = pyotr.browser.post(page(call, "close"), {"result": "answered"}, follow=True)
    assert "Этот звонок уже взял другой оператор." in text(answer)
    assert "Ольгина" in text(pyotr.browser.get("/desk/callbacks/"))
    pyotr.browser.post(page(call, "back"))
    pyotr.browser.post(page(call, "take"))
    assert CallBack.objects.get().taken_by == str(pyotr.actor)


def test_not_reached_it_goes_back_with_a_new_promise(olga, call):
    olga.browser.post(page(call, "take"))
    assert olga.browser.post(page(call, "missed")).url == "/desk/callbacks/"
    call.refresh_from_db()
    assert (call.state, call.tries) == ("waiting", 1)
    assert "25 марта, 10:00" in text(olga.browser.get("/desk/callbacks/"))


def test_a_call_without_a_visit_is_closed_with_its_result(olga, call):
    olga.browser.post(page(call, "take"))
    refused = olga.browser.post(page(call, "close"))
    assert refused.status_code == 422
    assert "Отметьте, чем закончился разговор" in text(refused)
    olga.browser.post(page(call, "close"), {"result": "not_needed"})
    call.refresh_from_db()
    assert (call.state, call.result) == ("closed", "not_needed")
    assert "Запись больше не нужна" in text(olga.browser.get(page(call)))
    assert "Всем перезвонили." in text(olga.browser.get("/desk/callbacks/"))


def test_cancelled_by_the_client_it_leaves_the_queue(olga, call):
    olga.browser.post(page(call, "take"))
    commands.cancel_call_back(call_id=call.pk, by=BY, at=NOW)
    answer = olga.browser.post(page(call, "missed"), follow=True)
    assert "Этот звонок уже завершён" in text(answer)
    assert "Клиент отменил звонок" in text(answer)
    assert WISH not in text(answer)


def test_more_calls_cost_no_more_queries(olga, call, boris_waits, django_assert_max_num_queries):
    olga.browser.get("/desk/callbacks/")
    # Session, account; the queue, its length.
    with django_assert_max_num_queries(4):
        olga.browser.get("/desk/callbacks/")


@pytest.fixture
def boris_waits(clinic: Clinic) -> None:
    user = people.account(people.BORIS)
    policy_id = builders.covered_policy(people.BORIS, user)
    commands.ask_call_back(
        policy_id=policy_id, clinic_id=None, phone=people.BORIS.phone, wish="", by=Actor.user(user.pk), at=NOW
    )


@pytest.mark.parametrize("role", [Role.FINANCE, Role.MEDICAL_EXPERT, Role.AUDITOR])
def test_calls_are_the_operators_work(role, call):
    somebody = colleague("Другой", role)
    for address in ("/desk/callbacks/", page(call)):
        assert somebody.browser.get(address).status_code == 404
