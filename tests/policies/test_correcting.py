"""A misspelt name or document put right: the earlier writing kept, documents in a new version, links untouched."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import InternalError, ProgrammingError, transaction

from doctorlike.accounts import queries as people
from doctorlike.audit.models import Entry
from doctorlike.documents import queries as documents
from doctorlike.kit.errors import DomainError
from doctorlike.notifications.models import Message
from doctorlike.policies import commands, queries
from doctorlike.policies.errors import NothingCorrectedError
from doctorlike.policies.models import Correction, PolicyLink
from doctorlike.shop import commands as shop
from tests.jobs import run_jobs
from tests.policies import builders as cast
from tests.shop.builders import AT, BY, MITYA, paying_order, settle
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]

ANNAS = {"surname": "Серова", "given_name": "Анна", "patronymic": "Викторовна"}


@pytest.fixture
def family() -> dict[str, UUID]:
    """Anna's and Mitya's policies of one order, linked, with their documents."""
    cast.account(cast.ANNA, email=cast.ANNA.email)
    order_id = paying_order(others=(MITYA,))
    settle(order_id)
    shop.send_documents(order_id=order_id, by=BY, at=AT)
    run_jobs()
    return {one.insured.given_name: one.id for one in queries.policies_of_order(order_id)}


def correct(policy_id: UUID, *, whom: str = "insured", names: dict[str, str] | None = None, **identity: str) -> None:
    commands.correct_person(
        policy_id=policy_id,
        whom=whom,
        names={**ANNAS, **(names or {})},
        identity=identity,
        reason="typo",
        by=BY,
        at=AT,
    )


def versions(policy_id: UUID) -> list[tuple[str, int, bool]]:
    found = documents.revisions_of("policy", policy_id)
    return sorted((card.kind, card.revision, newer is not None) for card, newer in found)


def test_the_name_is_written_anew_in_every_contract_that_names_the_person(family: dict[str, UUID]) -> None:
    correct(family["Анна"], names={"surname": "Серова-Петрова"})
    assert queries.policy(family["Анна"]).insured.surname == "Серова-Петрова"
    assert queries.policy(family["Дмитрий"]).policyholder.surname == "Серова-Петрова"
    run_jobs()
    for policy_id in family.values():
        assert versions(policy_id) == [
            ("memo", 1, True),
            ("memo", 2, False),
            ("policy", 1, True),
            ("policy", 2, False),
            ("terms", 1, False),
        ]
    assert Message.objects.filter(topic="correction").count() == 2


def test_what_was_written_before_is_kept_and_nobody_changes_that(family: dict[str, UUID]) -> None:
    correct(family["Анна"], names={"given_name": "Ганна"}, number="654321")
    kept = Correction.objects.get()
    assert (kept.was, kept.fields) == ({"given_name": "Анна", "number": "123456"}, ["given_name", "number"])
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Correction.objects.update(reason="other_document")


def test_the_trail_names_the_fields_and_not_what_stands_in_them(family: dict[str, UUID]) -> None:
    correct(family["Анна"], names={"given_name": "Ганна"}, number="654321")
    told = Entry.objects.filter(action="policy.corrected", subject_id=str(family["Анна"])).get().details
    assert told == {"fields": ["given_name", "number"], "reason": "typo", "whom": "insured"}


def test_the_rest_of_the_document_stays(family: dict[str, UUID]) -> None:
    person_id = queries.policy(family["Анна"]).insured.id
    before = people.identity_of(person_id)
    correct(family["Анна"], number="654321")
    assert people.identity_of(person_id) == {**before, "number": "654321"}


def test_links_are_untouched(family: dict[str, UUID]) -> None:
    before = set(PolicyLink.objects.values_list("policy", "user", "role"))
    assert len(before) == 2
    correct(family["Анна"], names={"surname": "Петрова"})
    assert set(PolicyLink.objects.values_list("policy", "user", "role")) == before


def test_the_same_correction_delivered_twice_makes_one_version(family: dict[str, UUID]) -> None:
    correct(family["Анна"], names={"surname": "Петрова"})
    run_jobs()
    shop.send_corrected_documents(policy_id=family["Анна"], corrected_at=AT, by=BY, at=AT)
    assert ("policy", 3, False) not in versions(family["Анна"])
    assert Message.objects.filter(topic="correction").count() == 2


def test_nothing_changed_is_said(family: dict[str, UUID]) -> None:
    with pytest.raises(NothingCorrectedError):
        correct(family["Анна"])
    assert not Correction.objects.exists()


@pytest.mark.parametrize("surname", ["Serova", "Серова1", ""])
def test_a_name_that_a_register_would_refuse_is_refused(family: dict[str, UUID], surname: str) -> None:
    with pytest.raises(DomainError):
        correct(family["Анна"], names={"surname": surname})
    assert queries.policy(family["Анна"]).insured.surname == "Серова"
