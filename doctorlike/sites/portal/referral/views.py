"""From a doctor's referral to free times of that specialty, for the person it was written for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.sites.portal import person
from doctorlike.telemed import queries as telemed


@require_safe
def open_referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """The link says nothing; who may see the consultation is led to the finder with the patient and the specialty
    chosen. NotFoundError for everybody else. Under a policy of another year: the one that serves that person now."""
    policy_id, referral = telemed.referral(referral_id)
    viewer = person.current(request)
    linked = [one for one in viewer.policies if one.medical_open]
    written_for = next((one for one in linked if one.id == policy_id), None)
    if written_for is None:
        raise NotFoundError
    own = [one for one in linked if one.person_key == written_for.person_key]
    now = policies.one_per_person(own, clock.today())
    person.show(request, (now[0] if now else written_for).id)
    if referral.specialty not in SPECIALTIES:
        return redirect("find:index")
    return redirect("find:times", referral.specialty)
