"""The portal vouches for people: code flow, PKCE always, one exact address, nobody's data but a name."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.idp.oidc.models import Client as RelyingParty
from allauth.idp.oidc.models import Token
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from doctorlike.accounts import commands
from doctorlike.accounts.models import Handover, SharedCacheEntry, User
from tests.accounts.builders import ANNA_PHONE, CONSOLE, NOW, anna, is_signed_in, sign_in

pytestmark = pytest.mark.django_db

CALLBACK = "http://telemed.example/signin/callback/"
PHARMACY_CALLBACK = "http://pharmacy.example/callback/"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def browser(on_site: Callable[[str], None], settings: Any) -> Client:
    """Anna's, signed in at the portal that knows telemedicine."""
    # The client's secret is 256 bits of our own: what is tested here does not hang on how slowly it is hashed.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    on_site("portal")
    commands.register_telemed_client(redirect_uri=CALLBACK, by=CONSOLE, at=NOW)
    anna()
    browser = Client()
    sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
    return browser


def ask(browser: Client, **changed: str | None) -> HttpResponse:
    asked = {
        "response_type": "code",
        "client_id": "telemed",
        "redirect_uri": CALLBACK,
        "scope": "openid profile",
        "state": "a-state",
        "nonce": "a-nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return browser.get("/identity/authorize", {name: told for name, told in {**asked, **changed}.items() if told})


def code_from(response: HttpResponse) -> str:
    return parse_qs(urlsplit(response["Location"]).query)["code"][0]


def redeem(
    code: str,
    *,
    verifier: str | None = VERIFIER,
    secret: str | None = None,
    address: str = CALLBACK,
    client_id: str = "telemed",
) -> HttpResponse:
    told = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": commands.telemed_client_secret() if secret is None else secret,
        "code": code,
        "redirect_uri": address,
        "code_verifier": verifier,
    }
    return Client().post("/identity/token", {name: one for name, one in told.items() if one is not None})


def claims_of(id_token: str) -> dict[str, Any]:
    keys = Client().get("/identity/.well-known/jwks.json").json()
    return jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims


def test_a_signed_in_client_goes_straight_back_with_a_code(browser: Client) -> None:
    response = ask(browser)
    assert response["Location"].startswith(f"{CALLBACK}?")
    assert parse_qs(urlsplit(response["Location"]).query)["state"] == ["a-state"]


def test_the_token_names_the_person_by_an_opaque_subject_and_nothing_else(browser: Client) -> None:
    answer = redeem(code_from(ask(browser))).json()
    claims = claims_of(answer["id_token"])
    known = User.objects.get()
    assert claims["sub"] == str(known.subject) != str(known.pk)
    assert claims["name"] == "Серова Анна Викторовна"
    assert claims["nonce"] == "a-nonce"
    assert claims["aud"] == "telemed"
    assert not {"email", "phone_number", "birthdate", "gender"} & set(claims)
    assert "refresh_token" not in answer
    assert set(Token.objects.values_list("type", flat=True)) == {Token.Type.ACCESS_TOKEN}


def test_a_visitor_signs_in_first_and_comes_back_to_the_question(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    response = ask(Client())
    assert response["Location"].startswith("/signin/?next=/identity/authorize%3F")
    assert "code" not in parse_qs(urlsplit(response["Location"]).query)


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
        {"nonce": None},
        {"prompt": "none"},
        {"response_mode": "fragment"},
    ],
)
def test_without_pkce_or_nonce_nobody_is_vouched_for(browser: Client, changed: dict) -> None:
    response = ask(browser, **changed)
    assert response.status_code == 400
    assert not Handover.objects.exists()


def test_a_confidential_client_is_no_exception_from_pkce(browser: Client) -> None:
    assert RelyingParty.objects.get().type == RelyingParty.Type.CONFIDENTIAL
    assert ask(browser, code_challenge=None, code_challenge_method=None).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        CALLBACK + "more",
        CALLBACK.rstrip("/"),
        CALLBACK + "?x=1",
        CALLBACK.replace("http:", "https:"),
        "http://telemed.example.evil.example/signin/callback/",
    ],
)
def test_a_foreign_address_gets_neither_a_code_nor_a_visit(browser: Client, address: str) -> None:
    response = ask(browser, redirect_uri=address)
    assert "Location" not in response
    assert not Handover.objects.exists()


def test_an_unknown_client_gets_nothing(browser: Client) -> None:
    assert "Location" not in ask(browser, client_id="stranger")


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token", "none"])
def test_only_the_code_flow_is_served(browser: Client, response_type: str) -> None:
    response = ask(browser, response_type=response_type)
    assert "code=" not in response.get("Location", "")
    assert "token=" not in response.get("Location", "")


def test_a_repeated_parameter_is_refused(browser: Client) -> None:
    query = f"response_type=code&client_id=telemed&redirect_uri={CALLBACK}&scope=openid&nonce=a&nonce=b"
    asked = f"/identity/authorize?{query}&code_challenge={CHALLENGE}&code_challenge_method=S256"
    assert browser.get(asked).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"verifier": "w" * 64},
        {"verifier": CHALLENGE},  # as if it had been «plain»
        {"verifier": ""},
        {"verifier": None},
        {"secret": "guessed"},
        {"secret": ""},
        {"address": CALLBACK + "more"},
        {"client_id": "stranger"},
    ],
)
def test_a_stolen_code_is_worth_nothing(browser: Client, changed: dict) -> None:
    refused = redeem(code_from(ask(browser)), **changed)
    assert 400 <= refused.status_code < 500
    assert "id_token" not in refused.json()


def test_a_code_serves_once(browser: Client) -> None:
    code = code_from(ask(browser))
    assert redeem(code).status_code == 200
    assert redeem(code).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_a_code_that_arrives_six_times_at_once_serves_once(browser: Client) -> None:
    code = code_from(ask(browser))

    def attempt(_number: int) -> int:
        try:
            return redeem(code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as crowd:
        assert sorted(crowd.map(attempt, range(6))) == [200] + [400] * 5


def test_a_code_lives_a_minute(browser: Client) -> None:
    code = code_from(ask(browser))
    kept = SharedCacheEntry.objects.get(cache_key__contains=code)
    assert kept.expires - timezone.now() <= timedelta(seconds=61)
    SharedCacheEntry.objects.filter(pk=kept.pk).update(expires=timezone.now() - timedelta(seconds=1))
    refused = redeem(code)
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_grant"


@pytest.fixture
def pharmacy() -> str:
    """The secret of another client of ours, with an address of its own."""
    other = RelyingParty(pk="pharmacy", name="Pharmacy", type=RelyingParty.Type.CONFIDENTIAL, skip_consent=True)
    other.set_scopes(["openid", "profile"])
    other.set_redirect_uris([PHARMACY_CALLBACK])
    other.set_secret("pharmacy-secret")
    other.save()
    return "pharmacy-secret"


def test_each_client_redeems_its_own_codes_alone_and_knows_the_person_by_the_same_subject(
    browser: Client, pharmacy: str
) -> None:
    stolen = redeem(code_from(ask(browser)), client_id="pharmacy", secret=pharmacy)
    assert stolen.status_code == 400
    own = redeem(
        code_from(ask(browser, client_id="pharmacy", redirect_uri=PHARMACY_CALLBACK, nonce="p")),
        client_id="pharmacy",
        secret=pharmacy,
        address=PHARMACY_CALLBACK,
    )
    ours = [claims_of(redeem(code_from(ask(browser, nonce=nonce))).json()["id_token"]) for nonce in ("n1", "n2")]
    theirs = claims_of(own.json()["id_token"])
    assert theirs["aud"] == "pharmacy"
    assert [one["aud"] for one in ours] == ["telemed", "telemed"]
    assert {theirs["sub"], *(one["sub"] for one in ours)} == {str(User.objects.get().subject)}


def test_pkce_is_asked_of_every_client(browser: Client, pharmacy: str) -> None:
    known = {"client_id": "pharmacy", "redirect_uri": PHARMACY_CALLBACK}
    assert ask(browser, **known, code_challenge=None, code_challenge_method=None).status_code == 400
    assert ask(browser, **known, code_challenge_method="plain").status_code == 400
    assert "code=" in ask(browser, **known)["Location"]


@pytest.mark.parametrize("grant", ["refresh_token", "client_credentials", "password", "implicit", ""])
def test_nothing_but_a_code_is_exchanged(browser: Client, grant: str) -> None:
    told = redeem(code_from(ask(browser))).json()
    asked = {
        "grant_type": grant,
        "client_id": "telemed",
        "client_secret": commands.telemed_client_secret(),
        "refresh_token": told["access_token"],
        "username": ANNA_PHONE,
        "password": "",
    }
    refused = Client().post("/identity/token", asked)
    assert 400 <= refused.status_code < 500
    assert "access_token" not in refused.json()


def test_the_answer_names_its_issuer(browser: Client) -> None:
    issuer = browser.get("/identity/.well-known/openid-configuration").json()["issuer"]
    assert parse_qs(urlsplit(ask(browser)["Location"]).query)["iss"] == [issuer]


def test_a_closed_account_is_not_vouched_for(browser: Client) -> None:
    code = code_from(ask(browser))
    User.objects.update(is_active=False)
    assert redeem(code).status_code == 400


def test_a_post_does_not_authorize(browser: Client) -> None:
    assert browser.post("/identity/authorize").status_code == 405


def test_the_discovery_document_fits_what_is_served(browser: Client, settings: object) -> None:
    told = browser.get("/identity/.well-known/openid-configuration").json()
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert told[name].startswith(told["issuer"])
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]


def test_registering_again_changes_the_address_and_keeps_one_client(browser: Client) -> None:
    commands.register_telemed_client(redirect_uri="http://other.example/", by=CONSOLE, at=NOW)
    assert RelyingParty.objects.get().get_redirect_uris() == ["http://other.example/"]
    assert "Location" not in ask(browser)


def test_signing_out_ends_what_was_handed_over(browser: Client) -> None:
    ask(browser)
    assert Handover.objects.get().portal_session_key == browser.session.session_key
    browser.post("/signout/")
    assert not is_signed_in(browser)
    assert not Handover.objects.exists()
