"""The doors of ЕСИА that a commercial system uses: `v2/ac` gives a code, `v3/te` exchanges it, `/rs/prns` tells about
the person. Requests are signed by the client's key over the parameters in their order; nothing unsigned is answered."""

import base64
import hashlib
import secrets
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.esia.people import CITIZENS, Citizen
from sandbox.pages import page
from sandbox.world import World, world_of

CODE_SECONDS = 180
TOKEN_SECONDS = 3600
_CLOCKS_APART = timedelta(minutes=5)
_REGISTRY = JWSRegistry(algorithms=["RS256"], strict_check_header=False)
_HERE = ("localhost", "127.0.0.1", "testserver")
_ASKED = (
    "client_id", "client_secret", "client_certificate_hash", "scope", "timestamp", "state", "redirect_uri", "nonce",
    "code_challenge", "code_challenge_method", "response_type", "access_type",
)  # fmt: skip


class Refused(Exception):
    """What the true service answers with: an OAuth error and its own number."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description
        super().__init__(error)


def _check_signed(world: World, told: dict[str, str], *, also: str = "") -> None:
    client = world.esia_client
    if client is None or told.get("client_id") != client.mnemonic:
        raise Refused("unauthorized_client", "ESIA-007005: no such client")
    if told.get("client_certificate_hash", "").upper() != client.certificate_hash:
        raise Refused("invalid_request", "ESIA-007053: no such certificate of the client")
    text = "".join(told.get(name, "") for name in ("client_id", "scope", "timestamp", "state", "redirect_uri")) + also
    if not client.has_signed(text, told.get("client_secret", "")):
        raise Refused("invalid_request", "ESIA-007053: wrong client_secret")
    try:
        signed_at = datetime.strptime(told.get("timestamp", ""), "%Y.%m.%d %H:%M:%S %z")
    except ValueError:
        raise Refused("invalid_request", "ESIA-007003: wrong timestamp") from None
    if abs(datetime.now(signed_at.tzinfo) - signed_at) > _CLOCKS_APART:
        raise Refused("invalid_request", "ESIA-007003: old timestamp")
    if urlsplit(told.get("redirect_uri", "")).hostname not in _HERE:
        raise Refused("invalid_request", "ESIA-007003: foreign redirect_uri")
    if "openid" not in told.get("scope", "").split():
        raise Refused("invalid_scope", "ESIA-007004: openid is missing")


async def authorize(request: Request) -> Response:
    """Asks who is at the screen; the choice leads back with a code, or with a refusal of the person's own."""
    told = {name: request.query_params[name] for name in _ASKED if name in request.query_params}
    try:
        _check_signed(world_of(request), told)
        if told.get("response_type") != "code":
            raise Refused("unsupported_response_type", "ESIA-007003")
    except Refused as refusal:
        return page(request, "esia.html", status=400, refusal=refusal.description, people=(), told={})
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(told["redirect_uri"]))
    return page(request, "esia.html", forms=f"'self' {origin}", refusal="", people=tuple(CITIZENS.values()), told=told)


async def choose(request: Request) -> Response:
    """The person was chosen on the page, or turned away."""
    world = world_of(request)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        _check_signed(world, form)
    except Refused as refusal:
        return page(request, "esia.html", status=400, refusal=refusal.description, people=(), told={})
    back = {"state": form["state"]}
    if form.get("oid", "").isdigit() and int(form["oid"]) in CITIZENS:
        back["code"] = secrets.token_urlsafe(40)
        world.db.insert(
            "esia_codes",
            code=back["code"],
            oid=int(form["oid"]),
            redirect_uri=form["redirect_uri"],
            scope=form["scope"],
            nonce=form.get("nonce", ""),
            challenge=form.get("code_challenge", ""),
            created_at=int(time.time()),
        )
    else:
        back |= {"error": "access_denied", "error_description": "ESIA-007002: the person refused"}
    return RedirectResponse(f"{form['redirect_uri']}?{urlencode(back)}", 303)


async def token(request: Request) -> Response:
    """A code for tokens, once."""
    world = world_of(request)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        _check_signed(world, form, also=form.get("code", ""))
        citizen, nonce = _redeem(world, form)
    except Refused as refusal:
        told = {"error": refusal.error, "error_description": refusal.description, "state": form.get("state", "")}
        return JSONResponse(told, status_code=400)
    return JSONResponse(
        {
            "access_token": _signed(world, citizen, {"scope": form["scope"], "urn:esia:sbj_id": citizen.oid}),
            "id_token": _signed(world, citizen, _identity(citizen, nonce)),
            "state": form["state"],
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
        }
    )


def _redeem(world: World, form: dict[str, str]) -> tuple[Citizen, str]:
    if form.get("grant_type") != "authorization_code":
        raise Refused("unsupported_grant_type", "ESIA-007003")
    with world.db.transaction():
        row = world.db.one("SELECT * FROM esia_codes WHERE code = ?", (form.get("code", ""),))
        world.db.write("DELETE FROM esia_codes WHERE code = ?", (form.get("code", ""),))
    if row is None or row["created_at"] + CODE_SECONDS < time.time():
        raise Refused("invalid_grant", "ESIA-007006: no such code")
    if row["redirect_uri"] != form["redirect_uri"]:
        raise Refused("invalid_grant", "ESIA-007006: the code was for another address")
    if row["challenge"]:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != row["challenge"]:
            raise Refused("invalid_grant", "ESIA-007006: wrong code_verifier")
    return CITIZENS[row["oid"]], row["nonce"]


def _identity(citizen: Citizen, nonce: str) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "urn:esia:sbj:typ": "P",
        "urn:esia:sbj:oid": citizen.oid,
        "urn:esia:sbj:nam": f"OID.{citizen.oid}",
    }
    # As the true service: said only of those who are.
    if citizen.trusted:
        subject["urn:esia:sbj:is_tru"] = True
    told = {"sub": citizen.oid, "auth_time": int(time.time()), "amr": "PWD", "urn:esia:sbj": subject}
    return {**told, **({"nonce": nonce} if nonce else {})}


def _signed(world: World, citizen: Citizen, claims: dict[str, Any]) -> str:
    now = int(time.time())
    client = world.esia_client
    told = {
        "iss": issuer(world),
        "aud": client.mnemonic if client else "",
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_SECONDS,
        **claims,
    }
    # Two words of the service's own stand in the header.
    header = {"alg": "RS256", "typ": "JWT", "ver": 1, "sbt": "id" if "urn:esia:sbj" in claims else "access"}
    return jwt.encode(header, told, RSAKey.import_key(world.esia_key), registry=_REGISTRY)


def issuer(world: World) -> str:
    """The true service names itself by its host, with http whatever the address."""
    return f"http://{urlsplit(world.settings.public_url).netloc}/"


def _asked_about(request: Request) -> Citizen | None:
    world = world_of(request)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims = jwt.decode(given, RSAKey.import_key(world.esia_key), registry=_REGISTRY).claims
    except (JoseError, ValueError):
        return None
    if claims["exp"] < time.time() or claims.get("urn:esia:sbj_id") != request.path_params["oid"]:
        return None
    return CITIZENS.get(request.path_params["oid"])


async def person(request: Request) -> Response:
    """Name, birth date, whether the account is confirmed."""
    citizen = _asked_about(request)
    if citizen is None:
        return JSONResponse({"code": "ESIA-005011"}, status_code=401)
    return JSONResponse(
        {
            "stateFacts": ["EntityRoot"],
            "lastName": citizen.surname,
            "firstName": citizen.given_name,
            **({"middleName": citizen.patronymic} if citizen.patronymic else {}),
            "birthDate": citizen.born_on,
            "gender": citizen.sex,
            "trusted": citizen.trusted,
            "citizenship": "RUS",
            "status": "REGISTERED",
        }
    )


async def contacts(request: Request) -> Response:
    """Phones and addresses, each with whether it was verified."""
    citizen = _asked_about(request)
    if citizen is None:
        return JSONResponse({"code": "ESIA-005011"}, status_code=401)
    found = [("MBT", citizen.mobile), ("EML", citizen.email)]
    elements = [
        {
            "stateFacts": ["Identifiable"],
            "id": citizen.oid * 10 + number,
            "type": kind,
            "value": contact[0],
            "vrfStu": "VERIFIED" if contact[1] else "NOT_VERIFIED",
        }
        for number, (kind, contact) in enumerate(found)
        if contact is not None
    ]
    return JSONResponse({"stateFacts": ["hasSize"], "size": len(elements), "elements": elements})


routes = [
    Route("/esia/aas/oauth2/v2/ac", authorize, methods=["GET"]),
    Route("/esia/aas/oauth2/v2/ac", choose, methods=["POST"]),
    Route("/esia/aas/oauth2/v3/te", token, methods=["POST"]),
    Route("/esia/rs/prns/{oid:int}", person),
    Route("/esia/rs/prns/{oid:int}/ctts", contacts),
]
