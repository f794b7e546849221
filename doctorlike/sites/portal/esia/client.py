"""ЕСИА over OAuth 2.0 and OpenID Connect as it speaks them (`v2/ac`, `v3/te`): each request is signed over its
parameters in their order, and data of the person are asked for by the person's number."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from doctorlike.accounts.rules.contacts import Contact, read_email, read_phone
from doctorlike.accounts.rules.esia import Citizen
from doctorlike.kit.errors import DomainError
from doctorlike.sites.portal.esia.signing import Signer

SCOPE = "openid fullname birthdate gender mobile email"
TIMEOUT_SECONDS = 10.0
CLOCK_LEEWAY_SECONDS = 60
_SEX = {"F": "female", "M": "male"}
_KINDS: dict[str, Callable[[str], Contact]] = {"MBT": read_phone, "EML": read_email}


class EsiaSilentError(Exception):
    """ЕСИА did not answer."""


class EsiaRefusedError(Exception):
    """ЕСИА did not vouch for this sign-in, or what it said does not fit the request."""


@dataclass(frozen=True, slots=True)
class Begun:
    """One sign-in under way: `url` is where the browser goes."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Esia:
    """`url` is the service's address without a path of its own, `provider_key` checks what it signs."""

    url: str
    client_id: str
    issuer: str
    provider_key: RSAKey
    signer: Signer

    def begin(self, redirect_uri: str) -> Begun:
        """State, nonce and verifier are new each time."""
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 64))
        with self._web(redirect_uri) as web:
            url, _state = web.create_authorization_url(
                f"{self.url}/aas/oauth2/v2/ac",
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                access_type="online",
                **self._signed(state, redirect_uri),
            )
        return Begun(url, state, nonce, verifier)

    def citizen(self, begun: Begun, code: str, redirect_uri: str) -> Citizen:
        """Who came back with this code. EsiaSilentError, EsiaRefusedError."""
        try:
            with self._web(redirect_uri) as web:
                told = web.fetch_token(
                    f"{self.url}/aas/oauth2/v3/te",
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=begun.verifier,
                    token_type="Bearer",  # noqa: S106  # a word of the protocol
                    scope=SCOPE,
                    # The library takes `state` for its own; the service wants it in the body, signed.
                    body=f"state={begun.state}",
                    **self._signed(begun.state, redirect_uri, also=code),
                )
                subject = self._subject(told, begun)
                about = f"{self.url}/rs/prns/{subject['urn:esia:sbj:oid']}"
                person = web.get(about)
                contacts = web.get(f"{about}/ctts", params={"embed": "(elements)"})
                person.raise_for_status()
                contacts.raise_for_status()
                return _citizen(subject, person.json(), contacts.json())
        except requests.HTTPError as wrong:
            answered = wrong.response.status_code if wrong.response is not None else 0
            raise (EsiaRefusedError if 400 <= answered < 500 else EsiaSilentError) from wrong
        except requests.JSONDecodeError as wrong:
            raise EsiaRefusedError from wrong
        except requests.RequestException as silence:
            raise EsiaSilentError from silence
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as wrong:
            raise EsiaRefusedError from wrong

    def _web(self, redirect_uri: str) -> Any:
        return OAuth2Session(
            client_id=self.client_id,
            token_endpoint_auth_method="none",  # noqa: S106  # the signature is the secret, made for each request
            scope=SCOPE,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            default_timeout=TIMEOUT_SECONDS,
        )

    def _signed(self, state: str, redirect_uri: str, *, also: str = "") -> dict[str, str]:
        # True time with its zone: the service refuses what was signed minutes ago.
        timestamp = datetime.now(UTC).strftime("%Y.%m.%d %H:%M:%S %z")
        return {
            "timestamp": timestamp,
            "client_certificate_hash": self.signer.certificate_hash,
            "client_secret": self.signer.sign(f"{self.client_id}{SCOPE}{timestamp}{state}{redirect_uri}{also}"),
        }

    def _subject(self, told: dict[str, Any], begun: Begun) -> dict[str, Any]:
        # The service puts words of its own into the header («ver», «sbt»).
        registry = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
        claims = jwt.decode(told["id_token"], self.provider_key, registry=registry).claims
        jwt.JWTClaimsRegistry(
            leeway=CLOCK_LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate({name: one for name, one in claims.items() if name != "sub"})  # a number here, against RFC 7519
        # The service repeats the nonce since its later versions; one that is told must be ours.
        if claims.get("nonce", begun.nonce) != begun.nonce or told.get("state", begun.state) != begun.state:
            raise EsiaRefusedError
        subject: dict[str, Any] = claims["urn:esia:sbj"]
        if str(subject["urn:esia:sbj:oid"]) != str(claims["sub"]) or subject["urn:esia:sbj:typ"] != "P":
            raise EsiaRefusedError
        return subject


def read_esia(*, url: str, client_id: str, issuer: str, provider_certificate_file: Path, signer: Signer) -> Esia:
    """The service as settings tell of it. Its name is by its host and http, whatever the address, unless told."""
    certificate = x509.load_pem_x509_certificate(provider_certificate_file.read_bytes())
    public = certificate.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Esia(url, client_id, issuer or f"http://{urlsplit(url).netloc}/", RSAKey.import_key(public), signer)


def _citizen(subject: dict[str, Any], person: dict[str, Any], contacts: dict[str, Any]) -> Citizen:
    return Citizen(
        oid=str(subject["urn:esia:sbj:oid"]),
        # The token leaves the word out for those who are not; the record says it too, and both must.
        trusted=subject.get("urn:esia:sbj:is_tru") is True and person.get("trusted") is True,
        surname=person["lastName"].strip(),
        given_name=person["firstName"].strip(),
        patronymic=(person.get("middleName") or "").strip(),
        born_on=datetime.strptime(person["birthDate"], "%d.%m.%Y").date(),  # noqa: DTZ007  # a date has no zone
        sex=_SEX.get(person.get("gender", ""), ""),
        contacts=tuple(_verified(contacts.get("elements", ()))),
    )


def _verified(elements: Any) -> list[Contact]:
    found = []
    for kind, read in _KINDS.items():
        for one in elements:
            if one.get("type") == kind and one.get("vrfStu") == "VERIFIED":
                try:
                    found.append(read(one["value"]))
                except DomainError:
                    continue
    return found
