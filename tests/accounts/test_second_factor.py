"""The second proof: people at work always, clients when they want it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from io import StringIO
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import (
    LastFactorError,
    SecondStepLockedError,
    WrongSecondCodeError,
)
from doctorlike.accounts.models import User
from doctorlike.accounts.rules.factors import Factor, device_name, may_remove, must_set_up, second_step_needed
from doctorlike.audit import queries as audit
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from sandbox import authenticator
from tests.accounts.builders import (
    ANNA_PHONE,
    NOW,
    OPERATOR_EMAIL,
    anna,
    boris,
    is_signed_in,
    last_code,
    operator,
    sign_in,
    wrong,
)

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:131.0) Gecko/20100101 Firefox/131.0"


@pytest.fixture
def browser(on_site: Callable[[str], None]) -> Client:
    on_site("portal")
    return Client(headers={"user-agent": CHROME})


@pytest.fixture
def staff_browser(on_site: Callable[[str], None]) -> Client:
    on_site("staff")
    return Client(headers={"user-agent": CHROME})


def app_code(secret: str, *, half_minutes: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + half_minutes))


def with_app(user: User, *, half_minutes: int = -1) -> str:
    """An app set up with the code of the half minute before, so that the one of now is still unused."""
    secret = commands.new_app_secret()
    code = app_code(secret, half_minutes=half_minutes)
    commands.add_app(user_id=user.pk, secret=secret, code=code, by=Actor.user(user.pk), at=NOW)
    return secret


def shown_secret(page: str) -> str:
    found = re.search(r'<b class="num break">([A-Z2-7 ]+)</b>', page)
    assert found, "the page shows the secret to type"
    return found[1].replace(" ", "")


# The rule


@pytest.mark.parametrize(
    ("at_work", "held", "step", "set_up"),
    [
        (True, set(), False, True),
        (True, {"recovery_codes"}, False, True),
        (True, {"webauthn"}, True, False),
        (True, {"totp"}, True, False),
        (False, set(), False, False),
        (False, {"webauthn"}, False, False),
        (False, {"totp", "recovery_codes"}, True, False),
    ],
)
def test_who_proves_twice(at_work: bool, held: set[str], step: bool, set_up: bool) -> None:
    assert second_step_needed(at_work=at_work, held=held) is step
    assert must_set_up(at_work=at_work, held=held) is set_up


def test_somebody_at_work_keeps_one() -> None:
    assert not may_remove(at_work=True, strong_left=0)
    assert may_remove(at_work=True, strong_left=1)
    assert may_remove(at_work=False, strong_left=0)


@pytest.mark.parametrize(
    ("says", "name"), [(CHROME, "Chrome, Android"), (FIREFOX, "Firefox, Windows"), ("curl/8", ""), ("", "")]
)
def test_a_device_is_called_what_people_call_it(says: str, name: str) -> None:
    assert device_name(says) == name


# People at work


def test_nobody_works_with_the_mailbox_alone(staff_browser: Client) -> None:
    operator()
    assert sign_in(staff_browser, OPERATOR_EMAIL, to=OPERATOR_EMAIL) == "/signin/setup/"
    assert not is_signed_in(staff_browser)
    assert staff_browser.get("/desk/")["Location"].startswith("/signin/")


def test_an_app_is_set_up_at_the_first_sign_in_and_asked_for_at_the_next(staff_browser: Client) -> None:
    operator()
    sign_in(staff_browser, OPERATOR_EMAIL, to=OPERATOR_EMAIL)
    secret = shown_secret(staff_browser.get("/signin/setup/").content.decode())
    refused = staff_browser.post("/signin/setup/", {"code": wrong(app_code(secret))})
    assert refused.status_code == 200
    assert shown_secret(refused.content.decode()) == secret
    assert staff_browser.post("/signin/setup/", {"code": app_code(secret, half_minutes=-1)})["Location"] == "/"
    assert is_signed_in(staff_browser)
    stored = Authenticator.objects.get(type=Factor.APP)
    assert secret not in str(stored.data), "the secret rests encrypted"

    again = Client()
    assert sign_in(again, OPERATOR_EMAIL, to=OPERATOR_EMAIL) == "/signin/second/"
    assert not is_signed_in(again)
    assert again.post("/signin/second/", {"code": wrong(app_code(secret))}).status_code == 200
    assert again.post("/signin/second/", {"code": app_code(secret)})["Location"] == "/"
    assert is_signed_in(again)


def test_the_second_step_is_closed_to_who_has_not_passed_the_first(staff_browser: Client) -> None:
    secret = with_app(operator())
    for page in ("/signin/second/", "/signin/setup/"):
        assert staff_browser.get(page)["Location"] == "/signin/"
        assert staff_browser.post(page, {"code": app_code(secret)})["Location"] == "/signin/"
    assert not is_signed_in(staff_browser)


def test_the_last_proof_of_somebody_at_work_stays() -> None:
    worker = operator()
    with_app(worker)
    app = Authenticator.objects.get(user=worker, type=Factor.APP)
    with pytest.raises(LastFactorError):
        commands.remove_factor(user_id=worker.pk, factor_id=app.pk, by=Actor.user(worker.pk), at=NOW)


def test_a_lost_phone_is_reset_by_the_console_and_set_up_anew(staff_browser: Client) -> None:
    worker = operator()
    with_app(worker)
    staff_browser.force_login(worker)
    call_command("reset_second_factor", OPERATOR_EMAIL, stdout=StringIO())
    assert queries.held_factors(worker.pk) == frozenset()
    assert sign_in(Client(), OPERATOR_EMAIL, to=OPERATOR_EMAIL) == "/signin/setup/"


def test_only_people_at_work_are_reset_there() -> None:
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody@demo.example")


def test_the_sandbox_shows_the_codes_of_the_demonstrations_staff(settings: Any) -> None:
    settings.DEMO = True
    people = commands.seed_demo_people(by=Actor.system("tests"), at=NOW)
    commands.seed_demo_people(by=Actor.system("tests"), at=NOW)
    assert {f"{name}@{authenticator.DOMAIN}" for name in authenticator.STAFF} == {
        f"{name}@{authenticator.DOMAIN}" for name in people
    }
    code = authenticator.code_at(authenticator.demo_secret(OPERATOR_EMAIL), time.time())
    assert commands.check_second_code(user_id=people["operator"], code=code, at=NOW) is Factor.APP


# Codes


def test_a_code_serves_once_even_within_its_half_minute() -> None:
    user = anna()
    secret = with_app(user)
    code = app_code(secret)
    assert commands.check_second_code(user_id=user.pk, code=code, at=NOW) is Factor.APP
    with pytest.raises(WrongSecondCodeError):
        commands.check_second_code(user_id=user.pk, code=code, at=NOW)


def test_five_wrong_codes_close_the_step_for_a_while() -> None:
    user = anna()
    secret = with_app(user)
    for _ in range(5):
        with pytest.raises(WrongSecondCodeError):
            commands.check_second_code(user_id=user.pk, code=wrong(app_code(secret)), at=NOW)
    with pytest.raises(SecondStepLockedError) as refused:
        commands.check_second_code(user_id=user.pk, code=app_code(secret), at=NOW)
    assert "через 15 мин" in str(refused.value)
    failed = [
        deed for deed in audit.history(subject_type="user", subject_id=user.pk) if deed.action == "second_step.failed"
    ]
    assert len(failed) == 5


def test_a_recovery_code_serves_once_and_new_ones_end_the_old() -> None:
    user = anna()
    with_app(user)
    by = Actor.user(user.pk)
    codes = commands.renew_recovery_codes(user_id=user.pk, by=by, at=NOW)
    assert len(set(codes)) == 10
    assert commands.check_second_code(user_id=user.pk, code=codes[0], at=NOW) is Factor.RECOVERY_CODES
    with pytest.raises(WrongSecondCodeError):
        commands.check_second_code(user_id=user.pk, code=codes[0], at=NOW)
    assert queries.security_of(user.pk, session_key="").recovery_codes_left == 9
    commands.renew_recovery_codes(user_id=user.pk, by=by, at=NOW)
    with pytest.raises(WrongSecondCodeError):
        commands.check_second_code(user_id=user.pk, code=codes[1], at=NOW)


# Clients


def test_a_client_with_an_app_proves_twice_and_without_does_not(browser: Client) -> None:
    secret = with_app(anna())
    assert sign_in(browser, "9120000011", to=ANNA_PHONE, next_url="/cabinet/visits/") == "/signin/second/"
    assert browser.post("/signin/second/", {"code": app_code(secret)})["Location"] == "/cabinet/visits/"
    assert is_signed_in(browser)


def test_the_owner_sets_an_app_up_and_gets_recovery_codes(browser: Client) -> None:
    user = anna()
    sign_in(browser, "9120000011", to=ANNA_PHONE)
    secret = shown_secret(browser.get("/cabinet/security/app/").content.decode())
    page = browser.post("/cabinet/security/app/", {"code": app_code(secret)}).content.decode()
    assert len(re.findall(r"\b\d{4} \d{4}\b", page)) == 10
    assert queries.held_factors(user.pk) == {Factor.APP, Factor.RECOVERY_CODES}
    told = Message.objects.filter(topic="account").get()
    assert told.to == ANNA_PHONE
    assert secret not in told.text


def test_an_open_screen_left_alone_changes_nothing(browser: Client) -> None:
    """After ten minutes the owner is asked again, by a code to the phone."""
    user = anna()
    browser.force_login(user)  # a session with no proof in it, as one of long ago
    asked = browser.get("/cabinet/security/app/")
    assert unquote(asked["Location"]) == "/cabinet/security/proof/?next=/cabinet/security/app/"
    assert browser.post("/cabinet/security/recovery-codes/")["Location"].startswith("/cabinet/security/proof/")
    browser.post("/cabinet/security/proof/code/", {"next": "/cabinet/security/app/"})
    refused = browser.post("/cabinet/security/proof/", {"code": wrong(last_code(ANNA_PHONE))})
    assert refused.status_code == 200
    proven = browser.post("/cabinet/security/proof/", {"code": last_code(ANNA_PHONE), "next": "/cabinet/security/app/"})
    assert proven["Location"] == "/cabinet/security/app/"
    assert browser.get("/cabinet/security/app/").status_code == 200


# Devices


def test_a_sign_in_from_another_device_is_told_to_the_owner(browser: Client) -> None:
    anna()
    sign_in(browser, "9120000011", to=ANNA_PHONE)
    assert not Message.objects.filter(topic="account").exists(), "the first device is nobody's news"
    browser.post("/signout/")
    sign_in(browser, "9120000011", to=ANNA_PHONE)
    assert not Message.objects.filter(topic="account").exists(), "the same browser again"
    sign_in(Client(headers={"user-agent": FIREFOX}), "9120000011", to=ANNA_PHONE)
    told = Message.objects.filter(topic="account").get()
    assert told.to == ANNA_PHONE
    assert "Firefox, Windows" in told.text


def test_sessions_are_listed_and_ended_one_by_one_or_all(browser: Client) -> None:
    user = anna()
    sign_in(browser, "9120000011", to=ANNA_PHONE)
    others = [Client(headers={"user-agent": FIREFOX}) for _ in range(2)]
    for other in others:
        sign_in(other, "9120000011", to=ANNA_PHONE)
    sessions = queries.security_of(user.pk, session_key=browser.session.session_key).sessions
    assert [one.is_current for one in sessions] == [True, False, False]
    page = browser.get("/cabinet/security/").content.decode()
    assert "Chrome, Android" in page
    assert "Firefox, Windows" in page
    one = UserSession.objects.get(session_key=others[0].session.session_key)
    assert browser.post(f"/cabinet/security/sessions/{one.pk}/end/").status_code == 302
    assert others[0].get("/cabinet/")["Location"].startswith("/signin/")
    assert others[1].get("/cabinet/security/").status_code == 200
    browser.post("/cabinet/security/sessions/end-others/")
    assert others[1].get("/cabinet/security/").status_code == 302
    assert browser.get("/cabinet/security/").status_code == 200


def test_anothers_session_and_factor_are_not_there(browser: Client) -> None:
    stranger = boris()
    with_app(stranger)
    theirs = Client()
    theirs.force_login(stranger)
    session = UserSession.objects.create(
        user=stranger, ip="127.0.0.1", session_key=theirs.session.session_key, user_agent=FIREFOX
    )
    app = Authenticator.objects.get(user=stranger, type=Factor.APP)
    anna()
    sign_in(browser, "9120000011", to=ANNA_PHONE)
    assert browser.post(f"/cabinet/security/sessions/{session.pk}/end/").status_code == 404
    assert browser.post(f"/cabinet/security/factors/{app.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=app.pk).exists()


# A passkey that is none


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"id": "x", "response": {"userHandle": "AAAA"}}'])
def test_what_is_no_passkey_lets_nobody_in(browser: Client, answer: str) -> None:
    anna()
    assert "publicKey" in browser.get("/signin/passkey/asked/").json()
    page = browser.post("/signin/passkey/", {"credential": answer})
    assert page.status_code == 200
    assert "Ключ доступа не подошёл" in page.content.decode()
    assert not is_signed_in(browser)
