"""The settings the set-up itself reads, checked before anything is started.

The real environment wins over `var/env`. What the product alone reads is checked by the product.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from setup import envfile, ports
from setup.console import Problem

ROOT = Path(__file__).resolve().parent.parent

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
ADDRESSES = (
    *("PORTAL_URL", "TELEMED_URL", "STAFF_URL", "STREAMS_URL"),
    *("ACQUIRER_URL", "ACQUIRER_PAGE_URL", "SMS_URL"),
)


@dataclass(frozen=True)
class Settings:
    """`database_url` and `programs` (POSTGRES_BIN) are `None` where the embedded PostgreSQL is meant."""

    root: Path
    var: Path
    port_base: int
    demo: bool
    database_url: str | None
    programs: Path | None

    def port(self, name: str) -> int:
        """The port of this part of the system."""
        return self.port_base + ports.OFFSETS[name]


def read(environ: Mapping[str, str] | None = None, *, root: Path = ROOT) -> Settings:
    """The settings in force; `Problem` names the first one that is wrong."""
    real = os.environ if environ is None else environ
    var = Path(real.get("VAR_DIR") or root / "var").expanduser().absolute()
    merged = {**envfile.read_own(var / "env"), **{name: value for name, value in real.items() if value}}
    for name in ADDRESSES:
        if name in merged:
            _check_address(name, merged[name])
    return Settings(
        root=root,
        var=var,
        port_base=_port_base(merged.get("PORT_BASE", "8000")),
        demo=_yes_or_no("DEMO", merged.get("DEMO", "1")),
        database_url=_database_url(merged.get("DATABASE_URL")),
        programs=_programs(merged.get("POSTGRES_BIN")),
    )


def _port_base(value: str) -> int:
    highest = 65_535 - ports.HIGHEST_OFFSET
    if not value.isascii() or not value.isdigit() or not 1_024 <= int(value) <= highest:
        raise Problem(f"PORT_BASE is «{value}»; it must be a number from 1024 to {highest}.")
    return int(value)


def _yes_or_no(name: str, value: str) -> bool:
    if value.lower() not in YES | NO:
        raise Problem(f"{name} is «{value}»; it must be 1 (yes) or 0 (no).")
    return value.lower() in YES


def _check_address(name: str, value: str) -> None:
    try:
        parts = urlsplit(value)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right:
        raise Problem(f"{name} is «{value}»; it must be an address such as http://localhost:8000.")


def _database_url(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        is_right = parts.scheme in ("postgres", "postgresql") and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        is_right = False
    if not is_right:
        # The value is not shown: it may hold a password.
        raise Problem("DATABASE_URL must look like postgresql://USER:PASSWORD@HOST:5432/DATABASE.")
    return value


def _programs(value: str | None) -> Path | None:
    if value is None:
        return None
    folder = Path(value).expanduser().absolute()
    missing = [name for name in ("postgres", "initdb", "pg_isready") if not (folder / name).is_file()]
    if missing:
        raise Problem(f"POSTGRES_BIN is «{value}»; no {', '.join(missing)} there.")
    return folder
