"""Who sells and what: the one file another insurer replaces."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Brand:
    """Names, phone and licences shown on every page and in every document."""

    product: str
    telemed: str
    insurer: str
    insurer_short: str
    phone: str
    phone_e164: str
    site: str
    licences: tuple[str, ...]
    policy_number_prefix: str
    theme_light: str
    theme_dark: str
    addresses: tuple[str, ...] = ()
    rules_url: str = ""
    route_url: str = ""
    ombudsman_url: str = ""
    """Page of the financial ombudsman; «» where none is competent."""
    colours: dict[str, dict[str, str]] = field(default_factory=dict)
    """Tokens of `ui/css/02-tokens.css` in another colour: `light` and `dark`, token to #rrggbb."""

    @classmethod
    def read(cls, path: Path) -> Brand:
        """TypeError when the file lacks a name or has one too many."""
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(**{**told, "licences": tuple(told["licences"]), "addresses": tuple(told.get("addresses", ()))})
