"""People of the contact centre at their browsers, and a client who waits for their call."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.appointments import commands
from doctorlike.appointments.models import CallBack
from doctorlike.clinics.models import Clinic
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.policies import builders as people

WISH = "Терапевт, лучше утром"


@dataclass(frozen=True)
class Colleague:
    browser: Client
    user: User

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.user.pk)


def colleague(surname: str, role: Role = Role.OPERATOR) -> Colleague:
    user_id = accounts.create_staff(
        email=f"{new_id()}@work.example",
        roles=[role],
        surname=surname,
        given_name="Имя",
        born_on=people.ANNA.born_on,
        sex="female",
        by=BY,
        at=NOW,
    )
    user = User.objects.get(pk=user_id)
    browser = Client()
    browser.force_login(user)
    return Colleague(browser, user)


def anna_waits(clinic: Clinic) -> CallBack:
    """Covered in Samara, she asked for a call about this clinic."""
    user = people.account(people.ANNA, email=people.ANNA.email)
    policy_id = builders.covered_policy(people.ANNA, user)
    call_id = commands.ask_call_back(
        policy_id=policy_id, clinic_id=clinic.pk, phone=people.ANNA.phone, wish=WISH, by=Actor.user(user.pk), at=NOW
    )
    return CallBack.objects.get(pk=call_id)


def text(answer) -> str:  # type: ignore[no-untyped-def]  # of Django's test client
    return answer.content.decode().replace("\u00a0", " ")
