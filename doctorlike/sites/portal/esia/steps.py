"""How far somebody has come who signs in by «Госуслуги», kept for this browser. What was told of them rests sealed."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from datetime import date

from django.http import HttpRequest

from doctorlike.accounts.rules import Contact
from doctorlike.accounts.rules.esia import STEPS_WITHIN, Citizen
from doctorlike.kit import crypto
from doctorlike.sites.portal.esia.client import Begun

BEGUN, CITIZEN, CODE = "esia_begun", "esia_citizen", "esia_code"


@dataclass(frozen=True, slots=True)
class UnderWay:
    begun: Begun
    next_url: str


def take_along(request: HttpRequest, begun: Begun, next_url: str) -> None:
    """The newest takes the place of an earlier one: there is one screen to come back from."""
    request.session[BEGUN] = {"begun": asdict(begun), "next_url": next_url, "at": time.time()}


def taken_along(request: HttpRequest) -> UnderWay | None:
    """What this browser took along, once; None when it did not, or too long ago."""
    told = request.session.pop(BEGUN, None)
    if told is None or _is_old(told["at"]):
        return None
    return UnderWay(Begun(**told["begun"]), told["next_url"])


def keep(request: HttpRequest, citizen: Citizen) -> None:
    sealed = crypto.encrypt(json.dumps(asdict(citizen), default=str).encode()).decode()
    request.session[CITIZEN] = {"sealed": sealed, "at": time.time()}


def kept(request: HttpRequest) -> Citizen | None:
    """None when nobody came back here, or too long ago."""
    told = request.session.get(CITIZEN)
    if told is None or _is_old(told["at"]):
        return None
    opened = json.loads(crypto.decrypt(told["sealed"].encode()))
    opened["born_on"] = date.fromisoformat(opened["born_on"])
    opened["contacts"] = tuple(Contact(**one) for one in opened["contacts"])
    return Citizen(**opened)


def forget(request: HttpRequest) -> None:
    for key in (CITIZEN, CODE):
        request.session.pop(key, None)


def _is_old(at: float) -> bool:
    return time.time() - at > STEPS_WITHIN.total_seconds()
