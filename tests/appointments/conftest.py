"""Anna, insured and covered in Samara; a clinic there with a therapist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from doctorlike.accounts.models import User
from doctorlike.appointments.models import Doctor, Slot
from doctorlike.clinics.models import Clinic
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from tests.appointments import builders
from tests.policies import builders as people


@dataclass(frozen=True)
class Client:
    user: User
    policy_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor.user(self.user.pk)


@pytest.fixture(autouse=True)
def _wednesday_morning() -> Iterator[None]:
    with clock.moved_to(builders.NOW):
        yield


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def therapist(clinic: Clinic) -> Doctor:
    doctor = builders.doctor(clinic)
    builders.publish()
    return doctor


@pytest.fixture
def thursday(therapist: Doctor) -> list[Slot]:
    """The therapist's twelve slots of 26 March, from 08:00 in Samara."""
    return builders.slots(therapist)


@pytest.fixture
def anna(clinic: Clinic) -> Client:
    user = people.account(people.ANNA, email=people.ANNA.email)
    return Client(user, builders.covered_policy(people.ANNA, user))


@pytest.fixture
def boris(clinic: Clinic) -> Client:
    user = people.account(people.BORIS)
    return Client(user, builders.covered_policy(people.BORIS, user))
