"""What SMS may cost: rules, and messages met by an empty purse."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from doctorlike.audit import queries as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands, spending
from doctorlike.notifications.models import Message, SmsHour
from doctorlike.notifications.queries import sms_money, sms_open
from doctorlike.notifications.rules import Purse, SmsMoney, State, sms_parts

AT = datetime(2026, 3, 1, 9, 20, tzinfo=UTC)
HOUR = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor.system("tests")


@pytest.fixture(autouse=True)
def purse(settings: Settings) -> None:
    """Ten parts an hour, thirty a day, five roubles each."""
    settings.SMS_PRICE_KOPECKS = 500
    settings.SMS_CEILING_ROUBLES_AN_HOUR = 50
    settings.SMS_CEILING_ROUBLES_A_DAY = 150


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("а" * 70, 1),
        ("а" * 71, 2),
        ("а" * 134, 2),
        ("а" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_parts_are_counted_as_providers_count(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


@pytest.mark.parametrize(
    ("hour", "day", "purse"),
    [
        (0, 0, Purse.OPEN),
        (3500, 3500, Purse.OPEN),  # 4000 of 5000 afterwards: 80 percent are not passed
        (3501, 3501, Purse.SPARING),
        (4500, 4500, Purse.SPARING),
        (4501, 4501, Purse.CLOSED),
        (0, 11_500, Purse.OPEN),
        (0, 11_501, Purse.SPARING),
        (0, 14_501, Purse.CLOSED),
    ],
)
def test_both_ceilings_hold(hour: int, day: int, purse: Purse) -> None:
    money = SmsMoney(price=500, most_an_hour=5000, most_a_day=15_000, spent_this_hour=hour, spent_this_day=day)
    assert money.purse() is purse


def test_a_ceiling_of_nothing_sends_nothing() -> None:
    money = SmsMoney(price=500, most_an_hour=0, most_a_day=15_000, spent_this_hour=0, spent_this_day=0)
    assert money.purse() is Purse.CLOSED


@pytest.mark.django_db
class TestTaking:
    def test_codes_go_on_where_other_messages_stop(self) -> None:
        taken = [spending.take(text="да", is_code=False, at=AT) for _ in range(10)]
        assert taken == [True] * 8 + [False] * 2
        assert [spending.take(text="код", is_code=True, at=AT) for _ in range(3)] == [True, True, False]
        assert SmsHour.objects.get().kopecks == 5000

    def test_the_next_hour_has_money_of_its_own_and_the_day_ends_24_hours_later(self) -> None:
        for hour in range(3):
            for _ in range(10):
                assert spending.take(text="код", is_code=True, at=AT + timedelta(hours=hour))
        assert not spending.take(text="код", is_code=True, at=AT + timedelta(hours=3))
        assert not spending.take(text="код", is_code=True, at=AT + timedelta(hours=23))
        assert spending.take(text="код", is_code=True, at=AT + timedelta(hours=24))

    def test_the_log_is_warned_and_the_trail_told_once_an_hour(self, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.WARNING):
            for _ in range(20):
                spending.take(text="код", is_code=True, at=AT)
        assert [one.getMessage().split(":")[0] for one in caplog.records] == ["sms.scarce", "sms.closed"]
        trail = audit.history(subject_type="sms_money", subject_id=HOUR.isoformat())
        assert {one.action for one in trail} == {"sms.scarce", "sms.closed"}

    def test_what_a_provider_did_not_take_is_given_back(self) -> None:
        spending.take(text="код", is_code=True, at=AT)
        spending.give_back(text="код", at=AT)
        spending.give_back(text="код", at=AT)
        assert SmsHour.objects.get().kopecks == 0

    def test_without_a_price_nothing_is_counted(self, settings: Settings) -> None:
        settings.SMS_PRICE_KOPECKS = 0
        settings.SMS_CEILING_ROUBLES_AN_HOUR = 0
        assert spending.take(text="код", is_code=False, at=AT)
        assert sms_open("код")
        assert not SmsHour.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_ceiling_holds_with_many_workers() -> None:
    def attempt(_number: int) -> bool:
        try:
            return spending.take(text="код", is_code=True, at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        assert sum(crowd.map(attempt, range(24))) == 10
    assert sms_money(AT).spent_this_hour == 5000


@pytest.mark.django_db
class TestDelivery:
    @pytest.fixture(autouse=True)
    def spent(self) -> None:
        now = clock.real_now().replace(minute=0, second=0, microsecond=0)
        # Neighbouring hours too: the test may begin in one and end in the next.
        for shift in (0, 1):
            SmsHour.objects.create(hour_at=now + timedelta(hours=shift), kopecks=5000)

    def sms(self, *, secret: bool) -> Message:
        made = commands.send_sms(to="+79120000001", text="Код 123456", topic="news", by=BY, at=AT, secret=secret)
        return Message.objects.get(pk=made)

    def test_a_message_waits_for_money(self) -> None:
        message = self.sms(secret=False)
        commands.deliver_message(message_id=message.pk, at=AT)
        message.refresh_from_db()
        assert message.state == State.QUEUED
        later = ProcrastinateJob.objects.filter(task_name__endswith="deliver", scheduled_at__isnull=False)
        assert [one.args["message_id"] for one in later] == [str(message.pk)]

    def test_a_code_does_not_wait(self) -> None:
        message = self.sms(secret=True)
        commands.deliver_message(message_id=message.pk, at=AT)
        message.refresh_from_db()
        assert (message.state, message.refusal) == (State.FAILED, "the money for SMS is spent")
