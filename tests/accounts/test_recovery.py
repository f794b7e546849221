"""A lost phone, without pages: what is asked, what waits, what ends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts import commands, errors, tasks
from doctorlike.accounts.commands import recovering
from doctorlike.accounts.facts import ContactVerified
from doctorlike.accounts.models import Recovery, RecoveryTry, User
from doctorlike.accounts.rules import Contact, OldProof, Role
from doctorlike.accounts.rules.recovery import DELAY, RecoveryEvent, RecoveryState, may_recover, next_state
from doctorlike.audit import queries as audit
from doctorlike.kit import facts
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.tries import locked_until
from doctorlike.notifications.models import Message
from tests.accounts.builders import ANNA_PHONE, BORIS_PHONE, CONSOLE, NOW, anna, answer_recoveries, boris

pytestmark = pytest.mark.django_db
EMAIL = "anna@example.com"
NEW_PHONE = "+79120000077"
HOUR = timedelta(hours=1)


@pytest.fixture
def known() -> User:
    """Anna with a phone and an address."""
    user = anna()
    commands.save_contact(user_id=user.pk, contact=Contact("email", EMAIL), by=CONSOLE, at=NOW)
    user.refresh_from_db()
    return user


@pytest.fixture
def heard() -> Iterator[list[ContactVerified]]:
    before = facts.table()
    told: list[ContactVerified] = []
    facts.fill({**before, ContactVerified: (told.append,)})
    yield told
    facts.fill(before)


def ask(*, email: str = EMAIL, phone: str = NEW_PHONE, fits: bool = True, at: datetime = NOW) -> None:
    commands.ask_recovery(email=email, phone=phone, fits=fits, by=CONSOLE, at=at)
    answer_recoveries(at)


def complete(at: datetime = NOW + DELAY) -> int:
    return commands.complete_due_recoveries(by=CONSOLE, at=at)


def secret_in(message: Message) -> str:
    found = re.search(r"/recovery/cancel/([\w-]+)/", message.text)
    assert found, message.text
    return found[1]


def last_to(contact: str) -> Message:
    return Message.objects.filter(to=contact, topic="account").order_by("-created_at", "-id")[0]


class TestRules:
    @pytest.mark.parametrize(("state", "event"), list(product(RecoveryState, RecoveryEvent)))
    def test_what_has_ended_stays_as_it_ended(self, state: RecoveryState, event: RecoveryEvent) -> None:
        came_to = {
            RecoveryEvent.COMPLETE: RecoveryState.DONE,
            RecoveryEvent.CANCEL: RecoveryState.CANCELLED,
            RecoveryEvent.FAIL: RecoveryState.FAILED,
        }
        assert next_state(state, event) == (came_to[event] if state is RecoveryState.WAITING else None)

    @pytest.mark.parametrize(
        ("is_active", "at_work", "fits", "may"),
        [
            (True, False, True, True),
            (False, False, True, False),
            (True, True, True, False),
            (True, False, False, False),
        ],
    )
    def test_only_an_open_account_of_a_client_whose_answers_fit(
        self, is_active: bool, at_work: bool, fits: bool, may: bool
    ) -> None:
        assert may_recover(is_active=is_active, at_work=at_work, fits=fits) is may

    def test_the_fifth_wrong_try_locks_for_an_hour_and_no_longer(self) -> None:
        wrong = [NOW + timedelta(minutes=5 * number) for number in range(5)]
        assert locked_until(wrong_at=wrong[:4], at=wrong[3], most=5, lasts=HOUR) is None
        assert locked_until(wrong_at=wrong, at=wrong[4], most=5, lasts=HOUR) == wrong[4] + HOUR
        assert locked_until(wrong_at=wrong, at=wrong[4] + HOUR, most=5, lasts=HOUR) is None

    def test_five_wrong_tries_over_more_than_an_hour_lock_nothing(self) -> None:
        wrong = [NOW + timedelta(minutes=15 * number) for number in range(5)]
        assert locked_until(wrong_at=wrong, at=wrong[4], most=5, lasts=HOUR) is None


class TestAsking:
    def test_both_old_contacts_are_told_and_nothing_changes_yet(self, known: User) -> None:
        ask()
        assert "заменить телефон" in last_to(ANNA_PHONE).text
        assert secret_in(last_to(ANNA_PHONE)) == secret_in(last_to(EMAIL))
        assert NEW_PHONE not in last_to(ANNA_PHONE).text + last_to(EMAIL).text
        known.refresh_from_db()
        assert known.phone == ANNA_PHONE
        waiting = Recovery.objects.get()
        assert (waiting.phone, waiting.due_at) == (NEW_PHONE, NOW + DELAY)

    def test_asking_is_the_same_work_for_everybody_and_a_job_answers_once(self, known: User) -> None:
        asked = []
        for email, fits in ((EMAIL, True), (EMAIL, False), ("nobody@example.com", False)):
            with CaptureQueriesContext(connection) as queries:
                commands.ask_recovery(email=email, phone=NEW_PHONE, fits=fits, by=CONSOLE, at=NOW)
            asked.append([re.sub(r"\d+|'[^']*'", "", one["sql"])[:60] for one in queries])
        assert asked[0] == asked[1] == asked[2]
        assert not Message.objects.filter(topic="account").exists()
        answer_recoveries(NOW)
        told = Message.objects.count()
        for one in RecoveryTry.objects.all():
            assert one.asked_for is None
            recovering.answer_recovery(try_id=one.pk, by=CONSOLE, at=NOW)
        assert Message.objects.count() == told
        assert Recovery.objects.count() == 1

    def test_what_a_lost_job_left_is_answered_by_the_sweep(self, known: User) -> None:
        commands.ask_recovery(email=EMAIL, phone=NEW_PHONE, fits=True, by=CONSOLE, at=NOW)
        tasks.complete_due_recoveries(timestamp=0)
        assert Recovery.objects.get().state == RecoveryState.WAITING
        assert "заменить телефон" in last_to(EMAIL).text

    def test_an_account_closed_before_the_job_is_told_as_any_other(self, known: User) -> None:
        commands.ask_recovery(email=EMAIL, phone=NEW_PHONE, fits=True, by=CONSOLE, at=NOW)
        User.objects.update(is_active=False)
        answer_recoveries(NOW)
        assert "не нашёлся" in last_to(EMAIL).text
        assert not Recovery.objects.exists()

    def test_answers_that_do_not_fit_are_told_in_the_mailbox_alone(self, known: User) -> None:
        ask(fits=False)
        assert "не нашёлся" in last_to(EMAIL).text
        assert not Message.objects.filter(to=ANNA_PHONE).exists()
        assert not Recovery.objects.exists()

    def test_a_mailbox_without_an_account_costs_and_says_the_same_as_wrong_answers(self, known: User) -> None:
        with CaptureQueriesContext(connection) as with_account:
            ask(fits=False)
        with CaptureQueriesContext(connection) as without:
            ask(email="nobody@example.com", fits=False)
        assert len(with_account) == len(without)
        assert last_to("nobody@example.com").text == last_to(EMAIL).text

    def test_an_address_that_was_never_verified_recovers_nothing(self) -> None:
        User.objects.filter(pk=anna().pk).update(email=EMAIL)
        ask()
        assert not Recovery.objects.exists()

    def test_people_at_work_are_not_let_back_in_by_mail(self, known: User) -> None:
        User.objects.filter(pk=known.pk).update(roles=[Role.OPERATOR.value])
        ask()
        assert not Recovery.objects.exists()
        assert "не нашёлся" in last_to(EMAIL).text

    def test_a_phone_that_has_an_account_is_refused(self, known: User) -> None:
        boris()
        with pytest.raises(errors.ContactTakenError):
            ask(phone=BORIS_PHONE)

    def test_asking_again_takes_the_place_of_the_first(self, known: User) -> None:
        ask()
        ask(phone="+79120000078", at=NOW + HOUR)
        states = Recovery.objects.order_by("asked_at").values_list("state", flat=True)
        assert list(states) == [RecoveryState.CANCELLED, RecoveryState.WAITING]

    def test_the_database_lets_one_wait_for_an_account(self, known: User) -> None:
        ask()
        with pytest.raises(IntegrityError), transaction.atomic():
            Recovery.objects.create(
                user=known, phone=NEW_PHONE, cancel_digest="another", asked_at=NOW, due_at=NOW + DELAY
            )

    @pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
    def test_five_wrong_tries_lock_whether_or_not_there_is_an_account(self, known: User, email: str) -> None:
        for minute in range(5):
            ask(email=email, fits=False, at=NOW + timedelta(minutes=minute))
        with pytest.raises(errors.RecoveryLockedError) as refused:
            ask(email=email, at=NOW + timedelta(minutes=14))
        assert "ещё на 50 мин" in str(refused.value)
        assert "позвоните нам" in str(refused.value)
        ask(email=email, at=NOW + timedelta(minutes=64))

    def test_success_clears_the_count(self, known: User) -> None:
        for minute in range(4):
            ask(fits=False, at=NOW + timedelta(minutes=minute))
        ask(at=NOW + timedelta(minutes=4))
        ask(fits=False, at=NOW + timedelta(minutes=5))
        commands.refuse_locked_recovery(email=EMAIL, at=NOW + timedelta(minutes=6))

    def test_neither_phone_nor_address_is_readable(self, known: User) -> None:
        ask()
        with connection.cursor() as cursor:
            cursor.execute("select * from accounts_recovery")
            kept = str(cursor.fetchall())
        assert NEW_PHONE not in kept
        assert EMAIL not in str(RecoveryTry.objects.values().get())
        trail = audit.history(subject_type="recovery_try", subject_id=RecoveryTry.objects.get().pk)
        assert [(one.action, one.details) for one in trail] == [("recovery.asked", {"fits": True})]


class TestCancelling:
    def test_the_link_cancels_once_and_both_are_told(self, known: User) -> None:
        ask()
        secret = secret_in(last_to(ANNA_PHONE))
        commands.cancel_recovery(secret=secret, at=NOW + HOUR)
        assert "отменена" in last_to(EMAIL).text
        with pytest.raises(errors.RecoveryOverError):
            commands.cancel_recovery(secret=secret, at=NOW + HOUR)
        assert complete() == 0
        known.refresh_from_db()
        assert known.phone == ANNA_PHONE

    def test_an_invented_link_is_nothing(self, known: User) -> None:
        ask()
        with pytest.raises(NotFoundError):
            commands.cancel_recovery(secret="x" * 43, at=NOW)

    def test_whoever_comes_in_by_the_old_phone_has_not_lost_it(self, known: User) -> None:
        ask()
        commands.enter_account(contact=Contact("phone", ANNA_PHONE), by=CONSOLE, at=NOW + HOUR)
        assert Recovery.objects.get().state == RecoveryState.CANCELLED

    def test_coming_in_by_the_mailbox_cancels_nothing(self, known: User) -> None:
        ask()
        commands.enter_account(contact=Contact("email", EMAIL), by=CONSOLE, at=NOW + HOUR)
        assert Recovery.objects.get().state == RecoveryState.WAITING

    def test_a_phone_replaced_in_the_profile_meanwhile_cancels(self, known: User) -> None:
        ask()
        commands.save_contact(
            user_id=known.pk, contact=Contact("phone", "+79120000078"), old_proof=OldProof.CODE, by=CONSOLE, at=NOW
        )
        assert Recovery.objects.get().state == RecoveryState.CANCELLED


class TestCompleting:
    def test_not_a_second_sooner(self, known: User) -> None:
        ask()
        assert complete(NOW + DELAY - timedelta(seconds=1)) == 0
        assert complete() == 1
        assert complete() == 0

    def test_the_phone_is_replaced_second_proofs_and_sessions_go_everybody_is_told(
        self, known: User, heard: list[ContactVerified]
    ) -> None:
        for kind in ("totp", "webauthn", "recovery_codes"):
            Authenticator.objects.create(user=known, type=kind, data={})
        UserSession.objects.create(user=known, ip="203.0.113.7", user_agent="", session_key="s" * 32)
        ask()
        complete()
        known.refresh_from_db()
        assert (known.phone, known.phone_verified_at) == (NEW_PHONE, NOW + DELAY)
        assert not Authenticator.objects.filter(user=known).exists()
        assert not UserSession.objects.filter(user=known).exists()
        assert "Телефон вашего аккаунта сменили" in last_to(ANNA_PHONE).text
        assert "войдите" in last_to(NEW_PHONE).text
        assert "войдите" in last_to(EMAIL).text
        assert [one.user_id for one in heard] == [known.pk]
        actions = {one.action for one in audit.history(subject_type="user", subject_id=known.pk)}
        assert {"recovery.done", "session.ended"} <= actions

    def test_a_phone_that_found_another_account_meanwhile_is_not_taken_from_it(self, known: User) -> None:
        ask()
        commands.enter_account(contact=Contact("phone", NEW_PHONE), by=CONSOLE, at=NOW + HOUR)
        assert complete() == 1
        assert Recovery.objects.get().state == RecoveryState.FAILED
        known.refresh_from_db()
        assert known.phone == ANNA_PHONE
        assert "не получилось" in last_to(EMAIL).text

    def test_an_account_closed_meanwhile_stays_closed(self, known: User) -> None:
        ask()
        User.objects.filter(pk=known.pk).update(is_active=False)
        assert complete() == 1
        assert Recovery.objects.get().state == RecoveryState.FAILED

    def test_the_sweep_keeps_true_time(self, known: User) -> None:
        from doctorlike.accounts.tasks import complete_due_recoveries
        from doctorlike.kit import clock

        ask(at=clock.real_now())
        with clock.moved_to(clock.real_now() + timedelta(days=30)):
            complete_due_recoveries(timestamp=0)
        assert Recovery.objects.get().state == RecoveryState.WAITING
        Recovery.objects.update(due_at=datetime(2026, 1, 1, tzinfo=UTC), asked_at=datetime(2025, 12, 31, tzinfo=UTC))
        complete_due_recoveries(timestamp=0)
        assert Recovery.objects.get().state == RecoveryState.DONE

    def test_an_account_with_an_address_alone_gets_the_phone(self) -> None:
        commands.enter_account(contact=Contact("email", EMAIL), by=CONSOLE, at=NOW)
        user = User.objects.get()
        ask()
        complete()
        user.refresh_from_db()
        assert (user.phone, user.email) == (NEW_PHONE, EMAIL)
