"""From the first answer to issued policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from doctorlike.accounts import queries as people
from doctorlike.accounts.errors import WrongCodeError
from doctorlike.accounts.models import Consent
from doctorlike.audit.queries import history
from doctorlike.documents.queries import documents_of
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies.queries import policies_of_order
from doctorlike.products.errors import AgeNotSoldError, NotOnOfferError
from doctorlike.shop import commands, queries, tasks
from doctorlike.shop.errors import (
    ConsentMissingError,
    InsuredTwiceError,
    NobodyInsuredError,
    OrderChangedError,
    OrderClosedError,
    PolicyholderTooYoungError,
    StartDateError,
    TooManyInsuredError,
)
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Choice, OrderState, Policyholder, read_draft, write_draft
from tests.jobs import run_jobs
from tests.shop.builders import (
    ANNA,
    ANNA_BUYS_FOR_HERSELF,
    ANNA_BUYS_FOR_OTHERS,
    AT,
    BY,
    MITYA,
    REQUIRED,
    STARTS_ON,
    agreed_order,
    children,
    confirm,
    draft_order,
    new_token,
    paying_order,
    sent_code,
    settle,
    total_of,
)

pytestmark = pytest.mark.django_db


class TestDraft:
    def test_answers_are_kept_encrypted_and_found_by_the_secret_link_only(self) -> None:
        token = new_token()
        order_id = draft_order(token=token, others=(MITYA,))
        view = queries.order_by_token(token)
        assert view.id == order_id
        assert view.draft.insured == (ANNA, MITYA)
        assert read_draft(write_draft(view.draft)) == view.draft
        for wrong in (new_token(), token[:-1], "", str(order_id)):
            with pytest.raises(NotFoundError):
                queries.order_by_token(wrong)
        stored = Order.objects.extra(select={"raw": "answers::text"}).values_list("raw", flat=True).get()
        assert "Серова" not in stored
        assert token not in str(Order.objects.values().get())

    def test_the_same_token_is_the_same_order_and_takes_the_new_choice(self) -> None:
        token = new_token()
        first = draft_order(token=token)
        again = commands.start_order(token=token, choice=Choice("polyclinic_dental", "russia", 50), at=AT)
        assert again == first
        view = queries.order(first)
        assert view.choice == Choice("polyclinic_dental", "russia", 50)
        assert view.draft.policyholder == ANNA_BUYS_FOR_HERSELF

    @pytest.mark.parametrize(
        "choice",
        [Choice("maternity", "regions", 30), Choice("polyclinic", "mars", 30), Choice("polyclinic", "regions", 1)],
    )
    def test_a_variant_that_is_not_sold_begins_nothing(self, choice: Choice) -> None:
        with pytest.raises(NotOnOfferError):
            draft_order(choice=choice)
        assert not Order.objects.exists()

    @pytest.mark.parametrize("starts_on", [AT.date(), AT.date() + timedelta(days=61)])
    def test_a_policy_starts_from_tomorrow_to_sixty_days_ahead(self, starts_on: date) -> None:
        order_id = draft_order()
        with pytest.raises(StartDateError):
            commands.save_policyholder(
                order_id=order_id, policyholder=ANNA_BUYS_FOR_HERSELF, starts_on=starts_on, by=BY, at=AT
            )

    def test_a_policyholder_is_an_adult(self) -> None:
        teenager = Policyholder(replace(ANNA, born_on=date(2008, 3, 2)), "+79270000012", "a@mail.example", False)
        with pytest.raises(PolicyholderTooYoungError):
            draft_order(policyholder=teenager)

    def test_somebody_too_old_for_the_tariff_is_refused_with_the_ages(self) -> None:
        with pytest.raises(AgeNotSoldError):
            draft_order(others=(replace(MITYA, born_on=date(1930, 1, 1)),))

    def test_one_person_cannot_be_insured_twice(self) -> None:
        with pytest.raises(InsuredTwiceError):
            draft_order(others=(MITYA, MITYA))
        with pytest.raises(InsuredTwiceError):
            draft_order(others=(ANNA,))

    def test_up_to_ten_people_in_one_order(self) -> None:
        family = children("АБВГДЕЖЗИКЛ")
        order_id = draft_order(others=family[:9])
        assert len(queries.order(order_id).draft.insured) == 10
        with pytest.raises(TooManyInsuredError):
            commands.save_insured(order_id=order_id, index=9, person=family[9], by=BY, at=AT)

    def test_somebody_is_corrected_and_taken_off(self) -> None:
        order_id = draft_order(others=(MITYA,))
        older = replace(MITYA, born_on=date(2014, 3, 20))
        commands.save_insured(order_id=order_id, index=0, person=older, by=BY, at=AT)
        assert queries.order(order_id).draft.others == (older,)
        for _ in range(2):
            commands.remove_insured(order_id=order_id, index=0, by=BY, at=AT)
        assert queries.order(order_id).draft.others == ()


class TestConfirming:
    def test_a_code_agrees_on_people_and_price(self) -> None:
        order_id = draft_order(others=(MITYA,))
        confirm(order_id)
        view = queries.order(order_id)
        assert view.state is OrderState.CONFIRMED
        assert view.premium == total_of(order_id) == Money.of("9500.00") + Money.of("8710.00")

    def test_a_wrong_code_confirms_nothing(self) -> None:
        order_id = draft_order()
        commands.send_order_code(order_id=order_id, channel="email", by=BY, at=AT, real_at=AT)
        assert Message.objects.get().to == "anna@mail.example"
        with pytest.raises(WrongCodeError):
            commands.confirm_order(
                order_id=order_id,
                code=f"{(int(sent_code()) + 1) % 10**6:06d}",
                consents=REQUIRED,
                seen_edition=queries.order(order_id).edition,
                seen_total=total_of(order_id),
                ip_address=None,
                by=BY,
                at=AT,
                real_at=AT,
            )
        assert queries.order(order_id).state is OrderState.DRAFT

    @pytest.mark.parametrize(("edition", "total"), [(0, "9500.00"), (None, "1.00")])
    def test_an_old_page_or_a_tampered_price_confirms_nothing(self, edition: int | None, total: str) -> None:
        order_id = draft_order()
        commands.send_order_code(order_id=order_id, channel="phone", by=BY, at=AT, real_at=AT)
        with pytest.raises(OrderChangedError):
            commands.confirm_order(
                order_id=order_id,
                code=sent_code(),
                consents=REQUIRED,
                seen_edition=queries.order(order_id).edition if edition is None else edition,
                seen_total=Money.of(total),
                ip_address=None,
                by=BY,
                at=AT,
                real_at=AT,
            )
        confirm_again = queries.order(order_id)
        assert confirm_again.state is OrderState.DRAFT

    def test_nobody_is_asked_for_a_code_before_everything_is_answered(self) -> None:
        order_id = draft_order(policyholder=ANNA_BUYS_FOR_OTHERS)
        with pytest.raises(NobodyInsuredError):
            commands.send_order_code(order_id=order_id, channel="phone", by=BY, at=AT, real_at=AT)
        assert not Message.objects.exists()

    def test_a_change_after_the_code_asks_for_a_new_one(self) -> None:
        order_id = agreed_order()
        commands.save_insured(order_id=order_id, index=0, person=MITYA, by=BY, at=AT)
        view = queries.order(order_id)
        assert (view.state, view.premium, view.consented) == (OrderState.DRAFT, None, False)

    def test_consents_are_recorded_each_with_its_text_and_advertising_only_when_given(self) -> None:
        agreed_order()
        assert sorted(Consent.objects.values_list("purpose", flat=True)) == sorted(REQUIRED)
        assert len(set(Consent.objects.values_list("text_sha256", flat=True))) == 3
        assert len(set(Consent.objects.values_list("code_id", flat=True)) - {None}) == 1

    def test_a_missing_consent_is_named_and_uses_up_no_code(self) -> None:
        order_id = draft_order()
        with pytest.raises(ConsentMissingError) as refusal:
            confirm(order_id, consents=("contract_terms", "advertising"))
        assert refusal.value.facts["purposes"] == ["personal_data", "health_data"]
        assert not Consent.objects.exists()
        assert queries.order(order_id).state is OrderState.DRAFT
        confirm(order_id, code=sent_code())
        assert queries.order(order_id).state is OrderState.CONFIRMED


class TestSettling:
    def test_a_paid_order_issues_a_policy_for_each_insured(self) -> None:
        order_id = paying_order(others=(MITYA,))
        settle(order_id)
        issued = policies_of_order(order_id)
        assert [view.insured.given_name for view in issued] == ["Анна", "Дмитрий"]
        assert {view.policyholder.given_name for view in issued} == {"Анна"}
        assert [view.premium for view in issued] == [Money.of("9500.00"), Money.of("8710.00")]
        assert people.identity_of(issued[1].insured.id)["series"] == "IV-ЕР"
        assert issued[0].insured.id == issued[0].policyholder.id == issued[1].policyholder.id
        assert {view.period.starts_on for view in issued} == {STARTS_ON}
        order = queries.order(order_id)
        assert (order.state, order.draft.policyholder) == (OrderState.ISSUED, None)
        assert [deed.action for deed in history(subject_type="order", subject_id=order_id)][:1] == ["order.issued"]

    def test_the_news_told_twice_issues_once(self) -> None:
        order_id = paying_order()
        settle(order_id)
        settle(order_id)
        assert len(policies_of_order(order_id)) == 1

    def test_a_declined_order_can_be_changed_or_paid_again(self) -> None:
        order_id = paying_order()
        settle(order_id, succeeded=False)
        settle(order_id, succeeded=False)
        assert queries.order(order_id).state is OrderState.DECLINED
        assert queries.order(order_id).may_change
        assert policies_of_order(order_id) == []

    def test_a_payment_for_something_else_is_none_of_the_shops(self) -> None:
        order_id = paying_order()
        settle(order_id, purpose="donation")
        assert queries.order(order_id).state is OrderState.PAYING

    def test_money_out_of_turn_is_noted_for_a_person_and_issues_nothing(self) -> None:
        order_id = draft_order()
        settle(order_id)
        assert queries.order(order_id).state is OrderState.DRAFT
        assert "order.payment_out_of_turn" in [
            deed.action for deed in history(subject_type="order", subject_id=order_id)
        ]

    def test_a_payment_that_settles_late_moves_the_start_and_keeps_the_price(self) -> None:
        order_id = paying_order()
        settle(order_id, at=AT + timedelta(days=20))
        (view,) = policies_of_order(order_id)
        assert view.period.starts_on == AT.date() + timedelta(days=21)
        assert view.premium == Money.of("9500.00")

    def test_the_database_refuses_an_issued_order_without_its_instant(self) -> None:
        order_id = paying_order()
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(pk=order_id).update(state=OrderState.ISSUED)

    def test_what_is_closed_stays_closed(self) -> None:
        order_id = paying_order()
        closed: list[tuple[Any, dict[str, Any]]] = [
            (commands.save_insured, {"index": 0, "person": MITYA, "at": AT}),
            (commands.send_order_code, {"channel": "phone", "at": AT, "real_at": AT}),
        ]
        for command, arguments in closed:
            with pytest.raises(OrderClosedError):
                command(order_id=order_id, by=BY, **arguments)

    def test_an_order_without_consents_is_not_paid(self) -> None:
        order_id = agreed_order()
        Order.objects.filter(pk=order_id).update(consented_at=None, consented_by="")
        with pytest.raises(ConsentMissingError):
            commands.pay_order(order_id=order_id, return_url="http://localhost/", by=BY, at=AT)
        assert queries.order(order_id).state is OrderState.CONFIRMED

    def test_a_start_date_that_has_passed_is_not_paid(self) -> None:
        order_id = agreed_order()
        with pytest.raises(StartDateError):
            commands.pay_order(order_id=order_id, return_url="http://localhost/", by=BY, at=AT + timedelta(days=15))


class TestDocuments:
    def test_the_job_makes_signed_documents_and_sends_one_mail(self) -> None:
        order_id = paying_order(others=(MITYA,))
        settle(order_id)
        Message.objects.all().delete()
        commands.send_documents(order_id=order_id, by=BY, at=AT)
        commands.send_documents(order_id=order_id, by=BY, at=AT)
        mail = Message.objects.get()
        assert mail.to == "anna@mail.example"
        names = [one["name"] for one in mail.attachments]
        assert names[0] == "Полис ONDL-300000.pdf"
        assert len(names) == 5  # the conditions are the same file for both
        for view in policies_of_order(order_id):
            assert {card.kind for card in documents_of("policy", view.id)} == {"policy", "terms", "memo"}

    def test_the_job_is_enqueued_with_the_policies_and_a_lost_one_is_found(self) -> None:
        order_id = paying_order()
        settle(order_id)
        assert commands.undelivered_orders(AT + timedelta(minutes=9)) == []
        assert commands.undelivered_orders(AT + timedelta(minutes=11)) == [order_id]
        commands.send_documents(order_id=order_id, by=BY, at=AT)
        assert commands.undelivered_orders(AT + timedelta(minutes=11)) == []

    def test_an_order_that_is_not_issued_sends_nothing(self) -> None:
        order_id = paying_order()
        Message.objects.all().delete()
        commands.send_documents(order_id=order_id, by=BY, at=AT)
        assert not Message.objects.exists()


class TestForgetting:
    def test_answers_of_an_order_given_up_are_forgotten_after_thirty_days(self) -> None:
        token = new_token()
        order_id = draft_order(token=token)
        assert commands.expire_orders(by=BY, at=AT + timedelta(days=30)) == 0
        assert commands.expire_orders(by=BY, at=AT + timedelta(days=30, seconds=1)) == 1
        assert Order.objects.get(pk=order_id).answers == {}
        with pytest.raises(NotFoundError):
            queries.order_by_token(token)

    def test_an_order_whose_money_may_be_on_its_way_is_not_forgotten(self) -> None:
        paying_order()
        assert commands.expire_orders(by=BY, at=AT + timedelta(days=90)) == 0


def test_the_refusals_of_the_shop_have_words_and_codes() -> None:
    for refusal in (OrderClosedError, OrderChangedError, NobodyInsuredError, InsuredTwiceError):
        assert issubclass(refusal, DomainError)
        assert str(refusal()).endswith(".")


def test_documents_are_sent_by_the_job_that_issuing_enqueued() -> None:
    order_id = paying_order()
    settle(order_id)
    run_jobs()
    assert Message.objects.filter(topic="order", subject_id=str(order_id)).count() == 1


def test_the_sweep_delivers_what_a_lost_job_left() -> None:
    order_id = paying_order()
    settle(order_id)
    with clock.moved_to(AT + timedelta(minutes=11)):
        tasks.deliver_late_documents(timestamp=0)
        run_jobs()
    assert Message.objects.filter(topic="order", subject_id=str(order_id)).count() == 1


def test_the_nightly_sweep_forgets_orders_given_up() -> None:
    order_id = draft_order()
    with clock.moved_to(AT + timedelta(days=31)):
        tasks.forget_given_up_orders(timestamp=0)
    assert Order.objects.get(pk=order_id).state == OrderState.EXPIRED


def test_the_morning_sweep_tells_whose_draft_is_about_to_go() -> None:
    order_id = draft_order()
    commands.send_resume_link(
        order_id=order_id, email="anna@mail.example", link="http://shop.example/", by=BY, at=AT, real_at=AT
    )
    with clock.moved_to(AT + timedelta(days=28)):
        tasks.tell_expiring_drafts(timestamp=0)
    assert Message.objects.filter(topic="draft").count() == 2
