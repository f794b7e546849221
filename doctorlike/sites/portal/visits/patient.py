"""Whose visits are shown, and with which policy one is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal import person
from doctorlike.sites.portal.person import Viewer


@dataclass(frozen=True, slots=True)
class Patient:
    """The person chosen at the top. `policy` books; `policy_ids` are all policies of that person whose visits this
    viewer may see: a teenager's are closed to the parent."""

    viewer: Viewer
    policy: PolicyView
    policy_ids: Sequence[UUID]

    @property
    def is_closed(self) -> bool:
        return not self.policy.medical_open


def shown(request: HttpRequest) -> Patient | None:
    """None until a policy is linked."""
    viewer = person.current(request)
    if viewer.policy is None:
        return None
    insured = _human(viewer.policy)
    open_to_viewer = [one.id for one in viewer.policies if _human(one) == insured and one.medical_open]
    return Patient(viewer, viewer.policy, open_to_viewer)


def required(request: HttpRequest) -> Patient:
    """NotFoundError where there is nobody whose visits this viewer may see: such an address was not found on a page."""
    patient = shown(request)
    if patient is None or patient.is_closed:
        raise NotFoundError
    return patient


def open_policies(request: HttpRequest) -> tuple[Viewer, Mapping[UUID, PolicyView]]:
    """For one hold or visit by its address: it may be of any person in the account, whoever is chosen at the top."""
    viewer = person.current(request)
    return viewer, {one.id: one for one in viewer.policies if one.medical_open}


def _human(policy: PolicyView) -> tuple[str, object]:
    return (policy.insured.full_name.casefold(), policy.insured.born_on)
