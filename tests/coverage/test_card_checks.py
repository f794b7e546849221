"""A card of a device, and its code at a reception: taken once, refused for what it is, not after the device is out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client as Browser

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.audit.models import Entry
from doctorlike.clinics.models import Clinic
from doctorlike.coverage import commands
from doctorlike.coverage.cards import rules
from doctorlike.coverage.cards.rules import Finding, Shown
from doctorlike.coverage.errors import ChecksLockedError
from doctorlike.coverage.models import CardCheck, DeviceCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies.models import PolicyLink
from tests.appointments import builders
from tests.appointments.builders import NOW
from tests.appointments.conftest import Client, _wednesday_morning, anna, clinic
from tests.policies import builders as people

__all__ = ["_wednesday_morning", "anna", "clinic"]
pytestmark = pytest.mark.django_db
REGISTRAR, COLLEAGUE = Actor.system("registrar"), Actor.system("colleague")
REAL = clock.real_now()
STEP = timedelta(seconds=rules.STEP_SECONDS)


def signed_in(user: User) -> int:
    """What names a sign-in of theirs on some device."""
    browser = Browser()
    browser.force_login(user)
    return UserSession.objects.create(user=user, session_key=browser.session.session_key, ip="127.0.0.1").pk


@pytest.fixture
def phone(anna: Client) -> int:
    """Anna is signed in on her phone."""
    return signed_in(anna.user)


@pytest.fixture
def card(anna: Client, phone: int) -> commands.OpenCard:
    (one,) = commands.open_cards(user_id=anna.user.pk, sign_in_id=phone, by=anna.actor, at=NOW)
    return one


def code(card: commands.OpenCard, at: datetime = REAL) -> str:
    return rules.code_at(card.secret, at)


def check(clinic: Clinic, shown: Shown, number: str = "", *, by: Actor = REGISTRAR, at: datetime = REAL) -> Finding:
    told: dict[str, Any] = {"clinic_id": clinic.pk, "shown": shown, "policy_number": number}
    return commands.check_card(**told, by=by, at=NOW, real_at=at).finding


def scanned(card: commands.OpenCard, at: datetime = REAL) -> Shown:
    return Shown(card.number, code(card, at))


def test_a_device_has_one_card_a_policy_and_gets_the_same_again(anna: Client, phone: int, card: Any) -> None:
    assert commands.open_cards(user_id=anna.user.pk, sign_in_id=phone, by=anna.actor, at=NOW) == [card]
    assert card.policy.id == anna.policy_id
    with connection.cursor() as cursor:
        cursor.execute("select secret from coverage_devicecard")
        (kept,) = cursor.fetchone()
    assert card.secret.hex().encode() not in bytes(kept)


def test_a_scanned_code_says_whose_it_is_and_is_taken_once(clinic: Clinic, card: Any) -> None:
    told = {"clinic_id": clinic.pk, "shown": scanned(card), "policy_number": ""}
    verdict = commands.check_card(**told, by=REGISTRAR, at=NOW, real_at=REAL)
    assert verdict.policy is not None
    assert verdict.policy.insured.full_name.startswith("Серова Анна")
    assert check(clinic, scanned(card)) is Finding.USED
    assert check(builders.clinic("Другая"), scanned(card)) is Finding.USED
    assert check(clinic, scanned(card, REAL + STEP), at=REAL + STEP) is Finding.GOOD


def test_a_typed_code_is_found_with_the_policys_number(clinic: Clinic, card: Any) -> None:
    assert check(clinic, Shown("", code(card)), "ONDL-00000") is Finding.UNKNOWN
    assert check(clinic, Shown("", code(card)), card.policy.number.lower().replace("-", "")) is Finding.GOOD


def test_late_and_made_up_codes_are_told_apart(clinic: Clinic, card: Any) -> None:
    assert check(clinic, scanned(card, REAL - 3 * STEP)) is Finding.LATE
    assert check(clinic, Shown(card.number, "00000000")) is Finding.UNKNOWN
    assert check(clinic, Shown("000000000000", code(card))) is Finding.UNKNOWN


def test_signed_out_the_card_serves_no_more(anna: Client, clinic: Clinic, phone: int, card: Any) -> None:
    accounts.end_session(user_id=anna.user.pk, session_id=phone, by=anna.actor, at=NOW)
    assert check(clinic, scanned(card)) is Finding.REVOKED


def test_signing_out_everywhere_revokes_every_device(anna: Client, clinic: Clinic, card: Any) -> None:
    accounts.end_other_sessions(user_id=anna.user.pk, but_key="", by=anna.actor, at=NOW)
    assert check(clinic, scanned(card)) is Finding.REVOKED


def test_a_policy_that_left_the_account_has_no_card_there(anna: Client, clinic: Clinic, phone: int, card: Any) -> None:
    PolicyLink.objects.filter(user=anna.user).delete()
    assert check(clinic, scanned(card)) is Finding.REVOKED
    assert commands.open_cards(user_id=anna.user.pk, sign_in_id=phone, by=anna.actor, at=NOW) == []


def test_a_childs_card_leaves_the_adults_account_on_the_fifteenth_birthday(clinic: Clinic) -> None:
    adult = people.account(people.ANNA)
    policy_id = people.policy(people.MITYA, people.ANNA)
    told: dict[str, Any] = {"user_id": adult.pk, "sign_in_id": signed_in(adult), "by": Actor.user(adult.pk)}
    (card,) = commands.open_cards(**told, at=NOW)
    assert card.policy.id == policy_id
    birthday = NOW.replace(year=people.MITYA.born_on.year + 15, month=people.MITYA.born_on.month, day=28)
    shown: dict[str, Any] = {"clinic_id": clinic.pk, "shown": scanned(card), "policy_number": "", "by": REGISTRAR}
    assert commands.check_card(**shown, at=birthday, real_at=REAL).finding is Finding.REVOKED
    assert commands.open_cards(**told, at=birthday) == []


def test_after_its_last_day_a_policy_has_no_card(anna: Client, phone: int) -> None:
    at = NOW.replace(year=2028)
    assert commands.open_cards(user_id=anna.user.pk, sign_in_id=phone, by=anna.actor, at=at) == []


def test_five_wrong_codes_lock_the_registrar_and_twenty_the_clinic(clinic: Clinic, card: Any) -> None:
    wrong = Shown(card.number, "00000000")
    for _ in range(rules.WRONG_BY_ONE):
        check(clinic, wrong)
    with pytest.raises(ChecksLockedError):
        check(clinic, scanned(card))
    for colleague in range(3):
        for _ in range(rules.WRONG_BY_ONE):
            check(clinic, wrong, by=Actor.system(f"colleague {colleague}"))
    with pytest.raises(ChecksLockedError):
        check(clinic, scanned(card), by=COLLEAGUE)
    assert check(builders.clinic("Другая"), scanned(card), by=COLLEAGUE) is Finding.GOOD
    later = REAL + rules.LOCK_FOR + timedelta(seconds=1)
    assert check(clinic, scanned(card, later), at=later) is Finding.GOOD


def test_every_check_is_in_the_trail_without_a_code(clinic: Clinic, card: Any) -> None:
    check(clinic, scanned(card))
    check(clinic, Shown("", "00000000"), card.policy.number)
    good, wrong = Entry.objects.filter(action__in=("card.checked", "card.refused")).order_by("at", "id")
    assert (good.action, good.subject_type, good.subject_id) == ("card.checked", "policy", str(card.policy.id))
    assert (wrong.action, wrong.subject_type) == ("card.refused", "clinic")
    assert code(card) not in f"{good.details}{wrong.details}{list(CardCheck.objects.values())}"


def test_cards_of_devices_that_are_out_go_after_a_week(anna: Client, clinic: Clinic, phone: int, card: Any) -> None:
    check(clinic, scanned(card))
    later = NOW + rules.ENDED_KEPT_FOR + timedelta(days=1)
    assert commands.forget_ended_cards(at=later) == 0
    accounts.end_session(user_id=anna.user.pk, session_id=phone, by=anna.actor, at=NOW)
    assert commands.forget_ended_cards(at=NOW) == 0
    assert commands.forget_ended_cards(at=later) == 1
    assert not DeviceCard.objects.exists()
