"""What forms and queries carry beside the address: filled as their owner would fill them, with that owner's objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from doctorlike.coverage.cards.rules import code_at
from doctorlike.kit import clock
from tests.sites.matrix.belongings import BOOKED_ON, NOW, Things

Filled = Callable[[Things], Mapping[str, Any]]


def _day(on: Any) -> str:
    return f"{on:%d.%m.%Y}"


def _whose_policy(things: Things) -> Mapping[str, Any]:
    return {"number": things.policy.number, "born_on": _day(things.owner.who.born_on)}


def _at_the_counter(things: Things) -> Mapping[str, Any]:
    return {**_whose_policy(things), "on": _day(NOW), "service": things.owner.service_code}


def _shown_card(things: Things) -> Mapping[str, Any]:
    """The QR code of this moment."""
    assert things.card is not None
    return {"code": things.card.number + code_at(things.card.secret, clock.real_now())}


_THAT_DAY: Filled = lambda _things: {"on": BOOKED_ON.isoformat()}  # noqa: E731 - a row of the table below
_OFF_THAT_DAY: Filled = lambda _things: {"what": "off", "first_on": _day(BOOKED_ON)}  # noqa: E731 - as above
_ANSWERED: Filled = lambda _things: {"decision": "uphold", "answer": "Верно."}  # noqa: E731 - as above

VARIANTS: Mapping[str, tuple[tuple[str, Filled], ...]] = {
    "account_login": (("post", lambda things: {"contact": things.owner.who.email}),),
    "profile:contact": (("post", lambda things: {"contact": things.owner.who.phone}),),
    "linking:index": (("post", _whose_policy),),
    "linking:code": (("post", lambda _things: {"code": "123456"}),),
    "verify:index": (("get", lambda things: {"code": things.by_view["verify"]["code"]}),),
    "visits:take": (("post", lambda things: {"slot": things.ids.get("slot", things.policy_id)}),),
    "visits:hold": (("post", lambda things: {"slot": things.ids["slot"]}),),
    "visits:slots": (("get", lambda things: {"taken": things.ids["slot"]}),),
    "noted:choose": (("post", lambda _things: {"q": "ленина"}),),
    "noted:add": (("post", lambda _things: {"on": _day(BOOKED_ON), "at_local": "17:00"}),),
    "noted:change": (("post", lambda _things: {"on": _day(BOOKED_ON), "at_local": "17:30"}),),
    "calls:index": (("post", lambda things: {"phone": things.owner.who.phone, "policy": str(things.policy_id)}),),
    "services:open_dispute": (("post", lambda _things: {"kind": "not_given", "text": "Не было."}),),
    "services:complain": (("post", lambda _things: {"text": "Не согласен."}),),
    "activation:index": (("post", lambda _things: {"payment_system": "world", "consent": "on"}),),
    "cards:choose": (("post", lambda things: {"card": things.ids["card"]}),),
    "policy:cancel": (("post", lambda _things: {"channel": "email"}),),
    "policy:cancel_code": (("post", lambda _things: {"code": "123456", "refund": "0.00"}),),
    "entry:urgent": (("post", lambda things: {"patient": things.policy_id, "complaint": "Кашель", "consent": "on"}),),
    "room:say": (("post", lambda _things: {"text": "Алло"}),),
    "doctor:conclude": (("post", lambda _things: {"complaints": "Кашель", "recommendations": "Чай"}),),
    "doctor:draft": (("post", lambda _things: {"complaints": "Кашель", "notes": "Перезвонить"}),),
    "doctor:notes": (("post", lambda _things: {"notes": "Перезвонить"}),),
    "doctor:sign": (("post", lambda _things: {"version": "1"}),),
    "doctor:addendum": (("post", lambda _things: {"text": "Пить больше", "step": "sign"}),),
    "archive:index": (("post", lambda things: {"q": things.owner.secret}),),
    "archive:share": (("post", lambda _things: {"days": "7"}),),
    "desk:search": (
        ("get", lambda things: {"q": things.owner.who.surname}),
        ("get", lambda things: {"q": things.policy.number}),
    ),
    "desk:open": (("post", lambda _things: {"reason": "complaint"}),),
    "desk:end_policy": (("post", lambda _things: {"asked_how": "phone", "refund": "0.00"}),),
    "desk:request_refund": (("post", lambda _things: {"amount": "1,00", "why": "charged_in_error"}),),
    "desk:dispute": (("post", _ANSWERED),),
    "reception:index": (("get", _THAT_DAY),),
    "reception:register_form": (("get", _THAT_DAY),),
    "reception:doctor_days": (("post", _OFF_THAT_DAY),),
    "reception:clinic_days": (("post", lambda _things: {"what": "closed", "first_on": _day(BOOKED_ON)}),),
    "reception:week": (("get", lambda _things: {"from": BOOKED_ON.isoformat()}),),
    "reception:eligibility": (("post", _at_the_counter),),
    "reception:card": (("post", _shown_card),),
}
