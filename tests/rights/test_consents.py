"""Consents: the words are kept, taking one back is a row of its own."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from django.db import ProgrammingError, transaction

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.commands import record_consent
from doctorlike.accounts.commands.consents import withdraw_consents
from doctorlike.accounts.models import Consent
from doctorlike.audit import queries as trail
from doctorlike.audit.models import Wording
from doctorlike.kit.ids import new_id
from tests.policies.builders import AT, BY

pytestmark = pytest.mark.django_db
WORDS = "Я не против получать новости."


def given(subject_id: UUID, text: str = WORDS) -> UUID:
    return record_consent(
        purpose="advertising",
        document_version="1",
        text=text,
        subject_type="user",
        subject_id=subject_id,
        by=BY,
        at=AT,
    )


def test_the_words_agreed_to_are_read_by_their_digest() -> None:
    who = new_id()
    given(who)
    [shown] = accounts.consents_about({"user": [who]})
    assert shown.text_sha256 == hashlib.sha256(WORDS.encode()).hexdigest()
    assert trail.wordings([shown.text_sha256]) == {shown.text_sha256: WORDS}


def test_the_same_words_are_kept_once() -> None:
    given(new_id())
    given(new_id())
    assert Wording.objects.count() == 1


def test_kept_words_cannot_be_changed() -> None:
    given(new_id())
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Wording.objects.update(text="другое")


def test_a_withdrawal_is_a_row_of_its_own_and_happens_once() -> None:
    who = new_id()
    consent = given(who)
    assert withdraw_consents(consent_ids=[consent], channel="portal", by=BY, at=AT) == 1
    assert withdraw_consents(consent_ids=[consent], channel="portal", by=BY, at=AT) == 0
    [shown] = accounts.consents_about({"user": [who]})
    assert shown.withdrawn_at == AT
    assert Consent.objects.count() == 2


def test_a_withdrawal_cannot_itself_be_withdrawn() -> None:
    consent = given(new_id())
    withdraw_consents(consent_ids=[consent], channel="portal", by=BY, at=AT)
    withdrawal = Consent.objects.get(subject_type="consent")
    assert withdraw_consents(consent_ids=[withdrawal.pk], channel="portal", by=BY, at=AT) == 0
