"""From the portal into telemedicine and out again: both sites as processes of their own, as they run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client

from doctorlike.accounts import commands, errors
from doctorlike.accounts.models import Handover, OneTimeCode
from doctorlike.audit import queries as audit
from tests.accounts.builders import ANNA_PHONE, CONSOLE, NOW, anna, boris, sign_in

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 40
CSRF = "c" * 32


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


def database_url() -> str:
    database = django_settings.DATABASES["default"]
    access = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else "")
    return f"postgresql://{access}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@contextmanager
def served(site: str, port: int, origins: dict[str, str]) -> Iterator[None]:
    environment = {**os.environ, "SITE": site, "DEBUG": "1", "DATABASE_URL": database_url(), **origins}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--no-ws", "doctorlike.config.wsgi:application"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answers(port)
        yield
    finally:
        process.terminate()
        process.wait(20)


def answers(port: int) -> None:
    """Asks for the health page until it comes; each refused connection is its own short wait."""
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as browser:
        while time.monotonic() < deadline:
            try:
                if browser.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                continue
    raise AssertionError("the site does not answer")


@dataclass
class Sites:
    portal: str
    telemed: str


@pytest.fixture
def sites(transactional_db: None) -> Iterator[Sites]:
    ports = {"portal": free_port(), "telemed": free_port()}
    here = Sites(*(f"http://localhost:{ports[site]}" for site in ("portal", "telemed")))
    commands.register_telemed_client(redirect_uri=f"{here.telemed}/signin/callback/", by=CONSOLE, at=NOW)
    origins = {"PORTAL_URL": here.portal, "TELEMED_URL": here.telemed}
    with ExitStack() as running:
        for site, port in ports.items():
            running.enter_context(served(site, port, origins))
        yield here


@pytest.fixture
def browser(sites: Sites, on_site: Callable[[str], None]) -> Iterator[httpx.Client]:
    """Anna's, signed in at the portal."""
    on_site("portal")
    anna()
    door = Client()
    sign_in(door, ANNA_PHONE, to=ANNA_PHONE)
    with httpx.Client(timeout=START_SECONDS) as browser:
        browser.cookies.set("portal_session", door.cookies["portal_session"].value, domain="localhost.local")
        for site in ("portal", "telemed"):
            browser.cookies.set(f"{site}_csrf", CSRF, domain="localhost.local")
        yield browser


def go(browser: httpx.Client, address: str, *, hops: int) -> httpx.Response:
    """Follow exactly so many redirects."""
    response = browser.get(address)
    for _hop in range(hops):
        assert response.status_code == 302, (response.status_code, response.text[:2000])
        response = browser.get(str(response.next_request.url))
    return response


def telemed_lets_in(browser: httpx.Client, sites: Sites) -> bool:
    """Somebody signed in is sent on inside; anybody else goes to the portal."""
    return not browser.get(f"{sites.telemed}/signin/").headers["Location"].startswith(sites.portal)


def test_one_tap_leads_in_and_signing_out_of_the_portal_leads_out_of_both(browser: httpx.Client, sites: Sites) -> None:
    assert not telemed_lets_in(browser, sites)

    # telemed → portal → telemed, and on to the page asked for
    entered = go(browser, f"{sites.telemed}/signin/?next=/archive/", hops=2)
    assert entered.headers["Location"] == "/archive/"
    assert telemed_lets_in(browser, sites)
    assert "telemed.entered" in {
        deed.action for deed in audit.history(subject_type="user", subject_id=Handover.objects.get().user_id)
    }

    # the address the portal sent back to serves once: a second browser with it stays outside
    with httpx.Client(timeout=START_SECONDS) as stranger:
        refused = stranger.get(str(entered.request.url))
        assert refused.status_code == 400
        assert "Вход не завершён" in refused.text

    left = browser.post(f"{sites.portal}/signout/", headers={"X-CSRFToken": CSRF})
    assert left.status_code == 302
    assert not telemed_lets_in(browser, sites)
    assert not Handover.objects.exists()
    assert browser.get(str(entered.request.url)).status_code == 400
    assert not [row for row in Session.objects.all() if "_auth_user_id" in row.get_decoded()]

    # and it leads in again only through the portal's door
    at_the_door = go(browser, f"{sites.telemed}/signin/", hops=1)
    assert at_the_door.headers["Location"].startswith("/signin/?next=/identity/authorize")


def test_signing_out_of_telemedicine_leads_out_of_both_and_what_was_taken_along_by_others_leads_nowhere(
    browser: httpx.Client, sites: Sites
) -> None:
    # somebody else's code, put into the sign-in this browser has under way
    asked = httpx.URL(browser.get(f"{sites.telemed}/signin/").headers["Location"])
    stolen = browser.get(str(asked)).headers["Location"]
    with httpx.Client(timeout=START_SECONDS) as stranger:
        theirs = httpx.URL(stranger.get(f"{sites.telemed}/signin/").headers["Location"]).params["state"]
        mixed = str(httpx.URL(stolen).copy_set_param("state", theirs))
        assert stranger.get(mixed).status_code == 400
        assert not telemed_lets_in(stranger, sites)
    # the try took nothing from the one whose code it is
    assert browser.get(stolen).status_code == 302
    leave_telemed(browser, sites)
    come_in_again(browser)

    # an answer that names another provider is not taken to ours, and its state is gone
    asked = httpx.URL(browser.get(f"{sites.telemed}/signin/").headers["Location"])
    answer = httpx.URL(browser.get(str(asked)).headers["Location"])
    assert answer.params["iss"] == f"{sites.portal}/identity"
    assert browser.get(str(answer.copy_set_param("iss", "https://evil.example/identity"))).status_code == 400
    assert browser.get(str(answer)).status_code == 400

    subjects = set()
    for _time in range(2):
        go(browser, f"{sites.telemed}/signin/", hops=2)
        assert telemed_lets_in(browser, sites)
        subjects.add(Handover.objects.latest("handed_at").user.subject)
        leave_telemed(browser, sites)
        assert not telemed_lets_in(browser, sites)
        at_the_door = browser.get(f"{sites.portal}/cabinet/")
        assert at_the_door.headers["Location"].startswith("/signin/")
        assert not [row for row in Session.objects.all() if "_auth_user_id" in row.get_decoded()]
        come_in_again(browser)
    assert len(subjects) == 1


def leave_telemed(browser: httpx.Client, sites: Sites) -> None:
    left = browser.post(f"{sites.telemed}/signout/", headers={"X-CSRFToken": browser.cookies["telemed_csrf"]})
    assert left.headers["Location"] == "/signout/done/"


def come_in_again(browser: httpx.Client) -> None:
    OneTimeCode.objects.all().delete()
    door = Client()
    sign_in(door, ANNA_PHONE, to=ANNA_PHONE)
    browser.cookies.delete("portal_session")
    browser.cookies.set("portal_session", door.cookies["portal_session"].value, domain="localhost.local")


@pytest.mark.django_db
class TestWithoutThePortal:
    @pytest.fixture
    def visitor(self, on_site: Callable[[str], None], settings: object) -> Client:
        settings.SITE_URLS = {**settings.SITE_URLS, "portal": f"http://localhost:{free_port()}"}
        on_site("telemed")
        return Client()

    def way_back(self, visitor: Client) -> str:
        """The address the portal would send this browser back to."""
        asked = httpx.URL(visitor.get("/signin/")["Location"])
        issuer = f"{asked.scheme}://{asked.netloc.decode()}/identity"
        return f"/signin/callback/?{urlencode({'state': asked.params['state'], 'code': 'x', 'iss': issuer})}"

    def test_each_sign_in_has_its_own_state_nonce_and_challenge(self, visitor: Client) -> None:
        asked = [httpx.URL(visitor.get("/signin/")["Location"]).params for _tab in range(2)]
        for name in ("state", "nonce", "code_challenge"):
            assert asked[0][name] != asked[1][name]
        assert asked[0]["code_challenge_method"] == "S256"

    @pytest.mark.parametrize("query", ["", "?state=", "?state=foreign&code=x", "?error=access_denied"])
    def test_a_foreign_state_is_refused_with_a_way_on(self, visitor: Client, query: str) -> None:
        visitor.get("/signin/")
        page = visitor.get(f"/signin/callback/{query}")
        assert page.status_code == 400
        assert 'href="/signin/"' in page.content.decode()

    def test_another_browsers_state_is_refused(self, visitor: Client) -> None:
        assert Client().get(self.way_back(visitor)).status_code == 400

    def test_a_silent_portal_is_told_in_words(self, visitor: Client) -> None:
        page = visitor.get(self.way_back(visitor))
        assert page.status_code == 503
        assert "Портал не отвечает" in page.content.decode()

    def test_reloading_asks_the_silent_portal_again(self, visitor: Client) -> None:
        """The way on after a 503: the address still means the same sign-in."""
        address = self.way_back(visitor)
        assert [visitor.get(address).status_code for _time in range(2)] == [503, 503]

    def test_leaving_is_asked_about_and_leads_to_both_doors(self, visitor: Client, settings: object) -> None:
        visitor.force_login(anna(), backend="doctorlike.accounts.recognition.AccountBackend")
        assert visitor.get("/signout/").status_code == 200
        assert visitor.post("/signout/")["Location"] == "/signout/done/"
        assert "_auth_user_id" not in visitor.session
        done = visitor.get("/signout/done/").content.decode()
        assert f"{settings.SITE_URLS['portal']}/cabinet/" in done
        assert 'href="/signin/"' in done


@pytest.mark.django_db
class TestHandover:
    def hand(self, *, nonce: str = "n") -> None:
        known = anna()
        commands.hand_over(user_id=known.pk, nonce=nonce, portal_session_key="p", by=CONSOLE, at=NOW)

    def take(self, subject: object, *, nonce: str = "n", key: str = "t") -> object:
        return commands.take_over(subject=subject, nonce=nonce, telemed_session_key=key, by=CONSOLE, at=NOW)

    def test_it_is_taken_by_the_person_it_was_meant_for(self) -> None:
        self.hand()
        assert self.take(anna().subject) == anna().pk
        assert self.take(anna().subject) == anna().pk

    def test_nobody_else_takes_it_and_no_other_browser(self) -> None:
        self.hand()
        with pytest.raises(errors.SignInLostError):
            self.take(boris().subject)
        self.take(anna().subject)
        with pytest.raises(errors.SignInLostError):
            self.take(anna().subject, key="another")

    def test_after_signing_out_of_the_portal_it_leads_nowhere(self) -> None:
        self.hand()
        assert commands.end_handed_over(portal_session_key="p") == 1
        assert commands.end_handed_over(portal_session_key="p") == 0
        with pytest.raises(errors.SignInLostError):
            self.take(anna().subject)
