"""Mitya's policy in his mother's account, his birth certificate, and Pyotr, his father."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from doctorlike.policies import commands
from doctorlike.policies.models import Policy, PolicyLink
from tests.policies.builders import ANNA, AT, MITYA, Someone, account, policy

PYOTR = Someone("Серов", "Пётр", date(1986, 7, 3), "male", "+79270000044", "pyotr@mail.example")
CERTIFICATE = {"document_kind": "birth_certificate", "series": "IV-МЮ", "number": "123456"}
REAL = AT


def childs_policy(identity: dict[str, Any] | None = None, **made: Any) -> UUID:
    """Mitya's, bought by Anna, with his birth certificate."""
    policy_id = policy(MITYA, ANNA, **made)
    show_document(policy_id, CERTIFICATE if identity is None else identity)
    return policy_id


def show_document(policy_id: UUID, identity: dict[str, Any]) -> None:
    child = Policy.objects.select_related("insured").get(pk=policy_id).insured
    child.identity = identity
    child.save()


def father(**kept: Any) -> User:
    return account(PYOTR, email=PYOTR.email, **kept)


def invite(
    anna: User,
    policy_id: UUID,
    contact: Contact | None = None,
    *,
    at: datetime = AT,
    real_at: datetime = REAL,
) -> str:
    """Returns the secret of the link that was sent."""
    commands.invite_parent(
        user_id=anna.pk,
        policy_id=policy_id,
        name="Папа",
        contact=contact or Contact("phone", PYOTR.phone),
        by=Actor.user(anna.pk),
        at=at,
        real_at=real_at,
    )
    return sent_secret()


def sent_secret() -> str:
    found = re.search(r"/family/link/([\w-]+)/", latest().text)
    assert found
    return found[1]


def latest() -> Message:
    return Message.objects.order_by("created_at", "pk").last()


def prove(
    user: User,
    secret: str,
    *,
    born_on: date = MITYA.born_on,
    series: str = "IV-МЮ",
    number: str = "123456",
    at: datetime = AT,
    real_at: datetime = REAL,
) -> None:
    commands.prove_child(
        secret=secret,
        user_id=user.pk,
        born_on=born_on,
        series=series,
        number=number,
        by=Actor.user(user.pk),
        at=at,
        real_at=real_at,
    )


def accept(user: User, secret: str, *, at: datetime = AT, real_at: datetime = REAL) -> UUID:
    return commands.accept_invitation(secret=secret, user_id=user.pk, by=Actor.user(user.pk), at=at, real_at=real_at)


def let_in(user: User, policy_id: UUID) -> None:
    """The other parent without the way there, for tests of what they see."""
    PolicyLink.objects.create(policy_id=policy_id, user=user, role="parent", linked_at=AT, linked_by="tests")
