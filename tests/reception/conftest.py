"""The registrar of the clinic in Samara, at the staff site, and a visit of Anna's on Thursday morning."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from doctorlike.accounts.models import User
from doctorlike.appointments import commands
from doctorlike.clinics import commands as clinics
from tests.appointments.builders import BY, NOW
from tests.appointments.conftest import _wednesday_morning, anna, boris, clinic, therapist, thursday

__all__ = ["_wednesday_morning", "anna", "boris", "clinic", "therapist", "thursday"]


@pytest.fixture
def staff(db: None) -> Callable[..., User]:
    def make(*roles: str, email: str = "somebody@clinic.example") -> User:
        return User.objects.create_user(email=email, email_verified_at=NOW, roles=list(roles))

    return make


@pytest.fixture
def registrar(staff, clinic) -> User:
    user = staff("registrar")
    clinics.assign_staff(user_id=user.pk, clinic_id=clinic.pk, by=BY, at=NOW)
    return user


@pytest.fixture
def counter(registrar, on_site, client: Browser) -> Browser:
    """The registrar's browser."""
    on_site("staff")
    client.force_login(registrar)
    return client


@pytest.fixture
def visit_id(anna, thursday):
    hold_id = commands.hold_slot(slot_id=thursday[0].pk, policy_id=anna.policy_id, by=anna.actor, at=NOW)
    return commands.confirm_booking(hold_id=hold_id, by=anna.actor, at=NOW)
