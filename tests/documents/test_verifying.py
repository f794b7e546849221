"""Anybody may check a policy on paper, and learns nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from doctorlike.documents import commands, queries
from doctorlike.documents.rules import grouped, new_code
from doctorlike.policies.models import Policy
from doctorlike.policies.queries import policies_of_order
from doctorlike.shop import commands as shop
from doctorlike.sites.portal.verify import guesses
from doctorlike.sites.portal.verify.forms import LARGEST_FILE_BYTES
from tests.documents.test_documents import AT, BY, make
from tests.shop.builders import ANNA, paying_order, settle
from tests.shop.conftest import first_of_march  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


@pytest.fixture
def policy_id(on_site: Callable[[str], None]) -> UUID:
    """Anna's, with its documents, from 10 March 2026."""
    on_site("portal")
    cache.clear()
    order_id = paying_order()
    settle(order_id)
    shop.send_documents(order_id=order_id, by=BY, at=AT)
    return policies_of_order(order_id)[0].id


def code_of(policy_id: UUID) -> str:
    return commands.public_code(subject_type="policy", subject_id=policy_id, by=BY, at=AT)


def page_of(policy_id: UUID) -> str:
    return reverse("verify:show", args=[code_of(policy_id)])


def paper(policy_id: UUID, kind: str = "policy") -> bytes:
    (card,) = (one for one in queries.documents_of("policy", policy_id) if one.kind == kind)
    return queries.read_pdf(card.id)[1]


def told_of(client: Client, policy_id: UUID, content: bytes) -> str:
    answer = client.post(page_of(policy_id), {"file": SimpleUploadedFile("полис.pdf", content, "application/pdf")})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_code_shows_the_number_and_nobodys_name(client: Client, policy_id: UUID) -> None:
    answer = client.get(page_of(policy_id))
    shown = answer.content.decode()
    assert Policy.objects.get(pk=policy_id).number in shown
    assert "Полис выдан нами и ещё не начался" in shown
    told = (ANNA.surname, ANNA.given_name, ANNA.patronymic, "anna@mail.example", "9270000012", "14 мая", "Поликлиника")
    assert [word for word in told if word in shown] == []
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"starts_on": date(2026, 2, 1)}, "Полис выдан нами и действует"),
        ({"starts_on": date(2025, 2, 1), "ends_on": date(2026, 2, 1)}, "Срок полиса закончился"),
        ({"cancelled_on": date(2026, 2, 20)}, "Договор расторгнут"),
    ],
)
def test_the_state_is_todays(client: Client, policy_id: UUID, changes: dict[str, date], words: str) -> None:
    Policy.objects.filter(pk=policy_id).update(**changes)
    assert words in client.get(page_of(policy_id)).content.decode()


def test_the_code_may_be_typed_by_hand(client: Client, policy_id: UUID) -> None:
    typed = grouped(code_of(policy_id)).lower()
    answer = client.get(reverse("verify:index"), {"code": typed})
    assert (answer.status_code, answer["Location"]) == (302, page_of(policy_id))
    wrong = client.get(reverse("verify:index"), {"code": "K7QF"}).content.decode()
    assert "В коде 16 букв и цифр" in wrong
    assert "K7QF" in wrong


def test_a_file_is_examined(client: Client, policy_id: UUID) -> None:
    content = paper(policy_id)
    assert "Файл подлинный" in told_of(client, policy_id, content)
    assert "Файл подлинный" in told_of(client, policy_id, paper(policy_id, "terms"))
    at = content.index(b"stream") + 20
    assert "Файл изменён после подписания" in told_of(client, policy_id, content[:at] + b"X" + content[at + 1 :])
    anothers = queries.read_pdf(make("another").pk)[1]
    assert "Это документ другого полиса" in told_of(client, policy_id, anothers)
    assert "Нашей подписи в файле нет" in told_of(client, policy_id, b"%PDF-1.7 by somebody")


def test_what_is_too_large_or_empty_is_refused_in_words(client: Client, policy_id: UUID) -> None:
    assert "больше 2 МБ" in told_of(client, policy_id, b"%PDF-" + b"0" * LARGEST_FILE_BYTES)
    assert "пуст" in told_of(client, policy_id, b"")
    assert "Выберите файл" in client.post(page_of(policy_id), {}).content.decode()


def test_a_stranger_who_guesses_is_told_nothing_and_soon_to_wait(client: Client, policy_id: UUID) -> None:
    number = Policy.objects.get(pk=policy_id).number
    for guess in (number, str(policy_id), "x"):
        assert client.get(reverse("verify:show", args=[guess])).status_code == 404
    for _ in range(guesses.MISSES_AT_MOST - 3):
        assert client.get(reverse("verify:show", args=[new_code()])).status_code == 404
    for code in (new_code(), code_of(policy_id)):
        assert client.get(reverse("verify:show", args=[code])).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert elsewhere.get(page_of(policy_id)).status_code == 200
