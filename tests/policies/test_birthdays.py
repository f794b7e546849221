"""The fifteenth birthday: who is told when, who is invited, and in whose account the policy stands then."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import read_contact
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.policies import commands, queries
from doctorlike.policies.commands import UnlinkReason
from doctorlike.policies.errors import (
    InvitationRestsError,
    LinkRefusedError,
    NotInsuredsContactError,
    OwnAccountChangedError,
    OwnAccountOpenError,
    OwnAccountRefusedError,
    TooEarlyToInviteError,
)
from doctorlike.policies.models import BirthdayNotice, InsuredInvitation, PolicyLink
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, Someone, account, policy, save_profile

TEEN = Someone("Серов", "Дмитрий", date(2011, 6, 20), "male", "+79270000055", "mitya@mail.example")
OF_AGE = date(2026, 6, 20)
MIDNIGHT = datetime(2026, 6, 19, 21, tzinfo=UTC)  # in Moscow
REAL = datetime(2026, 3, 1, 9, tzinfo=UTC)
needs_database = pytest.mark.django_db


def morning(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)


def sweep(on: date) -> int:
    return commands.tell_birthdays(on=on, by=BY, at=morning(on))


def letters() -> list[Message]:
    return list(Message.objects.filter(topic="birthday").order_by("created_at", "id"))


def invite(
    user: User, policy_id: UUID, contact: str = TEEN.phone, *, at: datetime = MIDNIGHT, real_at: datetime = REAL
) -> str:
    """The secret of the link that was sent."""
    commands.invite_insured(
        policy_id=policy_id,
        user_id=user.pk,
        contact=read_contact(contact),
        by=Actor.user(user.pk),
        at=at,
        real_at=real_at,
    )
    return secret_sent()


def secret_sent() -> str:
    found = re.search(r"/own-account/([\w-]+)/", Message.objects.filter(topic="own_account").latest("id").text)
    assert found
    return found[1]


def accept(user: User, secret: str, at: datetime = MIDNIGHT) -> UUID:
    return commands.accept_own_account(secret=secret, user_id=user.pk, by=Actor.user(user.pk), at=at, real_at=REAL)


def seen(user: User, on: date) -> list[tuple[str, bool]]:
    return [(one.role, one.medical_open) for one in queries.policies_of(user.pk, on)]


@needs_database
class TestTelling:
    def test_the_mother_is_told_thirty_days_ahead_and_on_the_day_each_once(self) -> None:
        policy(TEEN, ANNA)
        account(ANNA, email=ANNA.email)
        assert sweep(date(2026, 5, 20)) == 0
        assert [sweep(date(2026, 5, 21)), sweep(date(2026, 5, 21)), sweep(date(2026, 6, 19))] == [1, 0, 0]
        assert [sweep(OF_AGE), sweep(OF_AGE), sweep(OF_AGE + timedelta(days=1))] == [1, 0, 0]
        ahead, day = letters()
        assert ahead.to == day.to == ANNA.email
        assert "20\u00a0июня\u00a02026" in ahead.text
        assert "/own-account/" in ahead.text

    def test_no_message_names_the_child_or_speaks_of_health(self) -> None:
        policy(TEEN, ANNA)
        account(ANNA)
        sweep(date(2026, 5, 21))
        sweep(OF_AGE)
        assert len(letters()) == 2
        for one in letters():
            assert not re.search(r"Дмитри|Серов|здоров|визит|врач|клиник|медицин|диагно", one.text + one.subject, re.I)

    def test_missed_days_and_a_clock_that_jumps_leave_one_notice_of_the_day(self) -> None:
        policy(TEEN, ANNA)
        account(ANNA)
        assert sweep(OF_AGE + timedelta(days=12)) == 1
        assert [one.kind for one in BirthdayNotice.objects.all()] == ["day"]

    def test_a_clock_moved_back_tells_nothing_twice(self) -> None:
        policy(TEEN, ANNA)
        account(ANNA)
        sweep(OF_AGE)
        assert sweep(OF_AGE - timedelta(days=3)) == 1  # the notice ahead, which had not been told
        assert [sweep(OF_AGE), sweep(OF_AGE - timedelta(days=3))] == [0, 0]

    def test_two_contracts_of_one_child_are_one_letter(self) -> None:
        policy(TEEN, ANNA)
        policy(TEEN, ANNA, starts_on=date(2027, 3, 10))
        account(ANNA)
        assert sweep(OF_AGE) == 2
        assert len(letters()) == 1

    def test_without_an_account_the_contracts_address_is_written_to(self) -> None:
        policy(TEEN, ANNA)
        sweep(OF_AGE)
        assert [one.to for one in letters()] == [ANNA.email]

    def test_many_children_are_asked_about_at_once(self) -> None:
        def questions() -> int:
            with CaptureQueriesContext(connection) as asked:
                sweep(OF_AGE)
            # Each letter is a message and its job.
            read = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("SELECT")]
            return sum("procrastinate" not in sql for sql in read)

        policy(TEEN, ANNA)
        account(ANNA)
        sweep(OF_AGE - timedelta(days=1))  # the version's terms are read once a process
        few = questions()
        for day in range(8):
            policy(
                replace(TEEN, born_on=TEEN.born_on - timedelta(days=day + 1), given_name=f"Дмитрий{'а' * day}"), BORIS
            )
        assert questions() <= few
        assert BirthdayNotice.objects.filter(kind="day").count() == 9

    def test_nobody_else_is_told(self) -> None:
        policy(MITYA, ANNA)
        policy(ANNA)
        policy(TEEN, TEEN)
        assert sweep(OF_AGE) == 0
        assert not letters()


@needs_database
class TestInviting:
    def test_the_teenager_follows_the_link_in_an_own_account(self) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        secret = invite(anna, childs)
        mitya = account(TEEN, phone="+79270000066")
        assert queries.own_account_opened(secret, mitya.pk, on=OF_AGE).step == "accept"
        assert accept(mitya, secret) == childs
        assert accept(mitya, secret) == childs  # a double click
        assert seen(mitya, OF_AGE) == [("self", True)]
        assert seen(anna, OF_AGE) == [("guardian", False)]
        assert queries.own_account_opened(secret, None, on=OF_AGE).step == "used"

    def test_an_account_with_the_invited_phone_needs_no_link(self) -> None:
        childs = policy(TEEN, ANNA)
        invite(account(ANNA), childs)
        mitya = account(TEEN, profile=False)
        save_profile(mitya, TEEN, at=MIDNIGHT)
        assert seen(mitya, OF_AGE) == [("self", True)]

    def test_an_account_made_before_the_birthday_gets_the_policy_on_the_day(self) -> None:
        childs = policy(TEEN, ANNA)
        invite(account(ANNA), childs, at=morning(date(2026, 6, 1)))
        mitya = account(TEEN)
        assert seen(mitya, OF_AGE) == []
        sweep(OF_AGE)
        assert seen(mitya, OF_AGE) == [("self", True)]

    def test_before_the_birthday_the_invited_is_told_the_day(self) -> None:
        childs = policy(TEEN, ANNA)
        secret = invite(account(ANNA), childs, at=morning(date(2026, 6, 1)))
        opened = queries.own_account_opened(secret, None, on=date(2026, 6, 19))
        assert (opened.step, opened.of_age_on) == ("not_yet", OF_AGE)
        mitya = account(TEEN)
        with pytest.raises(OwnAccountChangedError):
            accept(mitya, secret, at=MIDNIGHT - timedelta(seconds=1))
        assert accept(mitya, secret) == childs

    def test_the_link_serves_thirty_days_from_the_birthday_on(self) -> None:
        childs = policy(TEEN, ANNA)
        secret = invite(account(ANNA), childs, at=morning(date(2026, 6, 1)))
        assert queries.own_account_opened(secret, None, on=date(2026, 7, 19)).step == "sign_in"
        assert queries.own_account_opened(secret, None, on=date(2026, 7, 20)).step == "old"

    def test_somebody_elses_birth_date_is_refused_and_the_fifth_try_ends_the_link(self) -> None:
        childs = policy(TEEN, ANNA)
        secret = invite(account(ANNA), childs)
        boris = account(BORIS)
        for _try in range(5):
            with pytest.raises(OwnAccountRefusedError):
                accept(boris, secret)
        with pytest.raises(OwnAccountChangedError):
            accept(account(TEEN), secret)
        assert queries.own_account_opened(secret, None, on=OF_AGE).step == "locked"

    def test_a_later_link_ends_the_earlier_one(self) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        first, second = invite(anna, childs), invite(anna, childs, TEEN.email)
        with pytest.raises(NotFoundError):
            queries.own_account_opened(first, None, on=OF_AGE)
        assert accept(account(TEEN), second) == childs

    def test_three_links_a_day(self) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        for _time in range(3):
            invite(anna, childs)
        with pytest.raises(InvitationRestsError):
            invite(anna, childs, real_at=REAL + timedelta(hours=23))
        invite(anna, childs, real_at=REAL + timedelta(hours=24))

    @pytest.mark.parametrize("contact", [ANNA.phone, ANNA.email, "+79270000099"])
    def test_the_adults_own_contact_is_not_the_teenagers(self, contact: str) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        User.objects.filter(pk=anna.pk).update(phone="+79270000099")
        with pytest.raises(NotInsuredsContactError):
            invite(anna, childs, contact)

    def test_a_stranger_and_whoever_insured_themselves_invite_nobody(self) -> None:
        childs, own = policy(TEEN, ANNA), policy(ANNA)
        for user, policy_id in ((account(BORIS), childs), (account(ANNA), own)):
            with pytest.raises(NotFoundError):
                invite(user, policy_id)

    def test_once_the_account_is_open_the_mother_names_no_other_contact(self) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        accept(account(TEEN), invite(anna, childs))
        with pytest.raises(OwnAccountOpenError):
            invite(anna, childs, "+79270000066")
        commands.name_insured_contact(
            policy=queries.policy(childs), contact=read_contact("+79270000066"), by=BY, at=MIDNIGHT, real_at=REAL
        )
        assert queries.own_account_opened(secret_sent(), None, on=OF_AGE).step == "sign_in"

    def test_an_account_the_desk_has_parted_the_policy_from_does_not_get_it_by_the_link(self) -> None:
        childs = policy(TEEN, ANNA)
        mitya = account(TEEN)
        accept(mitya, invite(account(ANNA), childs))
        operator = User.objects.create_user(email="operator@demo.example", roles=["operator"])
        commands.unlink_at_desk(
            policy_id=childs,
            user_id=mitya.pk,
            reason=UnlinkReason.STAFF_MISTAKE,
            by=Actor.staff(operator.pk),
            at=MIDNIGHT,
        )
        commands.name_insured_contact(
            policy=queries.policy(childs), contact=read_contact(TEEN.email), by=BY, at=MIDNIGHT, real_at=REAL
        )
        with pytest.raises(OwnAccountRefusedError):
            accept(mitya, secret_sent())
        assert seen(mitya, OF_AGE) == []

    def test_not_before_the_month_of_the_birthday(self) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        with pytest.raises(TooEarlyToInviteError):
            invite(anna, childs, at=morning(date(2026, 5, 20)))
        invite(anna, childs, at=morning(date(2026, 5, 21)))

    def test_the_secret_is_kept_nowhere_and_the_message_names_nobody(self) -> None:
        childs = policy(TEEN, ANNA)
        secret = invite(account(ANNA), childs)
        assert secret not in str(InsuredInvitation.objects.values().get())
        message = Message.objects.get(topic="own_account")
        assert message.is_secret  # its text goes once it is sent
        assert not re.search("Дмитри|Серов|ONDL|здоров|врач", message.text)

    def test_this_years_and_the_next_contract_come_together(self) -> None:
        childs = policy(TEEN, ANNA)
        policy(TEEN, ANNA, starts_on=date(2027, 3, 10))
        mitya = account(TEEN, phone="+79270000066")
        accept(mitya, invite(account(ANNA), childs))
        assert seen(mitya, OF_AGE) == [("self", True), ("self", True)]

    def test_an_adult_whom_somebody_else_insured_is_invited_too(self) -> None:
        hers = policy(ANNA, BORIS)
        boris = account(BORIS)
        anna = account(ANNA)
        assert accept(anna, invite(boris, hers, "+79270000066", at=AT), at=AT) == hers
        assert seen(anna, AT.date()) == [("self", True)]
        assert seen(boris, AT.date()) == []
        assert queries.contract_for(boris.pk, hers, AT.date()).is_policyholder


@needs_database
class TestWithoutAnInvitation:
    """Number, birth date and a code: an adult's phone makes no teenager's account."""

    def begin(self, user: User) -> UUID:
        begun = commands.link_by_number(
            user_id=user.pk,
            number="ONDL-300000",
            born_on=TEEN.born_on,
            by=Actor.user(user.pk),
            at=MIDNIGHT,
            real_at=REAL,
        )
        commands.send_link_code(try_id=begun, by=Actor.user(user.pk))
        return begun

    def confirm(self, user: User, begun: UUID, code: str) -> UUID:
        return commands.confirm_link(
            user_id=user.pk, try_id=begun, code=code, by=Actor.user(user.pk), at=MIDNIGHT, real_at=REAL
        )

    def test_the_code_goes_to_the_contact_named_for_the_teenager(self) -> None:
        childs = policy(TEEN, ANNA)
        invite(account(ANNA), childs)
        mitya = account(TEEN, phone="+79270000066")
        begun = self.begin(mitya)
        [code] = Message.objects.filter(topic="code")
        assert code.to == TEEN.phone
        figures = re.search(r"\d{6}", code.text)
        assert figures
        assert self.confirm(mitya, begun, figures[0]) == childs

    def test_with_none_named_no_code_goes_to_the_mothers_phone(self) -> None:
        policy(TEEN, ANNA)
        account(ANNA)
        mitya = account(TEEN)
        begun = self.begin(mitya)
        assert not Message.objects.filter(topic="code").exists()
        with pytest.raises(LinkRefusedError):
            self.confirm(mitya, begun, "000000")

    def test_the_insurers_people_name_it_once_they_know_who_calls(self) -> None:
        childs = policy(TEEN, ANNA)
        account(ANNA)
        mitya = account(TEEN, profile=False)
        commands.name_insured_contact(
            policy=queries.policy(childs), contact=read_contact(TEEN.phone), by=BY, at=MIDNIGHT, real_at=REAL
        )
        save_profile(mitya, TEEN, at=MIDNIGHT)
        assert seen(mitya, OF_AGE) == [("self", True)]

    def test_a_second_account_of_the_mother_with_the_childs_birth_date_sees_nothing(self) -> None:
        policy(TEEN, ANNA)
        account(ANNA)
        disguised = account(
            Someone("Серов", "Дмитрий", TEEN.born_on, "male", "+79270000088"), email=ANNA.email, profile=False
        )
        save_profile(disguised, TEEN, at=MIDNIGHT)
        assert seen(disguised, OF_AGE) == []
        assert not PolicyLink.objects.filter(user=disguised).exists()

    def test_nor_does_she_by_following_the_teenagers_link_herself(self) -> None:
        childs = policy(TEEN, ANNA)
        anna = account(ANNA)
        secret = invite(anna, childs)
        with pytest.raises(DomainError):
            accept(anna, secret)
        save_profile(anna, TEEN, at=MIDNIGHT)
        with pytest.raises(OwnAccountRefusedError):
            accept(anna, secret)
        assert seen(anna, OF_AGE) == [("guardian", False)]
