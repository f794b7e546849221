"""One-time codes: how long, how often, how many tries."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from doctorlike.accounts import commands, errors
from doctorlike.accounts.commands.codes import expect_code
from doctorlike.accounts.models import OneTimeCode
from doctorlike.accounts.rules import codes
from doctorlike.notifications.models import Message
from tests.accounts.builders import ANNA_PHONE, BORIS_PHONE, NOW, last_code, wrong

pytestmark = pytest.mark.django_db


def after(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def send(*, at: datetime = NOW, to: str = ANNA_PHONE, subject: str = "order-1") -> None:
    commands.send_code(purpose="order", to=to, subject_id=subject, at=at)


def check(code: str, *, at: datetime = NOW, subject: str = "order-1", purpose: str = "order") -> None:
    commands.check_code(purpose=purpose, subject_id=subject, code=code, at=at)


def test_the_right_code_is_accepted_once() -> None:
    send()
    check(last_code(ANNA_PHONE))
    with pytest.raises(errors.CodeExpiredError):
        check(last_code(ANNA_PHONE))


def test_a_code_goes_by_sms_to_a_phone_and_by_mail_to_an_address() -> None:
    send()
    send(to="anna@example.com")
    assert [message.channel for message in Message.objects.order_by("id")] == ["sms", "email"]
    assert last_code("anna@example.com") not in Message.objects.get(channel="email").subject


def test_the_code_is_nowhere_readable_but_in_the_message() -> None:
    send()
    row = OneTimeCode.objects.values().get()
    assert last_code(ANNA_PHONE) not in str(row)
    assert ANNA_PHONE not in str(row)
    assert Message.objects.get().is_secret


def test_a_code_serves_only_what_it_was_sent_for() -> None:
    send()
    with pytest.raises(errors.CodeExpiredError):
        check(last_code(ANNA_PHONE), subject="order-2")
    with pytest.raises(errors.CodeExpiredError):
        check(last_code(ANNA_PHONE), purpose="sign_in")


def test_a_code_lives_five_minutes() -> None:
    send()
    with pytest.raises(errors.CodeExpiredError):
        check(last_code(ANNA_PHONE), at=after(minutes=5))
    check(last_code(ANNA_PHONE), at=after(minutes=4, seconds=59))


def test_wrong_tries_are_counted_and_the_fifth_is_the_last() -> None:
    send()
    right = last_code(ANNA_PHONE)
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.WrongCodeError) as refused:
            check(wrong(right))
        assert refused.value.facts == {"tries_left": left}
    with pytest.raises(errors.TooManyTriesError):
        check(wrong(right))
    with pytest.raises(errors.TooManyTriesError):
        check(right)


def test_a_code_nobody_was_sent_costs_the_same_tries_and_holds_nobody_up() -> None:
    expect_code(purpose="order", subject_id="order-1", at=NOW)
    for left in (4, 3, 2, 1):
        with pytest.raises(errors.WrongCodeError) as refused:
            check("000000")
        assert refused.value.facts == {"tries_left": left}
    for _time in range(2):
        with pytest.raises(errors.TooManyTriesError):
            check("000000")
    assert not Message.objects.exists()
    send()


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "٠١٢٣٤٥", "0" * 600])
def test_nonsense_is_a_wrong_code(typed: str) -> None:
    send()
    with pytest.raises(errors.WrongCodeError):
        check(typed)


def test_the_next_code_waits_a_minute_and_replaces_the_first() -> None:
    send()
    first = last_code(ANNA_PHONE)
    with pytest.raises(errors.TooSoonError) as refused:
        send(at=after(seconds=12))
    assert refused.value.facts == {"seconds": 48}
    send(at=after(seconds=60))
    second = last_code(ANNA_PHONE)
    if first != second:
        with pytest.raises(errors.WrongCodeError):
            check(first, at=after(seconds=61))
    check(second, at=after(seconds=61))


def test_the_wait_is_the_phones_whoever_asks_for_whatever() -> None:
    send()
    with pytest.raises(errors.TooSoonError):
        commands.send_code(purpose="sign_in", to=ANNA_PHONE, subject_id="another", at=after(seconds=1))
    send(to=BORIS_PHONE, at=after(seconds=1))


def test_an_entered_code_lifts_the_wait() -> None:
    send()
    check(last_code(ANNA_PHONE), at=after(seconds=5))
    send(at=after(seconds=6))


def test_a_phone_gets_ten_unanswered_codes_a_day() -> None:
    for minute in range(10):
        send(at=after(minutes=minute))
    with pytest.raises(errors.TooManyCodesError):
        send(at=after(minutes=10))
    with pytest.raises(errors.TooManyCodesError):
        send(at=after(hours=23, minutes=50))
    send(at=after(days=1))


def test_checking_inside_a_transaction_is_refused_loudly(django_db_blocker: object) -> None:
    """A refusal would roll the count of tries back. (The test's own transaction is the one Django lets pass.)"""
    send()
    with transaction.atomic(), pytest.raises(RuntimeError):
        check("000000")


@pytest.mark.django_db(transaction=True)
def test_twelve_wrong_tries_at_once_use_up_five() -> None:
    send()
    right = last_code(ANNA_PHONE)

    def attempt(_number: int) -> str:
        try:
            check(wrong(right))
        except errors.CodeError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(12) as crowd:
        told = list(crowd.map(attempt, range(12)))
    assert sorted(told) == ["too_many_tries"] * 8 + ["wrong_code"] * 4


@pytest.mark.django_db(transaction=True)
def test_the_right_code_twice_at_once_is_accepted_once() -> None:
    send()
    right = last_code(ANNA_PHONE)

    def attempt(_number: int) -> str:
        try:
            check(right)
        except errors.CodeError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "accepted"

    with ThreadPoolExecutor(8) as crowd:
        told = list(crowd.map(attempt, range(8)))
    assert sorted(told) == ["accepted"] + ["code_expired"] * 7


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_send_one_code() -> None:
    def attempt(number: int) -> str:
        try:
            send(subject=f"order-{number}")
        except errors.CodeError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(6) as crowd:
        told = list(crowd.map(attempt, range(6)))
    assert sorted(told) == ["sent"] + ["too_soon"] * 5
    assert OneTimeCode.objects.count() == 1


def test_old_answers_do_not_count() -> None:
    yesterday = NOW - timedelta(days=1, seconds=1)
    assert codes.seconds_to_wait([(yesterday, None)] * 20, NOW) == 0
    assert codes.seconds_to_wait([(NOW - timedelta(seconds=59, milliseconds=500), None)], NOW) == 1
