"""Who sells and what: the one file another insurer replaces."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from typing import Any

_ALWAYS = (time(0), time(0))


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
    call_hours: tuple[tuple[time, time] | None, ...] = (_ALWAYS,) * 7
    """When the contact centre calls back, Monday to Sunday by the insurer's clock; None for a day off."""
    call_within: timedelta = timedelta(minutes=30)
    """How soon it calls while it is open."""
    call_again_within: timedelta = timedelta(hours=1)
    """How soon it tries again after a client did not answer."""

    @classmethod
    def read(cls, path: Path) -> Brand:
        """TypeError when the file lacks a name or has one too many, ValueError for hours that cannot be read."""
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(
            **{**told, "licences": tuple(told["licences"]), "addresses": tuple(told.get("addresses", ()))}
            | _calling(told)
        )


def _calling(told: dict[str, Any]) -> dict[str, Any]:
    """Hours and minutes of calling, where the file tells them."""
    read: dict[str, Any] = {}
    if "call_hours" in told:
        read["call_hours"] = tuple(_hours(one) for one in told["call_hours"])
        if len(read["call_hours"]) != 7 or not any(read["call_hours"]):
            raise ValueError("call_hours has an entry for each day of the week, and the centre is open on one of them")
    for name in ("call_within", "call_again_within"):
        if name in told:
            read[name] = timedelta(minutes=told[name])
            if not timedelta(minutes=1) <= read[name] <= timedelta(hours=4):
                raise ValueError(f"{name} is between 1 and 240 minutes")
    return read


def _hours(text: str) -> tuple[time, time] | None:
    """«08:00-21:00», or nothing for a day off."""
    opens, dash, closes = text.partition("-")
    return (time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())) if dash or text else None
