"""The cast at the door: how a test gets a code, a signed-in browser, an account."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.test import Client

from doctorlike.accounts import commands
from doctorlike.accounts.commands import recovering
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact, Role
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
CONSOLE = Actor.system("tests")
ANNA_PHONE = "+79120000011"
BORIS_PHONE = "+79120000022"
OPERATOR_EMAIL = "operator@demo.example"


def last_code(to: str) -> str:
    """The figures of the last message to a phone or address, as its owner reads them."""
    message = Message.objects.filter(to=to).order_by("-created_at", "-id")[0]
    found = re.search(r"\b\d{6}\b", message.text)
    assert found, "the message holds a code"
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def account(contact: Contact, *, named: bool = True) -> User:
    user_id = commands.enter_account(contact=contact, by=CONSOLE, at=NOW).user_id
    if named:
        save_anna(user_id)
    return User.objects.get(pk=user_id)


def anna(*, named: bool = True) -> User:
    return account(Contact("phone", ANNA_PHONE), named=named)


def boris() -> User:
    return account(Contact("phone", BORIS_PHONE))


def save_anna(user_id: UUID, *, born_on: date = date(1990, 5, 17)) -> None:
    commands.save_profile(
        user_id=user_id,
        surname="Серова",
        given_name="Анна",
        patronymic="Викторовна",
        born_on=born_on,
        sex="female",
        by=CONSOLE,
        at=NOW,
    )


def operator() -> User:
    user_id = commands.create_staff(
        email=OPERATOR_EMAIL,
        roles=[Role.OPERATOR],
        surname="Операторова",
        given_name="Ольга",
        born_on=date(1985, 6, 1),
        sex="female",
        by=CONSOLE,
        at=NOW,
    )
    return User.objects.get(pk=user_id)


def sign_in(browser: Client, contact: str, *, to: str, next_url: str = "") -> str:
    """Through the door as a person goes; returns where it leads."""
    asked = browser.post("/signin/", {"contact": contact, "next": next_url})
    assert asked.status_code == 302, asked.content.decode()
    entered = browser.post("/signin/code/", {"code": last_code(to)})
    assert entered.status_code == 302, entered.content.decode()
    return entered["Location"]


def answer_recoveries(at: datetime) -> None:
    """What has been asked for by then is answered, as the job does."""
    for try_id in recovering.unanswered_recoveries(before=at + timedelta(seconds=1)):
        recovering.answer_recovery(try_id=try_id, by=CONSOLE, at=at)


def is_signed_in(browser: Client) -> bool:
    return settings.SESSION_COOKIE_NAME in browser.cookies and "_auth_user_id" in browser.session


def prove_old(browser: Client, kind: str, *, to: str) -> None:
    """The code at the contact that is to be replaced."""
    browser.post(f"/cabinet/profile/contact/{kind}/old/code/")
    proven = browser.post(f"/cabinet/profile/contact/{kind}/old/", {"code": last_code(to)})
    assert proven["Location"] == f"/cabinet/profile/contact/{kind}/"
