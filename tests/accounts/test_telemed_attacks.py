"""Whatever answers at the portal's address, telemedicine lets in nobody whom the portal does not vouch for in this very
sign-in. A portal that lies is played by a server of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from doctorlike.accounts import commands
from doctorlike.accounts.models import User
from doctorlike.kit import clock
from tests.accounts.builders import CONSOLE, anna, is_signed_in

pytestmark = pytest.mark.django_db
KEY = RSAKey.generate_key(2048, {"kid": "portal", "use": "sig", "alg": "RS256"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "portal", "use": "sig", "alg": "RS256"})
FORGOTTEN = object()


class LyingPortal:
    """Answers every exchange of a code with `answer`, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answer: Any = {}
        self.status = 200
        self.asked: list[dict[str, list[str]]] = []
        portal = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(200, {"keys": [KEY.as_dict(private=False)]})

            def do_POST(self) -> None:
                told = self.rfile.read(int(self.headers["Content-Length"]))
                portal.asked.append(parse_qs(told.decode()))
                self.reply(portal.status, portal.answer)

            def reply(self, status: int, told: Any) -> None:
                body = told if isinstance(told, bytes) else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: the tests look at what was asked."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def portal(on_site: Callable[[str], None], settings: Any) -> Iterator[LyingPortal]:
    lying = LyingPortal()
    settings.SITE_URLS = {**settings.SITE_URLS, "portal": lying.url}
    on_site("telemed")
    yield lying
    lying.close()


@pytest.fixture
def patient() -> User:
    return anna()


def begin(browser: Client) -> dict[str, str]:
    """What this browser takes to the portal."""
    asked = urlsplit(browser.get("/signin/")["Location"])
    return {name: told[0] for name, told in parse_qs(asked.query).items()}


def token(portal: LyingPortal, patient: User, asked_nonce: str, *, key: RSAKey = KEY, **changed: Any) -> str:
    now = int(time.time())
    told = {
        "iss": f"{portal.url}/identity",
        "aud": "telemed",
        "sub": str(patient.subject),
        "nonce": asked_nonce,
        "iat": now,
        "exp": now + 300,
        **changed,
    }
    return jwt.encode(
        {"alg": "RS256", "kid": "portal"}, {name: one for name, one in told.items() if one is not FORGOTTEN}, key
    )


def come_back(browser: Client, portal: LyingPortal, patient: User, **changed: Any) -> Any:
    """The whole round, the portal's token changed as told; the nonce was handed over as a true portal does."""
    asked = begin(browser)
    commands.hand_over(user_id=patient.pk, nonce=asked["nonce"], portal_session_key="p", by=CONSOLE, at=clock.now())
    id_token = token(portal, patient, asked["nonce"], **changed)
    portal.answer = {"token_type": "Bearer", "access_token": "a", "id_token": id_token}
    return browser.get(f"/signin/callback/?{urlencode({'code': 'c', 'state': asked['state'], 'iss': issuer(portal)})}")


def issuer(portal: LyingPortal) -> str:
    return f"{portal.url}/identity"


def test_a_true_answer_lets_in(portal: LyingPortal, patient: User) -> None:
    browser = Client()
    assert come_back(browser, portal, patient)["Location"] == "/"
    assert is_signed_in(browser)


def test_the_exchange_carries_the_verifier_of_this_very_sign_in(portal: LyingPortal, patient: User) -> None:
    browser = Client()
    come_back(browser, portal, patient)
    come_back(Client(), portal, patient)
    sent = [one["code_verifier"][0] for one in portal.asked]
    assert all(len(one) >= 43 for one in sent)
    assert len(set(sent)) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example/identity"},
        {"iss": FORGOTTEN},
        {"aud": "pharmacy"},
        {"aud": ["pharmacy"], "azp": "telemed"},
        {"aud": FORGOTTEN},
        {"azp": "pharmacy"},
        {"nonce": "of another sign-in"},
        {"nonce": FORGOTTEN},
        {"exp": 1_700_000_000},
        {"exp": FORGOTTEN},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
        {"sub": FORGOTTEN},
        {"sub": "1"},
        {"sub": str(uuid4())},
        {"key": STRANGERS_KEY},
    ],
)
def test_a_token_that_does_not_fit_lets_nobody_in(portal: LyingPortal, patient: User, changed: dict[str, Any]) -> None:
    browser = Client()
    page = come_back(browser, portal, patient, **changed)
    assert page.status_code == 400
    assert "Вход не завершён" in page.content.decode()
    assert not is_signed_in(browser)


def unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(one).encode() for one in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts) + "."


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_nobody_signed_or_signed_with_the_public_key_lets_nobody_in(
    portal: LyingPortal, patient: User, algorithm: str
) -> None:
    browser = Client()
    asked = begin(browser)
    commands.hand_over(user_id=patient.pk, nonce=asked["nonce"], portal_session_key="p", by=CONSOLE, at=clock.now())
    now = int(time.time())
    claims = {
        "iss": issuer(portal), "aud": "telemed", "sub": str(patient.subject), "nonce": asked["nonce"],
        "iat": now, "exp": now + 300,
    }  # fmt: skip
    forged = unsigned(claims) if algorithm == "none" else signed_with_the_public_key(claims)
    portal.answer = {"token_type": "Bearer", "access_token": "a", "id_token": forged}
    page = browser.get(f"/signin/callback/?{urlencode({'code': 'c', 'state': asked['state'], 'iss': issuer(portal)})}")
    assert page.status_code == 400
    assert not is_signed_in(browser)


def signed_with_the_public_key(claims: dict[str, Any]) -> str:
    """The old confusion of a public RSA key with a shared secret."""
    parts = [json.dumps(one).encode() for one in ({"alg": "HS256", "kid": "portal"}, claims)]
    body = ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts)
    signature = hmac.new(KEY.as_pem(private=False), body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_a_replayed_token_lets_nobody_in(portal: LyingPortal, patient: User) -> None:
    """The very token of an earlier sign-in, overheard, in answer to a new one."""
    first = Client()
    come_back(first, portal, patient)
    overheard = portal.answer
    second = Client()
    asked = begin(second)
    portal.answer = overheard
    page = second.get(f"/signin/callback/?{urlencode({'code': 'c', 'state': asked['state'], 'iss': issuer(portal)})}")
    assert page.status_code == 400
    assert not is_signed_in(second)


@pytest.mark.parametrize("iss", ["", "https://evil.example/identity"])
def test_an_answer_of_another_issuer_is_not_taken_to_ours(portal: LyingPortal, patient: User, iss: str) -> None:
    browser = Client()
    asked = begin(browser)
    told = {"code": "c", "state": asked["state"], **({"iss": iss} if iss else {})}
    assert browser.get(f"/signin/callback/?{urlencode(told)}").status_code == 400
    assert not portal.asked


def test_a_state_serves_once_and_for_an_hour(portal: LyingPortal, patient: User) -> None:
    browser = Client()
    asked = begin(browser)
    back = f"/signin/callback/?{urlencode({'code': 'c', 'state': asked['state'], 'iss': issuer(portal)})}"
    session = browser.session
    key = f"_state_portal_{asked['state']}"
    session[key] = {**session[key], "exp": time.time() - 1}
    session.save()
    assert browser.get(back).status_code == 400
    assert not portal.asked

    used = Client()
    come_back(used, portal, patient)
    used.post("/signout/")
    exchanged = len(portal.asked)
    again = used.get(back)
    assert again.status_code == 400
    assert len(portal.asked) == exchanged


def test_tabs_beside_each_other_and_the_oldest_forgotten_first(portal: LyingPortal) -> None:
    browser = Client()
    states = [begin(browser)["state"] for _tab in range(7)]
    portal.status, portal.answer = 400, {"error": "invalid_grant"}
    for state in states:
        browser.get(f"/signin/callback/?{urlencode({'code': 'c', 'state': state, 'iss': issuer(portal)})}")
    assert len(portal.asked) == 5


@pytest.mark.parametrize(
    ("status", "told", "page"),
    [
        (400, {"error": "invalid_grant"}, 400),
        (200, {"token_type": "Bearer", "access_token": "a"}, 400),
        (200, {"token_type": "Bearer", "access_token": "a", "id_token": "x.y.z"}, 400),
        (200, b"[]", 400),
        (200, b"<html>", 400),
        (502, b"<html>", 503),
    ],
    ids=str,
)
def test_whatever_the_portal_says_instead_is_told_in_words(
    portal: LyingPortal, status: int, told: Any, page: int
) -> None:
    browser = Client()
    asked = begin(browser)
    portal.status, portal.answer = status, told
    back = f"/signin/callback/?{urlencode({'code': 'c', 'state': asked['state'], 'iss': issuer(portal)})}"
    assert browser.get(back).status_code == page
    assert not is_signed_in(browser)
