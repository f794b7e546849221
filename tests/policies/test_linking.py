"""Who finds which policy in the account, and what a stranger learns: nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts.models import User
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.policies import commands, queries
from doctorlike.policies.errors import LinkingLockedError, LinkRefusedError, LinkTryOldError, ProfileNeededError
from doctorlike.policies.models import PolicyLink
from tests.policies.builders import ANNA, AT, BORIS, MITYA, Someone, account, policy, save_profile

pytestmark = pytest.mark.django_db
TODAY = AT.date()
REAL = datetime(2026, 3, 1, 9, tzinfo=UTC)


def linked(user: User, on: date = TODAY) -> list[tuple[str, str, bool]]:
    return [(view.insured.given_name, view.role, view.medical_open) for view in queries.policies_of(user.pk, on)]


class TestByContact:
    def test_annas_policy_appears_when_her_profile_is_filled(self) -> None:
        policy(ANNA)
        anna = account(ANNA, profile=False)
        assert linked(anna) == []
        save_profile(anna, ANNA)
        assert linked(anna) == [("Анна", "self", True)]

    def test_a_verified_email_is_as_good_as_a_phone(self) -> None:
        policy(ANNA)
        assert linked(account(ANNA, phone="+79270000099", email=ANNA.email)) == [("Анна", "self", True)]

    def test_a_policy_bought_later_appears_by_itself(self) -> None:
        anna = account(ANNA)
        policy(ANNA)
        assert linked(anna) == [("Анна", "self", True)]

    def test_mityas_policy_stands_in_his_mothers_account_after_her_own(self) -> None:
        policy(MITYA, ANNA)
        policy(ANNA)
        assert linked(account(ANNA)) == [("Анна", "self", True), ("Дмитрий", "guardian", True)]

    def test_boris_with_annas_old_phone_sees_nothing(self) -> None:
        policy(ANNA)
        policy(MITYA, ANNA)
        assert linked(account(BORIS, phone=ANNA.phone)) == []

    def test_an_unverified_phone_links_nothing(self) -> None:
        policy(ANNA)
        anna = account(ANNA, profile=False)
        User.objects.filter(pk=anna.pk).update(phone_verified_at=None)
        save_profile(anna, ANNA)
        assert linked(anna) == []

    def test_linking_again_changes_nothing(self) -> None:
        policy(ANNA)
        anna = account(ANNA)
        assert commands.link_matching_policies(user_id=anna.pk, by=Actor.user(anna.pk), at=AT) == []
        assert PolicyLink.objects.count() == 1

    def test_on_the_fifteenth_birthday_the_mother_keeps_the_policy_and_loses_the_medical_part(self) -> None:
        policy(MITYA, ANNA)
        anna = account(ANNA)
        fifteenth = date(2030, 3, 20)
        assert linked(anna, on=fifteenth - timedelta(days=1)) == [("Дмитрий", "guardian", True)]
        assert linked(anna, on=fifteenth) == [("Дмитрий", "guardian", False)]

    def test_at_fifteen_mitya_finds_the_policy_in_his_own_account(self) -> None:
        policy(MITYA, ANNA, phone="+79270000055")
        grown_up = datetime(2030, 3, 19, 21, tzinfo=UTC)  # midnight in Moscow
        mitya = account(Someone("Серов", "Дмитрий", MITYA.born_on, "male", "+79270000055"), profile=False)
        save_profile(mitya, MITYA, at=grown_up - timedelta(seconds=1))
        assert linked(mitya) == []
        save_profile(mitya, MITYA, at=grown_up)
        assert linked(mitya, on=date(2030, 3, 20)) == [("Дмитрий", "self", True)]


def begin(user: User, number: str, born_on: date, real_at: datetime = REAL) -> UUID:
    begun = commands.link_by_number(
        user_id=user.pk, number=number, born_on=born_on, by=Actor.user(user.pk), at=AT, real_at=real_at
    )
    commands.send_link_code(try_id=begun, by=Actor.user(user.pk))
    return begun


def confirm(user: User, try_id: UUID, code: str, real_at: datetime = REAL) -> UUID:
    return commands.confirm_link(
        user_id=user.pk, try_id=try_id, code=code, by=Actor.user(user.pk), at=AT, real_at=real_at
    )


def sent_code() -> str:
    message = Message.objects.get(topic="code")
    found = re.search(r"\d{6}", message.text)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


class TestByNumber:
    @pytest.fixture
    def bought(self) -> UUID:
        """Anna's policy, bought by Boris, with the phone of neither account."""
        return policy(ANNA, BORIS, phone="+79270000033", email="shop@mail.example")

    def test_number_birth_date_and_code_link_the_policy(self, bought: UUID) -> None:
        anna = account(ANNA)
        begun = begin(anna, "ondl 300000", ANNA.born_on)
        assert Message.objects.get().to == "+79270000033"
        assert confirm(anna, begun, sent_code()) == bought
        assert linked(anna) == [("Анна", "self", True)]
        assert confirm(anna, begun, "anything") == bought  # a double click

    def test_the_mother_links_the_childs_policy_and_a_stranger_does_not(self) -> None:
        childs = policy(MITYA, ANNA, phone="+79270000033", email="shop@mail.example")
        anna, boris = account(ANNA), account(BORIS)
        begin(boris, "ONDL-300000", MITYA.born_on)
        assert not Message.objects.exists()
        begun = begin(anna, "ONDL-300000", MITYA.born_on)
        assert confirm(anna, begun, sent_code()) == childs
        assert linked(anna) == [("Дмитрий", "guardian", True)]

    @pytest.mark.parametrize(
        ("number", "born_on"),
        [("ONDL-309999", ANNA.born_on), ("ONDL-300000", BORIS.born_on), ("ONDL-300000", ANNA.born_on)],
    )
    def test_boris_gets_the_same_answer_whatever_he_tries(self, bought: UUID, number: str, born_on: date) -> None:
        boris = account(BORIS)
        begun = begin(boris, number, born_on)
        assert not Message.objects.exists()
        with pytest.raises(LinkRefusedError) as refusal:
            confirm(boris, begun, "000000")
        assert str(refusal.value) == str(LinkRefusedError())
        assert linked(boris) == []

    def test_a_wrong_code_answers_as_an_unknown_number_does(self, bought: UUID) -> None:
        anna = account(ANNA)
        begun = begin(anna, "ONDL-300000", ANNA.born_on)
        with pytest.raises(LinkRefusedError) as known:
            confirm(anna, begun, wrong(sent_code()))
        unknown = begin(anna, "ONDL-309999", ANNA.born_on)
        with pytest.raises(LinkRefusedError) as missing:
            confirm(anna, unknown, "000000")
        assert str(known.value) == str(missing.value)

    @pytest.mark.parametrize("number", ["ONDL-300000", "ONDL-309999"])
    def test_an_expired_code_says_so_whether_or_not_one_was_sent(self, bought: UUID, number: str) -> None:
        anna = account(ANNA)
        begun = begin(anna, number, ANNA.born_on)
        with pytest.raises(LinkTryOldError):
            confirm(anna, begun, "123456", real_at=REAL + timedelta(minutes=6))

    @pytest.mark.parametrize("number", ["ONDL-300000", "ONDL-309999"])
    def test_five_wrong_codes_lock_linking_for_an_hour(self, bought: UUID, number: str) -> None:
        anna = account(ANNA)
        begun = begin(anna, number, ANNA.born_on)
        refusals: list[type[DomainError]] = []
        for _ in range(6):
            with pytest.raises(DomainError) as refusal:
                confirm(anna, begun, "wrong!")
            refusals.append(refusal.type)
        assert refusals == [LinkRefusedError] * 5 + [LinkingLockedError]
        with pytest.raises(LinkingLockedError):
            begin(anna, "ONDL-300000", ANNA.born_on, real_at=REAL + timedelta(minutes=59, seconds=59))
        begin(anna, "ONDL-300000", ANNA.born_on, real_at=REAL + timedelta(hours=1))

    def test_going_through_numbers_locks_too(self, bought: UUID) -> None:
        boris = account(BORIS)
        for index in range(6):
            begin(boris, f"ONDL-30000{index}", ANNA.born_on)
        with pytest.raises(LinkingLockedError):
            begin(boris, "ONDL-300007", ANNA.born_on)

    def test_one_persons_lock_is_not_anothers(self, bought: UUID) -> None:
        boris, anna = account(BORIS), account(ANNA)
        begun = begin(boris, "ONDL-309999", ANNA.born_on)
        for _ in range(5):
            with pytest.raises(LinkRefusedError):
                confirm(boris, begun, "000000")
        begin(anna, "ONDL-300000", ANNA.born_on)
        assert Message.objects.count() == 1

    def test_a_try_of_somebody_else_does_not_exist(self, bought: UUID) -> None:
        anna, boris = account(ANNA), account(BORIS)
        begun = begin(anna, "ONDL-300000", ANNA.born_on)
        with pytest.raises(NotFoundError):
            confirm(boris, begun, sent_code())

    def test_a_true_and_an_invented_number_take_the_same_work(self, bought: UUID) -> None:
        """Whether there is a code to send is found out by a job, after the answer."""
        anna = account(ANNA)
        begin(anna, "ONDL-309999", ANNA.born_on)  # the version's terms are read once per process
        asked: list[list[str]] = []
        for number in ("ONDL-300000", "ONDL-309998"):
            with CaptureQueriesContext(connection) as captured:
                begun = commands.link_by_number(
                    user_id=anna.pk, number=number, born_on=ANNA.born_on, by=Actor.user(anna.pk), at=AT, real_at=REAL
                )
            asked.append([question["sql"].split(" ", 2)[0] for question in captured])
            assert not Message.objects.exists()
            assert commands.send_link_code(try_id=begun, by=Actor.user(anna.pk)) is (number == "ONDL-300000")
            Message.objects.all().delete()
        assert asked[0] == asked[1]

    def test_a_code_is_sent_once_however_often_the_job_runs(self, bought: UUID) -> None:
        anna = account(ANNA)
        begun = begin(anna, "ONDL-300000", ANNA.born_on)
        commands.send_link_code(try_id=begun, by=Actor.user(anna.pk))
        assert Message.objects.filter(topic="code").count() == 1

    def test_without_a_birth_date_in_the_account_nothing_begins(self, bought: UUID) -> None:
        with pytest.raises(ProfileNeededError):
            begin(account(ANNA, profile=False), "ONDL-300000", ANNA.born_on)


class TestReading:
    def test_anothers_policy_does_not_exist(self) -> None:
        mine = policy(ANNA)
        boris, anna = account(BORIS), account(ANNA)
        assert queries.policy_for(anna.pk, mine, TODAY).role == "self"
        with pytest.raises(NotFoundError):
            queries.policy_for(boris.pk, mine, TODAY)

    def test_an_account_with_many_policies_asks_the_database_once(self) -> None:
        for _ in range(3):
            policy(ANNA)
        anna = account(ANNA)
        queries.policies_of(anna.pk, TODAY)  # the version's terms are read once per process
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(queries.policies_of(anna.pk, TODAY)) == 3
        assert len(asked) == 1
