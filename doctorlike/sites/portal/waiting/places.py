"""What may be waited for from a page: words for people, and what it is in a wish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from doctorlike.appointments import queries
from doctorlike.clinics.queries import ClinicCard
from doctorlike.coverage import queries as coverage
from doctorlike.policies.queries import PolicyView


@dataclass(frozen=True, slots=True)
class Place:
    """`key` names it in a form; `of_wish` are the arguments of `Wish` that say where."""

    key: str
    words: str
    of_wish: dict[str, Any]


def places_at(policy: PolicyView, clinic: ClinicCard, specialty: str, *, doctor: str, on: date) -> list[Place]:
    """From one doctor (its id as an address tells it, or empty) to the whole region; none where the clinic has no such
    doctor. `on` is the insurer's date."""
    doctors = [one for one in queries.doctors_of(clinic.id) if one.specialty_code == specialty]
    if not doctors:
        return []
    name = doctors[0].specialty_name
    asked = [one for one in doctors if str(one.id) == doctor]
    places = [Place(str(one.id), one.full_name, {"doctor_id": one.id}) for one in asked or doctors[:1]]
    if len(doctors) > 1:
        any_doctor = Place("clinic", _("Любой врач этой клиники: {name}").format(name=name), {"clinic_id": clinic.id})
        places = [*places, any_doctor] if asked else [any_doctor]
    for region in coverage.regions_of(policy, on).chosen:
        if region.code == clinic.region_code:
            words = _("Любая клиника: {region}").format(region=region.name)
            places.append(Place("region", words, {"region": region.code}))
    return places


def places_in_regions(policy: PolicyView, specialty: str, *, on: date) -> list[Place]:
    """Regions of the policy where such doctors are."""
    chosen = coverage.regions_of(policy, on).chosen
    there = queries.regions_with(specialty, [one.code for one in chosen])
    return [Place(one.code, one.name, {"region": one.code}) for one in chosen if one.code in there]
