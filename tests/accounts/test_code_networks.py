"""How many codes one place of the network may ask for; and what is said when the money for SMS is spent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from doctorlike.accounts import commands, errors
from doctorlike.accounts.models import OneTimeCode
from doctorlike.accounts.rules import codes
from doctorlike.accounts.rules.codes import network_of, network_seconds_to_wait
from doctorlike.kit import clock
from doctorlike.notifications.models import Message, SmsHour
from tests.accounts.builders import ANNA_PHONE, NOW, last_code

OTHER_PHONE = "+79130000001"
HERE, NEIGHBOUR = "203.0.113.7", "203.0.113.8"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        (HERE, HERE),
        ("::ffff:203.0.113.7", HERE),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("unknown", ""),
    ],
)
def test_a_place_is_an_ipv4_address_or_the_home_of_an_ipv6_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_thirty_an_hour_and_a_hundred_a_day() -> None:
    half_minutes = [NOW + timedelta(seconds=30 * number) for number in range(30)]
    assert network_seconds_to_wait(half_minutes[:29], half_minutes[29]) == 0
    assert network_seconds_to_wait(half_minutes, half_minutes[29]) == 3600 - 29 * 30
    assert network_seconds_to_wait(half_minutes, NOW + timedelta(hours=1)) == 0
    spread = [NOW + timedelta(minutes=10 * number) for number in range(100)]
    assert network_seconds_to_wait(spread, spread[-1]) == (24 * 60 - 99 * 10) * 60


@given(st.lists(st.integers(0, 2 * 86_400), max_size=150))
def test_whoever_waits_as_told_is_served(seconds: list[int]) -> None:
    asked = [NOW + timedelta(seconds=one) for one in seconds]
    at = NOW + timedelta(days=2)
    wait = network_seconds_to_wait(asked, at)
    assert network_seconds_to_wait(asked, at + timedelta(seconds=wait)) == 0


def send(number: int, *, ip_address: str = HERE, at: datetime = NOW) -> None:
    commands.send_code(purpose="sign_in", to=f"+7912000{number:04d}", subject_id=number, at=at, ip_address=ip_address)


@pytest.fixture
def busy() -> None:
    for number in range(codes.MOST_UNANSWERED_OF_NETWORK_AN_HOUR):
        send(number)


@pytest.mark.django_db
class TestTheNetwork:
    def test_one_too_many_is_refused_with_how_long_and_whom_to_call(self, busy: None) -> None:
        with pytest.raises(errors.NetworkBusyError) as refused:
            send(500)
        assert "через 60 мин" in str(refused.value)
        assert "позвоните нам" in str(refused.value)
        assert not OneTimeCode.objects.filter(subject_id="500").exists()

    def test_the_neighbour_and_the_next_hour_are_served(self, busy: None) -> None:
        send(500, ip_address=NEIGHBOUR)
        send(501, at=NOW + timedelta(hours=1))

    def test_codes_that_are_entered_do_not_count(self, busy: None) -> None:
        phone = "+79120000007"
        commands.check_code(purpose="sign_in", subject_id=7, code=last_code(phone), at=NOW)
        send(500)

    def test_the_address_is_not_readable(self) -> None:
        send(1)
        assert HERE not in str(OneTimeCode.objects.values().get())

    def test_the_door_says_it_at_the_field(self, on_site: Callable[[str], None]) -> None:
        on_site("portal")
        at = clock.real_now()
        for number in range(codes.MOST_UNANSWERED_OF_NETWORK_AN_HOUR):
            send(number, at=at)
        page = Client(REMOTE_ADDR=HERE).post("/signin/", {"contact": OTHER_PHONE})
        assert "Из вашей сети просят слишком много кодов" in page.content.decode()
        assert Client(REMOTE_ADDR=NEIGHBOUR).post("/signin/", {"contact": OTHER_PHONE}).status_code == 302


@pytest.mark.django_db
class TestTheMoney:
    @pytest.fixture(autouse=True)
    def spent(self, settings: Settings) -> None:
        settings.SMS_PRICE_KOPECKS = 500
        settings.SMS_CEILING_ROUBLES_AN_HOUR = 100
        settings.SMS_CEILING_ROUBLES_A_DAY = 1000
        hour = clock.real_now().replace(minute=0, second=0, microsecond=0)
        # Neighbouring hours too: the test may begin in one and end in the next.
        for shift in (0, 1):
            SmsHour.objects.create(hour_at=hour + timedelta(hours=shift), kopecks=10_000)

    def test_the_door_offers_mail_and_a_call(self, on_site: Callable[[str], None]) -> None:
        on_site("portal")
        page = Client().post("/signin/", {"contact": ANNA_PHONE}).content.decode()
        assert "SMS сейчас не отправляем" in page
        assert "на электронную почту" in page
        assert not Message.objects.exists()

    def test_codes_by_mail_go_on(self, on_site: Callable[[str], None]) -> None:
        on_site("portal")
        assert Client().post("/signin/", {"contact": "anna@example.com"}).status_code == 302
        assert last_code("anna@example.com")
