"""Documents once more, from the account or the desk, to the contract's address only and not without end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.rules import Role
from doctorlike.audit.queries import history
from doctorlike.documents.models import Document
from doctorlike.documents.queries import documents_of
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.policies.queries import policies_of_order
from doctorlike.shop import commands
from doctorlike.shop.commands.delivering import AGAIN_AT_MOST
from doctorlike.shop.errors import SentRecentlyError
from tests.desk.test_pages import browser_of
from tests.policies.builders import ANNA, BORIS, account
from tests.shop.builders import AT, BY, MITYA, paying_order, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]
BACKEND = "doctorlike.accounts.recognition.AccountBackend"


@pytest.fixture
def policy_id() -> UUID:
    """Anna's own, of an order that insured Mitya too."""
    order_id = paying_order(others=(MITYA,))
    settle(order_id)
    commands.send_documents(order_id=order_id, by=BY, at=AT)
    Message.objects.all().delete()
    (own,) = (one for one in policies_of_order(order_id) if one.insured.given_name == "Анна")
    return own.id


def test_the_newest_documents_go_to_the_contracts_address(policy_id: UUID) -> None:
    made = Document.objects.count()
    assert commands.send_documents_again(policy_id=policy_id, by=BY, at=AT) == "anna@mail.example"
    mail = Message.objects.get(topic="documents")
    assert mail.to == "anna@mail.example"
    assert [one["name"].split()[0] for one in mail.attachments] == ["Полис", "Условия", "Памятка"]
    assert Document.objects.count() == made
    assert history(subject_type="policy", subject_id=policy_id)[0].action == "policy.documents_sent_again"


def test_what_was_never_made_is_made(policy_id: UUID) -> None:
    Document.objects.all().delete()
    commands.send_documents_again(policy_id=policy_id, by=BY, at=AT)
    assert {card.kind for card in documents_of("policy", policy_id)} == {"policy", "terms", "memo"}


def test_nobodys_mailbox_is_filled(policy_id: UUID) -> None:
    for _ in range(AGAIN_AT_MOST):
        commands.send_documents_again(policy_id=policy_id, by=BY, at=AT)
    with pytest.raises(SentRecentlyError):
        commands.send_documents_again(policy_id=policy_id, by=BY, at=AT + timedelta(hours=23))
    commands.send_documents_again(policy_id=policy_id, by=BY, at=AT + timedelta(hours=25))
    assert Message.objects.filter(topic="documents").count() == AGAIN_AT_MOST + 1


def test_an_unknown_policy_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        commands.send_documents_again(policy_id=uuid4(), by=BY, at=AT)


def test_a_client_asks_on_the_page_of_documents(
    client: Client, policy_id: UUID, on_site: Callable[[str], None]
) -> None:
    on_site("portal")
    anna = account(ANNA, email=ANNA.email)
    client.force_login(anna, backend=BACKEND)
    send = reverse("documents:send", args=[policy_id])
    if send not in client.get(reverse("documents:index")).content.decode():
        raise AssertionError("Anna's policy is not in her account")
    shown = client.post(send, follow=True).content.decode()
    assert "Документы отправлены на почту, указанную в договоре" in shown
    assert Message.objects.get(topic="documents").to == "anna@mail.example"


def test_a_stranger_sends_nothing(client: Client, policy_id: UUID, on_site: Callable[[str], None]) -> None:
    on_site("portal")
    client.force_login(account(BORIS), backend=BACKEND)
    assert client.post(reverse("documents:send", args=[policy_id])).status_code == 404
    assert not Message.objects.filter(topic="documents").exists()


def test_the_desk_sends_and_the_trail_says_who(policy_id: UUID, on_site: Callable[[str], None]) -> None:
    on_site("staff")
    shown = browser_of(Role.OPERATOR).post(f"/desk/clients/{policy_id}/documents/", follow=True).content.decode()
    assert "Документы отправлены на anna@mail.example" in shown
    assert history(subject_type="policy", subject_id=policy_id)[0].by.startswith("staff:")
    assert browser_of(Role.FINANCE).post(f"/desk/clients/{policy_id}/documents/").status_code == 404
