"""What the sandbox is told by its environment, checked once at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class BadSettings(ValueError):
    """The environment asks for something the sandbox cannot do; the message names the variable."""


@dataclass(frozen=True)
class Contract:
    """One shop's agreement with the acquirer. Shops never see each other's objects."""

    shop_id: str
    secret_key: str
    notification_url: str

    @property
    def gateway_id(self) -> str:
        """The sub-account YooKassa names beside the shop in `recipient`; any stable number will do."""
        return str(1_700_000 + int(self.shop_id)) if self.shop_id.isdigit() else "1700000"


@dataclass(frozen=True)
class Settings:
    """Ports, storage and partners. Amount limits are in kopecks, pauses in seconds."""

    host: str
    http_port: int
    smtp_port: int
    folder: Path
    public_url: str
    contracts: tuple[Contract, ...]
    notification_pauses: tuple[float, ...]
    sms_api_ids: frozenset[str]
    smallest_amount: int
    largest_amount: int
    esia_client_id: str
    esia_client_certificate: Path | None


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment.

    PORT_BASE, SANDBOX_DIR, SANDBOX_URL, ACQUIRER_CONTRACTS ("shop:secret,…"), NOTIFICATION_URLS (comma list in the
    contracts' order; the last one serves the rest; "-" sends none), NOTIFICATION_PAUSES, SMS_API_IDS,
    ACQUIRER_AMOUNT_LIMITS ("smallest-largest" in roubles), ESIA_CLIENT_ID and ESIA_CERTIFICATE_FILE (else
    SIGNING_CERTIFICATE_FILE): the one client of the identity service.

    Raises BadSettings with the variable's name.
    """
    port_base = _number(environment, "PORT_BASE", 8000)
    http_port = port_base + 9
    return Settings(
        host=environment.get("SANDBOX_HOST", "127.0.0.1"),
        http_port=http_port,
        smtp_port=port_base + 10,
        folder=Path(environment.get("SANDBOX_DIR", "var/sandbox")),
        public_url=environment.get("SANDBOX_URL", f"http://127.0.0.1:{http_port}").rstrip("/"),
        contracts=_contracts(environment, f"http://localhost:{port_base}/hooks/yookassa/"),
        notification_pauses=_pauses(environment),
        sms_api_ids=frozenset(_words(environment, "SMS_API_IDS", environment.get("SMS_API_ID") or "sandbox")),
        smallest_amount=_limits(environment)[0],
        largest_amount=_limits(environment)[1],
        esia_client_id=environment.get("ESIA_CLIENT_ID") or "DEMO01",
        esia_client_certificate=_certificate(environment),
    )


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(environment.get(name) or default)
    except ValueError as error:
        raise BadSettings(f"{name} must be a whole number") from error


def _words(environment: Mapping[str, str], name: str, default: str) -> list[str]:
    return [word.strip() for word in (environment.get(name) or default).split(",") if word.strip()]


def _contracts(environment: Mapping[str, str], default_url: str) -> tuple[Contract, ...]:
    pairs = _words(environment, "ACQUIRER_CONTRACTS", "100001:sandbox-secret-1,100002:sandbox-secret-2")
    urls = _words(environment, "NOTIFICATION_URLS", default_url)
    contracts = []
    for place, pair in enumerate(pairs):
        shop_id, colon, secret = pair.partition(":")
        if not (shop_id and colon and secret):
            raise BadSettings("ACQUIRER_CONTRACTS must read shop:secret,shop:secret")
        url = urls[min(place, len(urls) - 1)]
        if url != "-" and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise BadSettings("NOTIFICATION_URLS must hold http addresses, or - for none")
        contracts.append(Contract(shop_id, secret, "" if url == "-" else url))
    return tuple(contracts)


def _pauses(environment: Mapping[str, str]) -> tuple[float, ...]:
    try:
        pauses = tuple(float(word) for word in _words(environment, "NOTIFICATION_PAUSES", "1,5,15,60,300,900,3600"))
    except ValueError as error:
        raise BadSettings("NOTIFICATION_PAUSES must be a comma list of seconds") from error
    return pauses


def _certificate(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("ESIA_CERTIFICATE_FILE") or environment.get("SIGNING_CERTIFICATE_FILE")
    if not named:
        return None
    if not Path(named).is_file():
        raise BadSettings("ESIA_CERTIFICATE_FILE names a file that is not there")
    return Path(named)


def _limits(environment: Mapping[str, str]) -> tuple[int, int]:
    # The real acquirer takes 1-350,000 roubles a card payment by default, and an insurer agrees its own bounds.
    smallest, _, largest = (environment.get("ACQUIRER_AMOUNT_LIMITS") or "0.01-10000000").partition("-")
    try:
        return round(float(smallest) * 100), round(float(largest) * 100)
    except ValueError as error:
        raise BadSettings("ACQUIRER_AMOUNT_LIMITS must read smallest-largest, in roubles") from error
