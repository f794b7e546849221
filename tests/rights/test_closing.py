"""Closing an account: what has to end first, what goes, what the law keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import Consent, Device, Person, User
from doctorlike.accounts.rules import Contact
from doctorlike.appointments import commands as appointments
from doctorlike.appointments import queries as appointment_queries
from doctorlike.appointments.models import CalendarAddress, CallBack, NotedVisit
from doctorlike.audit import queries as trail
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.models import Policy
from doctorlike.rights import commands, queries, rules
from doctorlike.rights.models import Closing
from doctorlike.rights.rules import ClosingState
from tests.appointments.builders import clinic
from tests.care import dispute_stage as stage
from tests.policies.builders import ANNA, AT, BORIS, BY, account, policy

pytestmark = pytest.mark.django_db
OVER = datetime(2027, 3, 10, 9, tzinfo=UTC)  # the first day after a year from 10 March 2026


def ask(user: User, at: datetime = AT) -> list[rules.OpenMatter]:
    return commands.ask_closing(user_id=user.pk, by=Actor.user(user.pk), at=at)


def test_an_account_with_nothing_open_is_closed_at_once() -> None:
    boris = account(BORIS, email=BORIS.email)
    browser = Client()
    browser.force_login(boris)
    accounts.note_sign_in(user_id=boris.pk, device_token="", user_agent="", at=AT)
    assert ask(boris) == []
    boris.refresh_from_db()
    assert not boris.is_active
    assert (boris.phone, boris.phone_verified_at, boris.email_verified_at, boris.person) == (None, None, None, None)
    assert not Device.objects.filter(user=boris).exists()
    assert not Person.objects.exists()
    actions = [one.action for one in trail.history(subject_type="user", subject_id=boris.pk)]
    assert {"closing.asked", "account.closed"} <= set(actions)


def test_the_phone_is_free_for_a_new_account() -> None:
    boris = account(BORIS)
    ask(boris)
    again = accounts.enter_account(contact=Contact("phone", BORIS.phone), by=BY, at=AT)
    assert again.user_id != boris.pk


def test_a_contract_in_force_keeps_the_account_open_and_says_until_when() -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    [matter] = ask(anna)
    number = Policy.objects.get(pk=own).number
    assert (matter.code, matter.number, matter.until) == ("policy", number, date(2027, 3, 10))
    anna.refresh_from_db()
    assert anna.is_active
    assert ask(anna) == [matter]
    assert Closing.objects.count() == 1


def test_a_share_to_pay_is_told_with_its_amount() -> None:
    anna = account(ANNA)
    stage.annas_visit(anna)
    owed = [one.owed for one in queries.open_matters(anna.pk, stage.TODAY) if one.code == "debt"]
    assert [str(one.amount) for one in owed if one] == ["450.02"]


def test_shares_of_another_adult_are_not_told_to_who_paid_the_premium() -> None:
    anna = account(ANNA)
    line, _other = stage.annas_visit(anna)
    assert line.share.amount > 0
    boris = account(BORIS)
    policy(ANNA, BORIS)
    assert [one.code for one in queries.open_matters(boris.pk, stage.TODAY)] == ["policy"]


def test_somebody_at_work_does_not_close_their_work_account() -> None:
    worker = User.objects.create_user(email="worker@demo.example", email_verified_at=AT, roles=["operator"])
    assert [one.code for one in ask(worker)] == ["work"]


def test_a_waiting_request_is_carried_out_when_the_contract_has_ended() -> None:
    anna = account(ANNA)
    policy(ANNA)
    ask(anna)
    assert commands.close_waiting(by=BY, at=OVER - timedelta(days=1)) == 0
    assert commands.close_waiting(by=BY, at=OVER) == 1
    assert commands.close_waiting(by=BY, at=OVER) == 0
    anna.refresh_from_db()
    assert not anna.is_active


def test_a_request_that_waits_can_be_taken_back() -> None:
    anna = account(ANNA)
    policy(ANNA)
    ask(anna)
    commands.take_back_closing(user_id=anna.pk, by=BY, at=AT)
    assert queries.closing_of(anna.pk) is None
    assert commands.close_waiting(by=BY, at=OVER) == 0


def test_papers_are_kept_five_years_after_the_contract_and_then_erased() -> None:
    anna = account(ANNA)
    policy(ANNA)
    insured = Policy.objects.get().insured
    insured.identity = {"number": "123456"}
    insured.save()
    ask(anna)
    commands.close_waiting(by=BY, at=OVER)
    due = OVER.replace(year=2032)
    assert commands.erase_due(by=BY, at=due - timedelta(days=1)) == 0
    insured.refresh_from_db()
    assert insured.identity == {"number": "123456"}
    assert commands.erase_due(by=BY, at=due) == 1
    assert commands.erase_due(by=BY, at=due) == 0
    insured.refresh_from_db()
    assert insured.identity is None
    assert Closing.objects.get().state == ClosingState.ERASED


def test_news_end_with_the_account() -> None:
    boris = account(BORIS)
    commands.set_advertising(user_id=boris.pk, wanted=True, by=BY, at=AT)
    ask(boris)
    assert not queries.accepts_advertising(boris.pk, AT.date())
    assert Consent.objects.filter(subject_type="consent").count() == 1


def test_what_was_arranged_by_phone_ends_with_the_account() -> None:
    boris = account(BORIS)
    own = policy(BORIS)
    by = Actor.user(boris.pk)
    address = appointments.make_calendar_address(user_id=boris.pk, by=by, at=AT)
    appointments.note_visit(
        policy_id=own, clinic_id=clinic().pk, on=AT.date() + timedelta(days=1), at_local=time(9), words="К хирургу",
        by=by, at=AT,
    )  # fmt: skip
    appointments.ask_call_back(policy_id=own, clinic_id=None, phone=BORIS.phone, wish="Хирург", by=by, at=AT)
    assert ask(boris)
    assert CalendarAddress.objects.exists(), "the contract keeps the account"
    commands.close_waiting(by=BY, at=OVER)
    with pytest.raises(NotFoundError):
        appointment_queries.calendar_owner(address)
    call, note = CallBack.objects.get(), NotedVisit.objects.get()
    assert (call.state, call.phone, call.wish, note.words) == ("cancelled", "", None, None)


@pytest.mark.parametrize(
    ("ends", "closed", "due"),
    [
        ([], date(2026, 3, 1), date(2026, 3, 1)),
        ([date(2026, 3, 1)], date(2026, 3, 2), date(2031, 3, 1)),
        ([date(2020, 3, 1), date(2024, 2, 29)], date(2026, 3, 2), date(2029, 3, 1)),
        ([date(2015, 3, 1)], date(2026, 3, 2), date(2026, 3, 2)),
    ],
)
def test_when_papers_may_go(ends: list[date], closed: date, due: date) -> None:
    assert rules.erase_from(ends, closed_on=closed) == due
