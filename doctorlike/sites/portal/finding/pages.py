"""What the finder shows: specialties, and free times of many clinics with what the policy says to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import cos, radians
from typing import Any

from doctorlike.appointments.queries import ClinicTimes, SlotCard, SpecialtyFree, TimesAsked
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.clinics.rules import SPECIALTIES, kilometres
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import RegionsView
from doctorlike.coverage.rules import Ask, Reason
from doctorlike.kit.dates import full_years
from doctorlike.kit.money import Money
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal.clinics.pages import distance_words

# Who sees adults, and who children in their place.
OF_CHILDREN: Mapping[str, str] = {"therapist": "paediatrician", "dentist": "child_dentist"}
OF_AGE = 18
# Near: so many kilometres, in a straight line.
NEAR_KM = 20.0
_KM_A_DEGREE = 111.0


@dataclass(frozen=True, slots=True)
class DayTimes:
    on: date
    slots: Sequence[SlotCard]


@dataclass(frozen=True, slots=True)
class ClinicLine:
    """A clinic with its next free times. `reasons` are empty where the first of them is covered; `share` is None where
    the clinic's list does not name the visit."""

    clinic: ClinicCard
    days: Sequence[DayTimes]
    reasons: tuple[Reason, ...]
    price: Money | None
    share: Money | None
    distance: str


def asked_of(policy: PolicyView, regions: RegionsView, specialty: str = "", **more: Any) -> TimesAsked:
    """Times in the policy's regions, from the day each of them and the insurance begin until the policy's last day."""
    return TimesAsked(
        specialty=specialty,
        scope=policy.scope,
        opens={one.code: max(one.serves_from_on, policy.insured_from) for one in regions.chosen},
        until_on=policy.last_day + timedelta(days=1),
        **more,
    )


def fitting_specialties(policy: PolicyView, found: Sequence[SpecialtyFree], on: date) -> list[SpecialtyFree]:
    """Children see their own doctors first, and a doctor of adults only where they have none of their own; adults see
    no doctors of children."""
    known = [one for one in found if one.code in SPECIALTIES]
    own = set(OF_CHILDREN.values())
    if full_years(policy.insured.born_on, on) >= OF_AGE:
        return [one for one in known if one.code not in own]
    there = {one.code for one in known}
    shown = [one for one in known if OF_CHILDREN.get(one.code) not in there]
    return sorted(shown, key=lambda one: one.code not in own)


def box_around(point: tuple[float, float]) -> tuple[float, float, float, float]:
    """South, north, west, east of what is near a point (latitude, longitude), in degrees."""
    latitude, longitude = point
    up = NEAR_KM / _KM_A_DEGREE
    across = up / max(cos(radians(latitude)), 0.1)
    return latitude - up, latitude + up, longitude - across, longitude + across


def clinic_lines(
    policy: PolicyView, found: Sequence[ClinicTimes], near: tuple[float, float] | None
) -> list[ClinicLine]:
    """The page of clinics, with the decision and the own share for the first time of each. At most six queries."""
    cards = clinics.clinics([one.clinic_id for one in found])
    asks = {one.clinic_id: _ask(policy, one) for one in found}
    decisions = coverage.eligibility_many(asks.values(), known=[policy])
    prices = _prices(asks.values())
    lines = []
    for one in found:
        ask, card = asks[one.clinic_id], cards[one.clinic_id]
        price = prices.get(ask)
        lines.append(
            ClinicLine(
                clinic=card,
                days=[DayTimes(on, list(slots)) for on, slots in groupby(one.slots, key=lambda slot: slot.visit_on)],
                reasons=decisions[ask].reasons,
                price=price,
                share=price.share(policy.copay_percent) if price is not None else None,
                distance=_distance(card, near),
            )
        )
    return lines


def _ask(policy: PolicyView, one: ClinicTimes) -> Ask:
    first = one.slots[0]
    return Ask(policy.id, one.clinic_id, first.service_code, first.visit_on)


def _prices(asks: Any) -> Mapping[Ask, Money]:
    told = list(asks)
    spans = clinics.price_spans({one.clinic_id for one in told}, service_codes={one.service_code for one in told})
    found = {}
    for ask in told:
        for span in spans.get((ask.clinic_id, ask.service_code), ()):
            if span.holds_on(ask.on):
                found[ask] = span.price
                break
    return found


def _distance(card: ClinicCard, near: tuple[float, float] | None) -> str:
    if near is None or card.latitude is None or card.longitude is None:
        return ""
    return distance_words(round(kilometres(near, (card.latitude, card.longitude)) * 1000))
