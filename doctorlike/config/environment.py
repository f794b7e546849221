"""The environment, typed: every setting an operator may give, with its default. A wrong one refuses the start."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, NoReturn
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet
from pydantic import Field, PostgresDsn, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]

SiteName = Literal["portal", "telemed", "staff", "streams", "worker", "console"]


class WrongEnvironmentError(Exception):
    """Settings that cannot be used; each line names one and says what is wrong with it."""


class Environment(BaseSettings):
    """Names are upper-case in the environment (`DATABASE_URL`); `var/env` of the embedded set-up (or ENV_FILE) is
    read too, the real environment wins."""

    model_config = SettingsConfigDict(
        env_file=os.environ.get("ENV_FILE", ROOT / "var" / "env"), extra="ignore", frozen=True
    )

    site: SiteName = "console"
    demo: bool = False
    debug: bool = False
    secret_key: str = Field(min_length=32)
    encryption_keys: Annotated[tuple[str, ...], NoDecode]
    database_url: str
    port_base: int = Field(default=8000, ge=1024, le=65500)
    var_dir: Path = ROOT / "var"
    insurer_zone: str = "Europe/Moscow"
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ("localhost", "127.0.0.1")
    secure_cookies: bool = False
    # Networks of our own proxies, whose word on who asks is believed: «10.0.0.0/8,2001:db8::1».
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    test_database: str = "test_doctorlike"
    brand_file: Path = Path(__file__).with_name("brand.toml")

    portal_url: str = ""
    telemed_url: str = ""
    staff_url: str = ""
    streams_url: str = ""

    # How browsers of a call find each other: «stun:stun.example:3478», «turns:turn.example:5349», separated by commas.
    telemed_stun_urls: Annotated[tuple[str, ...], NoDecode] = ()
    telemed_turn_urls: Annotated[tuple[str, ...], NoDecode] = ()
    telemed_turn_secret: str = ""

    acquirer_url: str = ""
    acquirer_page_url: str = ""
    acquirer_shop_id: str = "100001"
    acquirer_secret_key: str = "sandbox-secret-1"  # noqa: S105  # the sandbox's own, known to all
    # A second contract for cards of «МИР»; without it one contract takes all cards.
    acquirer_mir_shop_id: str = ""
    acquirer_mir_secret_key: str = ""
    acquirer_timeout_seconds: float = Field(default=10.0, gt=0, le=60)

    sms_url: str = ""
    sms_api_id: str = "sandbox"
    # One part of a message, and the most that SMS may cost; codes are refused beyond it, other messages earlier.
    sms_price_kopecks: int = Field(default=500, gt=0)
    sms_ceiling_roubles_an_hour: int = Field(default=5_000, ge=0)
    sms_ceiling_roubles_a_day: int = Field(default=30_000, ge=0)
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=0, ge=0, le=65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    email_from: str = "Доктор Лайк <no-reply@doctorlike.example>"

    # Pictures under the map of clinics, «https://tiles.example/{z}/{x}/{y}.png», and whom to thank for them. Without an
    # address nothing is loaded from elsewhere: the map draws our own points over a plain ground.
    tiles_url: str = ""
    tiles_credit: str = ""

    # Signing in by «Госуслуги» (ЕСИА): off without an address. Key and certificate: those of `signing_…` unless given.
    esia_url: str = ""
    esia_client_id: str = ""
    esia_issuer: str = ""
    esia_key_file: Path | None = None
    esia_certificate_file: Path | None = None
    esia_certificate_hash: str = ""
    esia_provider_certificate_file: Path | None = None

    # Where clinics put registers for unattended import; nowhere unless given.
    register_folder: Path | None = None

    oidc_private_key_file: Path | None = None
    signing_key_file: Path | None = None
    signing_certificate_file: Path | None = None

    @field_validator(
        *("encryption_keys", "allowed_hosts", "trusted_proxies", "telemed_stun_urls", "telemed_turn_urls"),
        mode="before",
    )
    @classmethod
    def _split_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("encryption_keys")
    @classmethod
    def _are_fernet_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        if not keys:
            raise ValueError("needs at least one Fernet key")
        for key in keys:
            Fernet(key)
        return keys

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks

    @field_validator("telemed_stun_urls", "telemed_turn_urls")
    @classmethod
    def _are_ice_servers(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not url.startswith(("stun:", "stuns:", "turn:", "turns:")):
                raise ValueError("names servers by stun:, stuns:, turn: or turns:")
        return urls

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: str) -> str:
        TypeAdapter(PostgresDsn).validate_python(url)
        return url

    @field_validator("insurer_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is not a time zone of the IANA database") from None
        return name

    @field_validator(
        *("brand_file", "oidc_private_key_file", "signing_key_file", "signing_certificate_file"),
        *("esia_key_file", "esia_certificate_file", "esia_provider_certificate_file"),
    )
    @classmethod
    def _exists(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_file():
            raise ValueError("names a file that is not there")
        return path

    @field_validator("esia_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if url and urlsplit(url).scheme not in ("http", "https"):
            raise ValueError("is not an address")
        return url.rstrip("/")

    @field_validator("tiles_url")
    @classmethod
    def _names_tiles(cls, url: str) -> str:
        if url and (
            urlsplit(url).scheme not in ("http", "https")
            or "{" in urlsplit(url).netloc
            or not all(place in url for place in ("{z}", "{x}", "{y}"))
        ):
            raise ValueError("is not an address of one host with {z}, {x} and {y} in it")
        return url

    @model_validator(mode="after")
    def _esia_is_whole(self) -> Environment:
        needed = {
            "ESIA_CLIENT_ID": self.esia_client_id,
            "ESIA_PROVIDER_CERTIFICATE_FILE": self.esia_provider_certificate_file,
            "ESIA_KEY_FILE": self.esia_key_file or self.signing_key_file,
            "ESIA_CERTIFICATE_FILE": self.esia_certificate_file or self.signing_certificate_file,
        }
        if self.esia_url and (missing := [name for name, given in needed.items() if not given]):
            raise ValueError(f"with ESIA_URL needs {', '.join(missing)}")
        return self

    def origin(self, site: str) -> str:
        """Where a site of ours answers, without a slash at the end."""
        given = {"portal": self.portal_url, "telemed": self.telemed_url, "staff": self.staff_url}
        given["streams"] = self.streams_url
        places = {"portal": 0, "telemed": 1, "staff": 2, "streams": 3}
        return (given[site] or f"http://localhost:{self.port_base + places[site]}").rstrip("/")

    def outside(self, given: str, path: str) -> str:
        """An address of the world outside: as given, else in the sandbox."""
        return (given or f"http://127.0.0.1:{self.port_base + 9}{path}").rstrip("/")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one environment of this process; WrongEnvironmentError names every setting that is wrong."""
    try:
        return Environment()  # type: ignore[call-arg]  # pydantic fills the fields from the environment
    except ValidationError as wrong:
        lines = [f"{str((error['loc'] or ('ESIA_URL',))[0]).upper()}: {error['msg']}" for error in wrong.errors()]
        raise WrongEnvironmentError("\n".join(lines)) from None


@contextmanager
def refuse_wrong_environment() -> Iterator[None]:
    """Ends the process with the names of the wrong settings in plain words, without a traceback."""
    try:
        yield
    except WrongEnvironmentError as wrong:
        _refuse(str(wrong))


def _refuse(lines: str) -> NoReturn:
    sys.stderr.write(f"Не запускаюсь, неверные настройки (wrong settings):\n{lines}\n")
    raise SystemExit(2)
