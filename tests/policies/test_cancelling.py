"""A contract ended early: the money asked back, the visits that go with it, two at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from doctorlike.accounts.models import User
from doctorlike.audit import queries as trail
from doctorlike.documents import queries as documents
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.errors import SamePersonError
from doctorlike.payments.models import Refund
from doctorlike.policies import commands, queries
from doctorlike.policies.errors import CancelledAlreadyError, PolicyOverError, RefundChangedError
from doctorlike.policies.models import Cancellation, Policy
from doctorlike.policies.rules import Standing
from doctorlike.policies.tasks import tell_late_cancellations
from tests.copay import stage
from tests.jobs import run_jobs
from tests.payments.told import BACK
from tests.policies.builders import ANNA, BORIS, BY, MITYA, account, policy
from tests.sandbox_process import outside, sandbox_running  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

CONCLUDED_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY_BEFORE_START = datetime(2026, 3, 9, 9, tzinfo=UTC)
PREMIUM = Money.of("9500.00")


def paid_order(outside: Any, amount: str) -> UUID:  # noqa: F811 - the fixture
    """An order's payment of that sum, debited; no order of the shop behind it."""
    order_id = new_id()
    opened = payments.open_payment(
        purpose="order",
        subject_id=order_id,
        amount=Money.of(amount),
        description="Страховая премия",
        return_url=BACK,
        email=ANNA.email,
        receipt_item="Страховая премия",
        by=BY,
        at=CONCLUDED_AT,
    )
    outside.give_card(paid.payment(opened.payment_id).acquirer_id)
    return order_id


def settled(order_id: UUID) -> None:
    """The acquirer's answer is taken in without the shop: the order is this test's own."""
    from tests.payments.told import listening

    payment = paid.payment_for("order", order_id)
    assert payment is not None
    with listening():
        payments.refresh_payment(payment_id=payment.id, at=CONCLUDED_AT)


@pytest.fixture
def annas(outside: Any) -> UUID:  # noqa: F811 - the fixture
    """Anna's policy from 10 March 2026, paid by card."""
    order_id = paid_order(outside, "9500.00")
    settled(order_id)
    return policy(ANNA, order_id=order_id)


def end(
    policy_id: UUID, refund: str, *, at: datetime = DAY_BEFORE_START, by: Actor | None = None, **wishes: Any
) -> None:
    told = {"insured_event": False, **wishes}
    commands.cancel_policy(policy_id=policy_id, seen_refund=Money.of(refund), by=by or anna_herself(), at=at, **told)


def anna_herself() -> Actor:
    user = User.objects.filter(phone=ANNA.phone).first() or account(ANNA, email=ANNA.email)
    return Actor.user(user.pk)


def colleague(email: str) -> Actor:
    return Actor.staff(User.objects.create_user(email=email, roles=["finance"]).pk)


def test_from_the_next_day_it_covers_nothing_and_the_money_is_asked_back(annas: UUID) -> None:
    end(annas, "9500.00")
    ended = queries.policy(annas)
    assert ended.cancelled_on == date(2026, 3, 10)
    assert ended.last_day == date(2026, 3, 9)
    assert ended.standing(date(2026, 3, 10)) is Standing.CANCELLED
    refund = Refund.objects.get()
    assert (refund.amount, refund.why, refund.state) == (PREMIUM, "contract_ended", "asked")
    deeds = [one.action for one in trail.history(subject_type="policy", subject_id=annas, limit=5)]
    assert "policy.cancelled" in deeds


def test_somebody_at_work_agrees_and_it_comes_to_the_card_that_paid(annas: UUID) -> None:
    end(annas, "9500.00")
    refund = Refund.objects.get()
    payments.approve_refund(refund_id=refund.pk, by=colleague("finance@example.org"), at=DAY_BEFORE_START)
    run_jobs()
    cancellation = queries.cancellation_of(annas)
    assert cancellation is not None
    assert cancellation.refund is not None
    assert cancellation.refund.state == "succeeded"


def test_nobody_agrees_to_an_own_request(annas: UUID) -> None:
    olga = colleague("olga@example.org")
    end(annas, "9500.00", by=olga, asked_how="phone")
    with pytest.raises(SamePersonError):
        payments.approve_refund(refund_id=Refund.objects.get().pk, by=olga, at=DAY_BEFORE_START)


def test_a_client_at_work_here_does_not_agree_to_an_own_request(annas: UUID) -> None:
    herself = anna_herself()
    User.objects.filter(pk=herself.ref).update(roles=["finance"])
    end(annas, "9500.00")
    with pytest.raises(SamePersonError):
        payments.approve_refund(
            refund_id=Refund.objects.get().pk, by=Actor.staff(UUID(herself.ref)), at=DAY_BEFORE_START
        )


def test_of_an_order_of_two_only_this_policys_part_comes_back(outside: Any) -> None:  # noqa: F811 - the fixture
    order_id = paid_order(outside, "19000.00")
    settled(order_id)
    own, childs = policy(ANNA, order_id=order_id), policy(MITYA, ANNA, order_id=order_id)
    end(childs, "9500.00")
    assert [one.amount for one in Refund.objects.all()] == [PREMIUM]
    assert queries.policy(own).cancelled_on is None


def test_never_more_than_is_left_of_the_payment(annas: UUID) -> None:
    payment, left = queries.payment_left(queries.policy(annas))
    assert payment is not None
    assert left == PREMIUM
    payments.request_refund(
        payment_id=payment.id,
        amount=Money.of("9000.00"),
        why=payments_reason(),
        by=colleague("olga@example.org"),
        at=CONCLUDED_AT,
    )
    end(annas, "9500.00")
    assert sorted(str(one.amount) for one in Refund.objects.all()) == ["500.00", "9000.00"]
    assert Cancellation.objects.get().due == PREMIUM


def payments_reason() -> Any:
    from doctorlike.payments.rules import RefundReason

    return RefundReason.PAID_TWICE


def test_a_policy_nobody_paid_for_by_card_is_ended_without_a_card_refund() -> None:
    own = policy(ANNA)
    end(own, "9500.00")
    cancellation = queries.cancellation_of(own)
    assert cancellation is not None
    assert (cancellation.due, cancellation.refund) == (PREMIUM, None)


@pytest.mark.parametrize(
    ("moscow", "refund"), [("2026-03-15T23:59:00+03:00", "9343.84"), ("2026-03-16T00:00:00+03:00", "0.00")]
)
def test_the_fourteenth_day_after_the_conclusion_is_the_last(annas: UUID, moscow: str, refund: str) -> None:
    end(annas, refund, at=datetime.fromisoformat(moscow))
    assert str(Cancellation.objects.get().due) == refund
    assert Refund.objects.count() == (refund != "0.00")


def test_a_sum_that_the_page_did_not_promise_is_refused(annas: UUID) -> None:
    with pytest.raises(RefundChangedError):
        end(annas, "9999.99")
    with pytest.raises(RefundChangedError):
        end(annas, "9500.00", insured_event=True)
    assert queries.policy(annas).cancelled_on is None


def test_it_is_ended_once(annas: UUID) -> None:
    end(annas, "9500.00")
    with pytest.raises(CancelledAlreadyError):
        end(annas, "9500.00")
    assert Refund.objects.count() == 1


def test_what_is_over_is_not_ended() -> None:
    with pytest.raises(PolicyOverError):
        end(policy(ANNA), "0.00", at=datetime(2027, 3, 10, 9, tzinfo=UTC))


def test_the_client_is_told_once_with_a_signed_notice(annas: UUID) -> None:
    end(annas, "9500.00")
    run_jobs()
    letter = Message.objects.get(topic="cancellation")
    (notice,) = [one for one in documents.documents_of("policy", annas) if one.kind == "cancellation"]
    assert letter.to == ANNA.email
    assert [one["storage_key"] for one in letter.attachments] == [notice.storage_key]
    assert "9 500,00" in letter.text.replace("\u00a0", " ")
    commands.send_cancellation_notice(policy_id=annas, by=BY, at=DAY_BEFORE_START)
    assert Message.objects.filter(topic="cancellation").count() == 1
    assert len(documents.revisions_of("policy", annas)) == 1


def test_a_notice_whose_job_was_lost_is_sent_later(annas: UUID) -> None:
    end(annas, "9500.00")
    assert commands.untold_cancellations(DAY_BEFORE_START + timedelta(minutes=5)) == []
    assert commands.untold_cancellations(DAY_BEFORE_START + timedelta(minutes=11)) == [annas]
    run_jobs()
    tell_late_cancellations(0)
    assert commands.untold_cancellations(DAY_BEFORE_START + timedelta(days=1)) == []


class TestCode:
    def test_the_policyholder_confirms_with_a_code(self, annas: UUID) -> None:
        user = account(ANNA, email=ANNA.email)
        self.sent(user, annas)
        self.confirmed(user, annas, code_in_the_mail())
        assert queries.policy(annas).cancelled_on == date(2026, 3, 10)

    def test_a_wrong_code_ends_nothing(self, annas: UUID) -> None:
        user = account(ANNA, email=ANNA.email)
        self.sent(user, annas)
        wrong = "000000" if code_in_the_mail() != "000000" else "111111"
        with pytest.raises(DomainError):
            self.confirmed(user, annas, wrong)
        assert queries.policy(annas).cancelled_on is None

    def test_a_stranger_gets_no_code_and_ends_nothing(self, annas: UUID) -> None:
        boris = account(BORIS, email=BORIS.email)
        with pytest.raises(NotFoundError):
            self.sent(boris, annas)
        with pytest.raises(NotFoundError):
            self.confirmed(boris, annas, "123456")

    def test_the_insured_who_did_not_pay_does_not_end_it(self) -> None:
        anna, boris = account(ANNA), account(BORIS, email=BORIS.email)
        bought = policy(ANNA, BORIS)
        with pytest.raises(NotFoundError):
            self.sent(anna, bought)
        self.sent(boris, bought)

    def sent(self, user: User, policy_id: UUID) -> None:
        commands.send_cancellation_code(
            user_id=user.pk,
            policy_id=policy_id,
            channel="phone",
            by=Actor.user(user.pk),
            at=DAY_BEFORE_START,
            real_at=DAY_BEFORE_START,
        )

    def confirmed(self, user: User, policy_id: UUID, code: str) -> None:
        commands.cancel_own_policy(
            user_id=user.pk,
            policy_id=policy_id,
            code=code,
            insured_event=False,
            seen_refund=PREMIUM,
            by=Actor.user(user.pk),
            at=DAY_BEFORE_START,
            real_at=DAY_BEFORE_START,
        )


def code_in_the_mail() -> str:
    from tests.shop.builders import sent_code

    return sent_code()


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed gave or was refused with; all start together, each on a connection of its own."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return deed()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_cancellations_end_it_once_and_ask_once(self, annas: UUID) -> None:
        by = anna_herself()
        told = at_once(*[lambda: end(annas, "9500.00", by=by)] * 6)
        assert sum(one is None for one in told) == 1
        assert sum(isinstance(one, CancelledAlreadyError) for one in told) == 5
        assert Refund.objects.count() == 1

    def test_two_policies_of_one_order_ended_at_once_never_ask_for_more_than_was_paid(
        self,
        outside: Any,  # noqa: F811 - the fixture
    ) -> None:
        order_id = paid_order(outside, "19000.00")
        settled(order_id)
        both = [policy(ANNA, order_id=order_id), policy(MITYA, ANNA, order_id=order_id)]
        by = anna_herself()
        told = at_once(*(lambda one=one: end(one, "9500.00", by=by) for one in both))
        assert told == [None, None]
        assert Money.total(one.amount for one in Refund.objects.all()) == Money.of("19000.00")

    def test_a_charge_that_is_due_is_debited_once_beside_the_cancellation(
        self,
        outside: Any,  # noqa: F811 - the fixture
    ) -> None:
        own = stage.annas_policy()
        user = stage.annas_account()
        stage.enrol(outside, user, own)
        charge = stage.visit(own)
        due = date(2026, 4, 15)
        told = at_once(
            lambda: end(own, "0.00", at=stage.moment(due), by=Actor.user(user.pk), insured_event=True),
            lambda: stage.run(due),
            lambda: stage.run(due),
        )
        assert not any(isinstance(one, DomainError) for one in told)
        assert stage.state(charge) == "paid"
        assert stage.debits(outside, charge) == 1
        assert Policy.objects.get(pk=own).cancelled_on == date(2026, 4, 16)

    def test_what_was_rendered_stays_payable_after_the_end(self, outside: Any) -> None:  # noqa: F811 - the fixture
        own = stage.annas_policy()
        user = stage.annas_account()
        stage.enrol(outside, user, own)
        charge = stage.visit(own)
        end(own, "0.00", at=stage.moment(date(2026, 3, 25)), by=Actor.user(user.pk), insured_event=True)
        stage.run(date(2026, 4, 15))
        assert stage.state(charge) == "paid"
