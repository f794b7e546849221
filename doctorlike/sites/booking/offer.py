"""What a visit would mean for a policy: covered or why not, what it costs, when the share is charged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from doctorlike.clinics import queries as clinics
from doctorlike.copay import rules as copay
from doctorlike.coverage import queries as coverage
from doctorlike.kit.money import Money
from doctorlike.policies.queries import PolicyView


@dataclass(frozen=True, slots=True)
class Offer:
    """Prices are None where the clinic's list does not name the service."""

    covered: bool
    reasons: tuple[Any, ...]
    percent: int
    price: Money | None
    client: Money | None
    insurer: Money | None
    charged_not_before_on: date


def offer(policy: PolicyView, *, clinic_id: UUID, service_code: str, on: date) -> Offer:
    """As of a visit's date at the clinic."""
    decision = coverage.eligibility(
        policy_id=policy.id, clinic_id=clinic_id, service_code=service_code, on=on, known=[policy]
    )
    price = clinics.price(clinic_id, service_code, on)
    client, insurer = copay.share(price, policy.copay_percent) if price is not None else (None, None)
    return Offer(
        covered=decision.covered,
        reasons=decision.reasons,
        percent=policy.copay_percent,
        price=price,
        client=client,
        insurer=insurer,
        # The amount can be told on the visit's day at the earliest.
        charged_not_before_on=copay.charge_day(on, on, policy.terms) or on,
    )
