"""What the client agrees to: the text whose hash is kept, and the example in roubles beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from doctorlike.copay.rules import share
from doctorlike.kit.money import Money
from doctorlike.policies.queries import PolicyView

CONSENT_VERSION = "copay-2026-03"
EXAMPLE_PRICE = Money.of(1000)


@dataclass(frozen=True, slots=True)
class Example:
    """A visit of a round price at this policy's percent."""

    price: Money
    client: Money
    insurer: Money


def example(policy: PolicyView) -> Example:
    client, insurer = share(EXAMPLE_PRICE, policy.copay_percent)
    return Example(EXAMPLE_PRICE, client, insurer)


def consent_text(policy: PolicyView) -> str:
    """The sentence at the tick-box, kept by its hash with the consent."""
    if policy.copay_percent == 0:
        return _("Согласен с условиями франшизной программы по полису {number}").format(number=policy.number)
    return _(
        "Согласен с условиями франшизной программы и с тем, что моя доля, {percent} % стоимости услуг по полису "
        "{number}, списывается с привязанной карты"
    ).format(percent=policy.copay_percent, number=policy.number)
