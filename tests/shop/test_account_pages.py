"""Linking and documents in the account."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.documents.commands import make_document
from doctorlike.documents.queries import documents_of
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policy_commands
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import policies_of
from doctorlike.shop import commands
from tests.policies import builders as cast
from tests.shop.builders import AT, BY, paying_order, settle
from tests.shop.builders import MITYA as MITYA_ANSWERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def family() -> UUID:
    """Anna's and Mitya's policies from one order, with their documents."""
    order_id = paying_order(others=(MITYA_ANSWERS,))
    settle(order_id)
    commands.send_documents(order_id=order_id, by=BY, at=AT)
    return order_id


class TestDocuments:
    def test_anna_reads_hers_and_her_childs(self, family: UUID) -> None:
        client = signed_in(cast.account(cast.ANNA))
        page = client.get(reverse("documents:index")).content.decode()
        for view in policies.policies_of_order(family):
            assert f"Полис {view.number}" in page
            for card in documents_of("policy", view.id):
                answer = client.get(reverse("documents:download", args=[card.id]))
                assert answer["Content-Type"] == "application/pdf"
                assert "no-store" in answer["Cache-Control"]
                assert answer.content.startswith(b"%PDF")

    def test_boris_finds_none_of_them(self, family: UUID) -> None:
        cast.policy(cast.BORIS)
        client = signed_in(cast.account(cast.BORIS))
        assert "ONDL-300000" not in client.get(reverse("documents:index")).content.decode()
        for view in policies.policies_of_order(family):
            for card in documents_of("policy", view.id):
                assert client.get(reverse("documents:download", args=[card.id])).status_code == 404

    def test_a_document_about_something_else_is_not_given_here(self, family: UUID) -> None:
        other = make_document(
            kind="letter",
            template="letter",
            facts={"title": "Письмо", "number": "", "paragraphs": ["Текст"]},
            subject_type="encounter",
            subject_id=family,
            title="Письмо",
            by=BY,
            at=AT,
        )
        client = signed_in(cast.account(cast.ANNA))
        assert client.get(reverse("documents:download", args=[other])).status_code == 404

    def test_nobody_reads_documents_without_signing_in(self, family: UUID, client: Client) -> None:
        card = documents_of("policy", policies.policies_of_order(family)[0].id)[0]
        assert client.get(reverse("documents:download", args=[card.id])).status_code == 302

    @pytest.mark.parametrize("name", ["documents:index", "linking:index"])
    def test_ten_policies_and_a_hundred_ask_the_database_equally_often(self, name: str) -> None:
        anna = cast.account(cast.ANNA)
        client, counts = signed_in(anna), []
        for more in (10, 90):
            for _ in range(more):
                cast.policy(cast.ANNA)
            client.get(reverse(name))
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(name)).status_code == 200
            counts.append(len(asked))
        assert len(policies_of(anna.pk, AT.date())) == 100
        assert counts[0] == counts[1]


class TestLinking:
    @pytest.fixture
    def bought(self) -> UUID:
        return cast.policy(cast.ANNA, cast.BORIS, phone="+79270000033", email="shop@mail.example")

    def begin(self, client: Client, number: str = "ONDL-300000") -> str:
        answer = client.post(reverse("linking:index"), {"number": number, "born_on": "14.05.1988"})
        assert answer.status_code == 302
        return answer.url

    def test_anna_links_her_policy(self, bought: UUID) -> None:
        anna = cast.account(cast.ANNA)
        client = signed_in(anna)
        page = self.begin(client)
        policy_commands.send_link_code(try_id=UUID(page.rstrip("/").rpartition("/")[2]), by=Actor.system("tests"))
        found = re.search(r"\d{6}", Message.objects.get(topic="code").text)
        assert found
        answer = client.post(page, {"code": found[0]})
        assert answer.url == reverse("home:index")
        assert [view.id for view in policies_of(anna.pk, AT.date())] == [bought]

    def test_a_stranger_meets_the_same_pages_for_a_true_and_an_invented_number(self, bought: UUID) -> None:
        client = signed_in(cast.account(cast.BORIS))
        answers = []
        for number in ("ONDL-300000", "ONDL-399999"):
            page = self.begin(client, number)
            before = client.get(page).content.decode()
            after = client.post(page, {"code": "000000"}).content.decode()
            token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
            answers.append([token.sub("", text.replace(page, "")) for text in (before, after)])
        assert answers[0] == answers[1]
        assert not Message.objects.exists()

    def test_five_wrong_codes_close_linking_in_words(self, bought: UUID) -> None:
        client = signed_in(cast.account(cast.ANNA))
        page = self.begin(client)
        for _ in range(5):
            client.post(page, {"code": "000000"})
        assert "закрыта ещё на 60 мин" in client.post(page, {"code": "000000"}).content.decode()
        again = client.post(reverse("linking:index"), {"number": "ONDL-300000", "born_on": "14.05.1988"})
        assert "закрыта ещё на 60 мин" in again.content.decode()

    def test_without_a_profile_the_way_leads_there(self, bought: UUID) -> None:
        client = signed_in(cast.account(cast.ANNA, profile=False))
        assert reverse("profile:index") in self.begin(client)

    def test_another_accounts_try_is_no_page_to_confirm(self, bought: UUID) -> None:
        page = self.begin(signed_in(cast.account(cast.ANNA)))
        assert signed_in(cast.account(cast.BORIS)).post(page, {"code": "000000"}).status_code == 404
