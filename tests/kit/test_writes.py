"""Rows written with SQL made up once are the rows that the ORM would have written."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, UUIDField
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import locked_by
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert, update
from doctorlike.notifications.models import Message
from doctorlike.payments.ledger import CHARGE_LEGS, Event
from doctorlike.payments.models import LedgerEntry

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db
messages_locked = Read(
    lambda: Message.objects.select_for_update().filter(pk=Told("message_id", UUIDField())), prepared=True
)


def message(text: str = "Здравствуйте, Анна") -> Message:
    return Message(
        channel="email",
        to="anna@example.com",
        text=text,
        attachments=[{"n": 1}],
        topic="t",
        created_at=AT,
        created_by="b",
    )


def entry(amount: str = "300.02") -> LedgerEntry:
    source_id = new_id()
    return LedgerEntry(
        event=Event.CHARGE,
        source_id=source_id,
        debit=CHARGE_LEGS.debit,
        credit=CHARGE_LEGS.credit,
        amount=Money.of(amount),
        subject_id=source_id,
        posted_at=AT,
    )


def columns(row: Message) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_every_column_comes_back_as_it_was_put() -> None:
    put = message()
    insert(put)
    assert columns(Message.objects.get(pk=put.pk)) == columns(put)
    assert not put._state.adding


def test_many_rows_are_one_statement_and_money_stays_exact() -> None:
    put = [entry("0.01"), entry("999999999999.99"), entry("300.02")]
    with CaptureQueriesContext(connection) as asked:
        insert(*put)
    assert len(asked) == 1
    found = LedgerEntry.objects.in_bulk([one.pk for one in put])
    assert [found[one.pk].amount for one in put] == [one.amount for one in put]


def test_a_row_that_is_there_is_an_error_or_passed_over_as_asked() -> None:
    first, again = entry("10.00"), entry("20.00")
    again.source_id = first.source_id
    insert(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(again)
    insert(again, unless_there=True)
    assert list(LedgerEntry.objects.values_list("amount", flat=True)) == [Money.of("10.00")]


def test_only_the_named_fields_are_written() -> None:
    put = message()
    insert(put)
    Message.objects.filter(pk=put.pk).update(tries=3)
    put.text, put.state, put.tries = "Другое", "failed", 0
    update(put, "text", "state")
    found = Message.objects.get(pk=put.pk)
    assert (found.text, found.state, found.tries) == ("Другое", "failed", 3)


def test_a_row_that_is_gone_is_an_error() -> None:
    put = message()
    insert(put)
    Message.objects.all().delete()
    with pytest.raises(DatabaseError):
        update(put, "text")


def test_what_only_the_orm_can_write_is_refused() -> None:
    put = message()
    insert(put)
    put.tries = F("tries") + 1
    with pytest.raises(TypeError):
        update(put, "tries")
    with pytest.raises(TypeError):
        insert(ProcrastinateJob(queue_name="q", task_name="t"))


def test_a_prepared_question_answers_the_same_however_often_it_is_asked() -> None:
    put = [message(f"{number}") for number in range(8)]
    insert(*put)
    assert [locked_by(messages_locked, message_id=one.pk).text for one in put] == [one.text for one in put]
    with pytest.raises(NotFoundError):
        locked_by(messages_locked, message_id=new_id())


@pytest.mark.django_db(transaction=True)
def test_a_question_that_locks_is_asked_within_a_transaction_alone() -> None:
    put = message()
    insert(put)
    with pytest.raises(transaction.TransactionManagementError):
        messages_locked(message_id=put.pk)
    with transaction.atomic():
        assert messages_locked(message_id=put.pk) == [put]
