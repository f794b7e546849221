"""What a policy covers today at a clinic: what a reception sees beside a good code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import PriceCard
from doctorlike.coverage.queries.eligibility import eligibility_many
from doctorlike.coverage.rules import Ask, Reason, ReasonCode
from doctorlike.policies.queries import PolicyView

_OF_A_SERVICE = (ReasonCode.SERVICE_NOT_COVERED, ReasonCode.LIMIT_EXHAUSTED)
# No service of the nomenclature: what stands against it beside the service itself stands against every service.
_ANY_SERVICE = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A service of the price list that is not covered, with every reason that is its own."""

    service: PriceCard
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class CoverAtClinic:
    """`reasons` stand against every service that no guarantee was given for. `covered` and `refused` part the clinic's
    price list of the day `on`."""

    on: date
    reasons: tuple[Reason, ...]
    covered: tuple[PriceCard, ...]
    refused: tuple[Refused, ...]


def cover_at_clinic(policy: PolicyView, clinic_id: UUID, on: date) -> CoverAtClinic:
    """The one decision, asked of every service of the clinic's price list. At most six queries."""
    services = clinics.prices_of(clinic_id, on)
    asks = {one.service_code: Ask(policy.id, clinic_id, one.service_code, on) for one in services}
    general = Ask(policy.id, clinic_id, _ANY_SERVICE, on)
    decisions = eligibility_many([general, *asks.values()], known=[policy])
    reasons = tuple(one for one in decisions[general].reasons if one.code not in _OF_A_SERVICE)
    refused = []
    for one in services:
        decision = decisions[asks[one.service_code]]
        if not decision.covered:
            refused.append(Refused(one, tuple(why for why in decision.reasons if why not in reasons)))
    bare = {one.service.service_code for one in refused}
    return CoverAtClinic(on, reasons, tuple(one for one in services if one.service_code not in bare), tuple(refused))
