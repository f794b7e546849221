"""Consents: the words are kept, taking one back is a row of its own."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import ProgrammingError, transaction

import doctorlike
from doctorlike.accounts import queries as accounts
from doctorlike.accounts.commands import record_consent
from doctorlike.accounts.commands.consents import withdraw_consents
from doctorlike.accounts.models import Consent, User
from doctorlike.audit import queries as trail
from doctorlike.audit.models import Wording
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.notifications.models import Message
from doctorlike.products import commands as products
from doctorlike.products.queries import terms_of
from doctorlike.rights import commands, queries, words
from doctorlike.rights.errors import NotAtOnceError
from doctorlike.rights.rules import Way, way_back
from doctorlike.shop.words import consents as shop_consents
from tests.policies.builders import ANNA, AT, BORIS, BY, Someone, account, policy

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


# Taking back in the account


def consents(user: User) -> dict[str, queries.Given]:
    return {one.consent.purpose: one for one in queries.consents_of(user.pk, AT.date())}


def of_an_order(user_is: Someone = ANNA) -> User:
    """An account whose policy came from an order with two consents."""
    user, order_id = account(user_is), new_id()
    policy(user_is, order_id=order_id)
    for purpose in ("health_data", "advertising"):
        record_consent(
            purpose=purpose,
            document_version="1",
            text=WORDS,
            subject_type="order",
            subject_id=order_id,
            channel="shop",
            by=BY,
            at=AT,
        )
    return user


def test_consents_given_in_the_shop_stand_in_the_account() -> None:
    anna = of_an_order()
    held = consents(anna)
    assert set(held) == {"health_data", "advertising"}
    assert queries.wording_of(held["advertising"]) == WORDS


def test_anothers_consent_does_not_exist() -> None:
    anna = of_an_order()
    boris = account(BORIS)
    consent = consents(anna)["advertising"].consent.id
    assert consents(boris) == {}
    with pytest.raises(NotFoundError):
        commands.withdraw(user_id=boris.pk, consent_id=consent, by=BY, at=AT)
    assert consents(anna)["advertising"].consent.stands


def test_what_the_contract_needs_leads_to_its_end() -> None:
    anna = of_an_order()
    held = consents(anna)["health_data"]
    assert not held.may_withdraw
    assert held.contract_id is not None
    with pytest.raises(NotAtOnceError):
        commands.withdraw(user_id=anna.pk, consent_id=held.consent.id, by=BY, at=AT)


def test_once_the_contract_is_over_it_is_withdrawn_at_once() -> None:
    anna = of_an_order()
    consent = consents(anna)["health_data"].consent.id
    assert commands.withdraw(user_id=anna.pk, consent_id=consent, by=BY, at=AT + timedelta(days=400))


@pytest.mark.parametrize("purpose", list(words.PURPOSES))
@pytest.mark.parametrize("contract_over", [True, False])
def test_every_purpose_says_what_follows(purpose: str, contract_over: bool) -> None:
    way = way_back(purpose, contract_over=contract_over)
    assert way is not Way.CALL
    assert words.consequence(purpose, way)


def test_a_purpose_nobody_decided_about_goes_to_a_person() -> None:
    assert way_back("something_new", contract_over=True) is Way.CALL
    assert "контактного центра" in words.consequence("something_new", Way.CALL)


# News and offers


def sent_to(user: User) -> bool:
    return commands.send_advertising(user_id=user.pk, subject="Новости", text="Скидка", by=BY, at=AT)


def test_nothing_advertising_is_sent_to_whoever_was_not_asked() -> None:
    assert not sent_to(account(ANNA, email=ANNA.email))
    assert not Message.objects.exists()


def test_it_is_sent_to_who_switched_it_on_until_they_switch_it_off() -> None:
    anna = account(ANNA, email=ANNA.email)
    commands.set_advertising(user_id=anna.pk, wanted=True, by=BY, at=AT)
    commands.set_advertising(user_id=anna.pk, wanted=True, by=BY, at=AT)
    assert Consent.objects.count() == 1
    assert sent_to(anna)
    commands.set_advertising(user_id=anna.pk, wanted=False, by=BY, at=AT)
    assert not sent_to(anna)
    assert Message.objects.count() == 1


def test_off_takes_back_what_was_ticked_in_the_shop_too() -> None:
    anna = of_an_order()
    assert queries.accepts_advertising(anna.pk, AT.date())
    commands.set_advertising(user_id=anna.pk, wanted=False, by=BY, at=AT)
    assert not queries.accepts_advertising(anna.pk, AT.date())


def test_advertising_has_one_way_out() -> None:
    house = Path(doctorlike.__file__).parent
    senders = [
        str(path.relative_to(house))
        for path in house.rglob("*.py")
        if re.search(r"ADVERTISING_TOPIC|topic=[\"']advertising", path.read_text(encoding="utf-8"))
    ]
    assert senders == ["rights/commands.py"]


# Words from before they were kept


def unkept(version: UUID, text: str, order_id: UUID) -> None:
    """A consent as it was written before words were kept beside it."""
    Consent.objects.create(
        purpose="personal_data",
        document_version=f"{version}/1",
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        subject_type="order",
        subject_id=str(order_id),
        given_at=AT,
        given_by=str(BY),
    )


def test_words_that_were_not_kept_are_made_again_when_the_digest_proves_them() -> None:
    anna, order_id = account(ANNA), new_id()
    policy(ANNA, order_id=order_id)
    version = products.seed_demo_product(by=BY, at=AT)
    texts = {one.purpose: one.text for one in shop_consents(terms_of(version), settings.BRAND.insurer)}
    said = texts["personal_data"]
    unkept(version, said, order_id)
    assert queries.wording_of(consents(anna)["personal_data"]) == said


def test_words_that_differ_are_never_shown_as_agreed_to() -> None:
    anna, order_id = account(ANNA), new_id()
    policy(ANNA, order_id=order_id)
    unkept(products.seed_demo_product(by=BY, at=AT), "другие слова", order_id)
    assert queries.wording_of(consents(anna)["personal_data"]) == ""
