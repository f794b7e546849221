"""Children: Anna's own, to whom she invites the other parent; Boris's, to whom he let Anna in; a teenager invited."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policies
from tests.policies.builders import Someone
from tests.policies.family import CERTIFICATE, let_in, show_document
from tests.sites.matrix.belongings import NOW, Owner, Things, issued

MILA = Owner(Someone("Выдрина", "Мила", date(2016, 6, 6), "female"), "Синица", 1321, 0)
NIKOLAY = Owner(Someone("Барсуков", "Николай", date(2016, 8, 8), "male"), "Снегирь", 1423, 0)


def childs_policy(owner: Owner, parent: Things) -> UUID:
    """With the document by which the child is told."""
    policy_id = issued(owner, payer=parent.owner.who)
    show_document(policy_id, CERTIFICATE)
    return policy_id


def children(anna: Things, nikolay: UUID) -> None:
    """Adds addresses of the family to Anna's."""
    mila = childs_policy(MILA, anna)
    contact = Contact("phone", "+79990000099")
    policies.invite_parent(
        user_id=anna.user.pk,
        policy_id=mila,
        name="Папа",
        contact=contact,
        by=Actor.user(anna.user.pk),
        at=NOW,
        real_at=clock.real_now(),
    )
    secret = secret_sent("/family/link/", contact.value)
    let_in(anna.user, nikolay)
    anna.by_view |= {
        "family": {"policy_id": mila, "secret": secret},
        "family:leave": {"policy_id": nikolay},
        "coming_of_age": {"policy_id": mila},
        "desk:own_account": {"policy_id": mila},
    }


def invited(policy_id: UUID, teenager: Owner, parent: User) -> str:
    """The parent invites the teenager to an own account; the secret of the link that was sent."""
    policies.invite_insured(
        policy_id=policy_id,
        user_id=parent.pk,
        contact=Contact("phone", teenager.who.phone),
        by=Actor.user(parent.pk),
        at=NOW,
        real_at=clock.real_now(),
    )
    return secret_sent("/own-account/", teenager.who.phone)


def secret_sent(page: str, to: str) -> str:
    """Of the link to that page in the last message there."""
    message = Message.objects.filter(to=to).latest("id")
    found = re.search(rf"{page}([\w-]+)/", message.text)
    assert found, message.text
    return found[1]
