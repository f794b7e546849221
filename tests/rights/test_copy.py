"""A copy of one's data: what is in it, who gets what, how long it can be fetched."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts.models import User
from doctorlike.appointments import commands as appointments
from doctorlike.appointments.models import WaitingEntry
from doctorlike.documents.commands import make_document
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.rights import collecting, commands, queries
from doctorlike.rights.errors import CopyGoneError, CopyRecentlyError
from doctorlike.rights.models import DataCopy
from doctorlike.rights.rules import CopyState
from tests.appointments.builders import clinic
from tests.care import dispute_stage as stage
from tests.jobs import run_jobs
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, account, policy
from tests.rights.test_consents import WORDS, of_an_order
from tests.telemed import test_consultations as talks

pytestmark = pytest.mark.django_db
AFTER_FIFTEEN = datetime(2030, 4, 1, 9, tzinfo=UTC)


def made_copy(user: User, at: datetime = AT) -> UUID:
    copy_id = commands.ask_copy(user_id=user.pk, by=Actor.user(user.pk), at=at)
    commands.make_copy(copy_id=copy_id, by=BY, at=at)
    return copy_id


def opened(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        told: dict[str, Any] = json.loads(bundle.read("data.json"))
    return told


def contents(user: User, at: datetime = AT) -> dict[str, Any]:
    return opened(queries.read_copy(user.pk, made_copy(user, at), at))


def test_the_insured_takes_away_the_contract_with_its_people() -> None:
    anna = account(ANNA, email=ANNA.email)
    policy(ANNA)
    told = contents(anna)
    [contract] = told["contracts"]
    assert contract["insured"]["surname"] == "Серова"
    assert contract["premium"] == "9500.00"
    assert told["account"]["phone"] == ANNA.phone
    assert set(told) >= {"consents", "visits", "services", "disputes", "charges", "payments", "consultations"}


def test_services_shares_charges_and_disputes_are_in_it() -> None:
    anna = account(ANNA, email=ANNA.email)
    line, _other = stage.annas_visit(anna)
    stage.dispute(line, anna)
    told = contents(anna, stage.NOW)
    assert sorted(one["own_share"] for one in told["services"]) == ["150.00", "300.02"]
    assert [one["text"] for one in told["disputes"]] == ["Я была у другого врача"]
    assert [one["amount"] for one in told["charges"]] == ["450.02"]


def test_what_was_arranged_by_phone_is_in_it_and_places_in_waiting_lists() -> None:
    anna = account(ANNA)
    own, at_clinic, by = policy(ANNA), clinic(), Actor.user(anna.pk)
    appointments.note_visit(
        policy_id=own, clinic_id=at_clinic.pk, on=AT.date() + timedelta(days=1), at_local=time(9), words="К хирургу",
        by=by, at=AT,
    )  # fmt: skip
    appointments.ask_call_back(policy_id=own, clinic_id=None, phone=ANNA.phone, wish="Хирург", by=by, at=AT)
    appointments.make_calendar_address(user_id=anna.pk, by=by, at=AT)
    WaitingEntry.objects.create(
        policy_id=own, patient_key=own, specialty_code="surgeon", clinic=at_clinic, from_on=AT.date(),
        until_on=AT.date() + timedelta(days=7), from_local=time(9), weekdays=[0, 2],
        joined_at=AT, joined_by=str(by), changed_at=AT, changed_by=str(by),
    )  # fmt: skip
    told = contents(anna)
    assert [one["words"] for one in told["noted_visits"]] == ["К хирургу"]
    assert [(one["wish"], one["phone"]) for one in told["calls"]] == [("Хирург", ANNA.phone)]
    [place] = told["waiting_lists"]
    assert (place["specialty"], place["clinic"], place["weekdays"]) == ("Хирург", "Клиника на Ленина", [0, 2])
    assert told["account"]["calendar_made_at"] == AT.isoformat()


def test_the_other_parents_phone_is_theirs() -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    appointments.ask_call_back(policy_id=own, clinic_id=None, phone=BORIS.phone, wish="Хирург", by=BY, at=AT)
    assert [one["phone"] for one in contents(anna)["calls"]] == [""]


def test_the_signed_papers_lie_beside_it() -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    make_document(
        kind="letter",
        template="letter",
        facts={"title": "Письмо", "number": "", "paragraphs": ["Текст"]},
        subject_type="policy",
        subject_id=own,
        title="Письмо",
        by=BY,
        at=AT,
    )
    content = queries.read_copy(anna.pk, made_copy(anna), AT)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        [paper] = [name for name in bundle.namelist() if name.endswith(".pdf")]
        assert bundle.read(paper).startswith(b"%PDF")


def test_a_consultation_is_in_it_with_its_conclusion() -> None:
    anna, policy_id = talks.insured(ANNA)
    vera = talks.doctor("vera")
    asked = talks.ask(anna, policy_id)
    talks.take(vera)
    talks.conclude(asked, vera)
    run_jobs()
    content = queries.read_copy(anna.pk, made_copy(anna, talks.NOW), talks.NOW)
    [talk] = opened(content)["consultations"]
    assert talk["complaint"] == "Болит горло"
    assert talk["conclusion"]["recommendations"] == "Тёплое питьё"
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert [name for name in bundle.namelist() if name.startswith("conclusions/2026-04-01-")]


def test_a_childs_data_are_in_the_adults_copy_until_the_fifteenth_birthday() -> None:
    anna = account(ANNA)
    policy(MITYA, ANNA)
    [before] = contents(anna)["contracts"]
    assert before["insured"]["given_name"] == "Дмитрий"
    [after] = contents(anna, AFTER_FIFTEEN)["contracts"]
    assert set(after) == {"number", "starts_on", "ends_on", "cancelled_on", "concluded_at", "premium"}


def test_who_only_paid_for_another_adult_takes_away_amounts_and_dates() -> None:
    boris = account(BORIS)
    policy(ANNA, BORIS)
    told = contents(boris)
    [contract] = told["contracts"]
    assert set(contract) == {"number", "starts_on", "ends_on", "cancelled_on", "concluded_at", "premium"}
    assert "Серова" not in json.dumps(told, ensure_ascii=False)


def test_it_lies_encrypted() -> None:
    made_copy(account(ANNA))
    row = DataCopy.objects.get()
    with storages["private"].open(row.storage_key, "rb") as stored:
        assert not stored.read().startswith(b"PK")


def test_its_owner_is_told_once_it_is_ready() -> None:
    anna = account(ANNA, email=ANNA.email)
    commands.ask_copy(user_id=anna.pk, by=Actor.user(anna.pk), at=AT)
    run_jobs()
    copy = queries.latest_copy(anna.pk)
    assert copy is not None
    assert copy.state == CopyState.READY
    commands.make_copy(copy_id=copy.id, by=BY, at=AT)
    [message] = Message.objects.filter(to=ANNA.email)
    assert "Копия ваших данных готова" in message.text
    assert "Серова" not in message.text


def test_anothers_copy_does_not_exist() -> None:
    copy_id = made_copy(account(ANNA))
    with pytest.raises(NotFoundError):
        queries.read_copy(account(BORIS).pk, copy_id, AT)


def test_after_seven_days_it_is_gone_with_its_file() -> None:
    anna = account(ANNA)
    copy_id = made_copy(anna)
    key = DataCopy.objects.get().storage_key
    assert queries.read_copy(anna.pk, copy_id, AT + timedelta(days=7, seconds=-1))
    assert commands.remove_old_copies(by=BY, at=AT + timedelta(days=7, seconds=-1)) == 0
    with pytest.raises(CopyGoneError):
        queries.read_copy(anna.pk, copy_id, AT + timedelta(days=7))
    assert commands.remove_old_copies(by=BY, at=AT + timedelta(days=7)) == 1
    assert commands.remove_old_copies(by=BY, at=AT + timedelta(days=7)) == 0
    assert not storages["private"].exists(key)


def test_one_is_made_a_day() -> None:
    anna = account(ANNA)
    first = commands.ask_copy(user_id=anna.pk, by=BY, at=AT)
    assert commands.ask_copy(user_id=anna.pk, by=BY, at=AT) == first
    commands.make_copy(copy_id=first, by=BY, at=AT)
    with pytest.raises(CopyRecentlyError):
        commands.ask_copy(user_id=anna.pk, by=BY, at=AT + timedelta(hours=23))
    assert commands.ask_copy(user_id=anna.pk, by=BY, at=AT + timedelta(days=1)) != first


def test_many_contracts_take_as_many_queries_as_one() -> None:
    anna = account(ANNA)
    policy(ANNA)
    one = queries_of(anna)
    for year in range(2027, 2032):
        policy(ANNA, starts_on=date(year, 3, 10))
    assert queries_of(anna) == one


def queries_of(user: User) -> int:
    with CaptureQueriesContext(connection) as asked:
        collecting.archive(user.pk, at=AT, on=AT.date())
    return len(asked)


def test_consents_are_in_it_with_their_words() -> None:
    [advertising] = [one for one in contents(of_an_order())["consents"] if one["purpose"] == "advertising"]
    assert advertising["text"] == WORDS
