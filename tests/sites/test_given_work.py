"""Whoever is given work comes in anew: what they proved as a client is not enough for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from doctorlike.accounts import commands
from doctorlike.accounts.rules import Contact, Role
from tests.accounts.builders import CONSOLE, NOW, account, is_signed_in, sign_in

pytestmark = pytest.mark.django_db
EMAIL = "klara@work.example"


def given_work(*roles: Role) -> None:
    commands.create_staff(
        email=EMAIL,
        roles=roles,
        surname="Ежова",
        given_name="Клара",
        born_on=date(1990, 1, 1),
        sex="female",
        by=CONSOLE,
        at=NOW,
    )


def test_a_clients_sign_in_does_not_open_the_desk(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    account(Contact("email", EMAIL))
    browser = Client()
    sign_in(browser, EMAIL, to=EMAIL)
    assert is_signed_in(browser)
    assert browser.get("/cabinet/profile/").status_code == 200
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    given_work(Role.OPERATOR)
    assert browser.get("/cabinet/profile/").status_code == 302
    on_site("staff")
    at_work = Client()
    at_work.cookies[settings.SESSION_COOKIE_NAME] = key
    assert at_work.get("/desk/")["Location"].startswith("/signin/")
