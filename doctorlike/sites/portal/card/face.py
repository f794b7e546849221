"""What a digital card says: on the page, and on the device without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from doctorlike.coverage.commands import OpenCard
from doctorlike.coverage.queries import cards
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import LinkRole, Standing
from doctorlike.ui.words import day, percent

_CHIPS = {Standing.ACTIVE: "good", Standing.WAITING: "wait", Standing.FUTURE: "wait"}


@dataclass(frozen=True, slots=True)
class Face:
    """Words of a card in the reader's language; `last_on` is the last day covered, in ISO form."""

    person: str
    product: str
    programme: str
    name: str
    number: str
    period: str
    copay: str
    status: str
    chip: str
    last_on: str


@dataclass(frozen=True, slots=True)
class ShownCode:
    """The code of the present step as the server makes it; `left` is how long it holds."""

    figures: str
    picture: str
    left: str


def face(policy: PolicyView, at: datetime) -> Face:
    standing = policy.standing(clock.insurer_date(at))
    return Face(
        person=gettext("Я") if policy.role == LinkRole.SELF else policy.insured.given_name,
        product=policy.product_name,
        programme=policy.programme_name,
        name=policy.insured.full_name,
        number=policy.number,
        period=gettext("с %(first)s по %(last)s")
        % {"first": day(policy.period.starts_on), "last": day(policy.last_day)},
        copay=percent(policy.copay_percent),
        status=_status(policy, standing),
        chip=_CHIPS.get(standing, ""),
        last_on=policy.last_day.isoformat(),
    )


def _status(policy: PolicyView, standing: Standing) -> str:
    match standing:
        case Standing.ACTIVE:
            return gettext("Действует")
        case Standing.WAITING:
            return gettext("Период ожидания до %(day)s") % {"day": day(policy.insured_from)}
        case Standing.FUTURE:
            return gettext("Начнётся %(day)s") % {"day": day(policy.period.starts_on)}
        case Standing.CANCELLED:
            return gettext("Расторгнут")
        case _:
            return gettext("Закончился")


def code(card: OpenCard, real_at: datetime) -> ShownCode:
    """`real_at` is the true instant, which codes keep."""
    figures = cards.code_at(card.secret, real_at)
    seconds = int((cards.step_ends_at(cards.step_at(real_at)) - real_at).total_seconds())
    left = gettext("%(minutes)s мин %(seconds)s с") % {"minutes": seconds // 60, "seconds": seconds % 60}
    return ShownCode(f"{figures[:4]} {figures[4:]}", cards.picture_address(card.number + figures), left)


def kept(opened: Sequence[OpenCard], owner: UUID, at: datetime) -> dict[str, Any]:
    """Everything a device keeps, with the secrets: for the holder's own device alone. `owner` is an opaque name of the
    account, by which a device sees that somebody else has signed in."""
    return {
        "owner": str(owner),
        "stepSeconds": cards.STEP_SECONDS,
        "digits": cards.CODE_DIGITS,
        "insurer": settings.BRAND.insurer,
        "cards": [
            {
                "id": str(one.policy.id),
                "page": reverse("card:show", args=[one.policy.id]),
                "cardNumber": one.number,
                "secret": one.secret.hex(),
                "qr": asdict(cards.parts(one.number)),
                "face": asdict(face(one.policy, at)),
                "asOf": clock.real_now().isoformat(),
            }
            for one in opened
        ],
    }
