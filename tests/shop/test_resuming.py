"""An order is left and gone on with; terms that changed meanwhile are told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from doctorlike.accounts.models import Consent
from doctorlike.audit.queries import history
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.products import commands as products
from doctorlike.products.rules import Terms
from doctorlike.shop import commands, queries
from doctorlike.shop.errors import OrderChangedError, TooManyLettersError
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Choice, OrderState
from tests.shop.builders import (
    ANNA,
    ANNA_BUYS_FOR_HERSELF,
    AT,
    BY,
    CHOICE,
    agreed_order,
    draft_order,
    new_token,
    paying_order,
    settle,
)
from tests.shop.typed import ANNA_TYPED, MITYA_TYPED, shown, to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


@pytest.fixture
def token() -> str:
    products.seed_demo_product(by=BY, at=AT)
    token = new_token()
    commands.start_order(token=token, choice=CHOICE, at=AT)
    return token


class TestWhatWasTyped:
    def test_a_page_left_with_errors_shows_the_same_answers_to_another_browser(
        self, client: Client, token: str
    ) -> None:
        half = {"surname": "Серова", "born_on": "14.05.19", "is_insured": "on", "sex": "female"}
        shown(client.post(to("policyholder", token), half))
        page = shown(Client().get(to("policyholder", token)))
        assert 'value="Серова"' in page
        assert 'value="14.05.19"' in page
        assert re.search(r'name="sex" value="female"[^>]* checked', page)
        # Ticked and unticked boxes alike stand as they were left.
        assert re.search(r'name="is_insured"[^>]* checked', page)
        assert not re.search(r'name="same_address"[^>]* checked', page)

    def test_finish_later_keeps_the_page_without_a_word_about_errors(self, client: Client, token: str) -> None:
        answer = client.post(to("policyholder", token), {"surname": "Серова", "later": "1"})
        assert answer["Location"] == to("later", token)
        assert "до 31 марта 2026" in shown(client.get(to("later", token)))
        assert client.get(to("resume", token))["Location"] == to("policyholder", token)
        assert 'value="Серова"' in shown(client.get(to("policyholder", token)))

    def test_accepted_answers_take_the_place_of_what_was_typed(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), {"surname": "Serova"})
        client.post(to("policyholder", token), ANNA_TYPED)
        assert queries.order_by_token(token).draft.unfinished == {}
        assert client.get(to("resume", token))["Location"] == to("check", token)

    def test_an_unfinished_child_is_gone_on_with(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        shown(client.post(to("insured", token, 1), {**MITYA_TYPED, "number": ""}))
        assert client.get(to("resume", token))["Location"] == to("insured", token, 1)
        assert 'value="Дмитрий"' in shown(client.get(to("insured", token, 1)))
        assert queries.order_by_token(token).draft.others == ()

    def test_what_is_typed_after_the_code_changes_nothing_that_was_agreed(self, client: Client) -> None:
        token = new_token()
        order_id = agreed_order(token=token)
        shown(client.post(to("policyholder", token), {**ANNA_TYPED, "number": "1"}))
        order = queries.order(order_id)
        assert (order.state, order.consented, order.draft.insured) == (OrderState.CONFIRMED, True, (ANNA,))

    def test_nothing_is_kept_for_an_order_that_is_closed(self) -> None:
        order_id = paying_order()
        kept = commands.keep_unfinished(order_id=order_id, page="policyholder", typed={"surname": "Б"}, by=BY, at=AT)
        assert not kept
        assert queries.order(order_id).draft.unfinished == {}


class TestLink:
    def ask(self, client: Client, token: str, email: str = "Anna@Mail.example") -> str:
        return shown(client.post(to("later", token), {"email": email}, follow=True))

    def test_the_link_comes_by_mail_and_leads_back(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), {"email": "anna@mail.example", "later": "1"})
        assert 'value="anna@mail.example"' in shown(client.get(to("later", token)))
        assert "Письмо со ссылкой отправлено" in self.ask(client, token)
        mail = Message.objects.get(topic="draft")
        assert (mail.to, mail.is_secret) == ("anna@mail.example", True)
        assert "31 марта 2026" in mail.text
        assert token not in mail.subject
        found = re.search(r"https?://[^/]+(/order/\S+)", mail.text)
        assert found
        assert Client().get(found[1])["Location"] == to("policyholder", token)

    def test_the_link_is_stored_where_only_the_application_reads_it(self, client: Client, token: str) -> None:
        self.ask(client, token)
        stored = Order.objects.extra(select={"raw": "resume::text"}).values_list("raw", flat=True).get()
        assert token not in stored

    def test_a_double_click_sends_one_letter_and_a_fourth_in_a_day_none(self, token: str) -> None:
        order_id = queries.order_by_token(token).id

        def ask(minutes: int, email: str = "anna@mail.example") -> None:
            at = AT + timedelta(minutes=minutes)
            commands.send_resume_link(
                order_id=order_id, email=email, link="http://shop.example/", by=BY, at=at, real_at=at
            )

        for minutes in (0, 0, 2, 4):
            ask(minutes)
        assert Message.objects.filter(topic="draft").count() == 3
        with pytest.raises(TooManyLettersError):
            ask(6, "boris@mail.example")
        ask(24 * 60 + 1)

    def test_an_address_that_is_none_is_refused_at_the_field(self, client: Client, token: str) -> None:
        assert "адрес почты целиком" in self.ask(client, token, "anna@")
        assert not Message.objects.exists()


class TestForgetting:
    @pytest.fixture
    def asked(self, client: Client, token: str) -> str:
        client.post(to("later", token), {"email": "anna@mail.example"})
        Message.objects.all().delete()
        return token

    def sweep(self, days: int) -> list[str]:
        at = AT + timedelta(days=days, minutes=1)
        commands.tell_expiring_drafts(by=BY, at=at)
        commands.expire_orders(by=BY, at=at)
        return list(Message.objects.filter(topic="draft").values_list("subject", flat=True))

    def test_who_asked_for_the_link_is_told_once_three_days_before(self, asked: str) -> None:
        assert self.sweep(26) == []
        assert self.sweep(27) == ["Доктор Лайк: черновик заявки скоро удалится"]
        assert len(self.sweep(28)) == 1
        mail = Message.objects.get(topic="draft")
        assert asked in mail.text
        assert "31 марта 2026" in mail.text

    def test_a_change_counts_the_days_anew_and_is_told_anew(self, client: Client, asked: str) -> None:
        self.sweep(27)
        order = Order.objects.get()
        at = AT + timedelta(days=28)
        commands.keep_unfinished(order_id=order.pk, page="policyholder", typed={"surname": "Б"}, by=BY, at=at)
        assert len(self.sweep(54)) == 1
        assert len(self.sweep(55)) == 2

    def test_who_did_not_ask_is_written_to_never(self, token: str) -> None:
        assert self.sweep(29) == []

    def test_a_forgotten_order_says_so_and_keeps_neither_answers_nor_link(self, client: Client, asked: str) -> None:
        self.sweep(31)
        order = Order.objects.get()
        assert (order.state, order.answers, order.resume) == (OrderState.EXPIRED, {}, None)
        for name in ("resume", "policyholder", "check", "pay", "result"):
            page = shown(client.get(to(name, asked)), status=410)
            assert "Черновик удалён" in page
            assert "Начать заново" in page

    def test_an_issued_order_keeps_neither(self) -> None:
        order_id = paying_order()
        settle(order_id)
        order = Order.objects.get(pk=order_id)
        assert (order.answers, order.resume) == ({}, None)


def publish(change: str, order_id: object) -> None:
    """Another version, on sale from the day of `AT`: dearer, or without the programme that was chosen."""
    terms: Terms = queries.order(order_id).terms  # type: ignore[arg-type]  # any id of a test
    if change == "dearer":
        base = {
            scope: {code: price + Money.of("1000.00") for code, price in prices.items()}
            for scope, prices in terms.tariff.base.items()
        }
        terms = replace(terms, tariff=replace(terms.tariff, base=base))
    else:
        left = tuple(one for one in terms.programmes if one.code != CHOICE.programme)
        base = {
            scope: {code: price for code, price in prices.items() if code != CHOICE.programme}
            for scope, prices in terms.tariff.base.items()
        }
        terms = replace(terms, programmes=left, tariff=replace(terms.tariff, base=base))
    products.publish_version(
        product_code="doctor-like",
        product_name="Доктор Лайк",
        number=2,
        sold_from_on=date(2026, 3, 1),
        terms=terms,
        by=BY,
        at=AT,
    )


class TestNewTerms:
    def test_both_prices_are_told_and_one_goes_on_by_the_new(self, client: Client) -> None:
        token = new_token()
        order_id = draft_order(token=token)
        publish("dearer", order_id)
        page = shown(client.get(to("check", token)))
        told = re.search(r"Было (9 500,00 ₽), стало (\d+ \d+,\d\d ₽)", page)
        assert told
        assert "Прислать код" not in page
        answer = client.post(to("accept_terms", token), follow=True)
        after = shown(answer)
        assert told[2] in after
        assert "Прислать код" in after
        assert "Было" not in after
        assert queries.order(order_id).draft.insured == (ANNA,)

    def test_a_code_entered_on_an_old_page_confirms_nothing_and_shows_the_change(self, client: Client) -> None:
        token = new_token()
        order_id = draft_order(token=token)
        answer = client.post(to("send_code", token), {"channel": "phone"})
        form = client.get(answer["Location"]).context["confirm_form"]
        publish("dearer", order_id)
        typed = {"edition": str(form["edition"].value()), "total": str(form["total"].value()), "code": "123456"}
        page = shown(client.post(to("check", token), typed, follow=True))
        assert "Было 9 500,00 ₽, стало" in page
        assert queries.order(order_id).state is OrderState.DRAFT

    def test_an_agreed_order_is_not_paid_under_terms_no_longer_sold(self, client: Client) -> None:
        token = new_token()
        order_id = agreed_order(token=token)
        publish("dearer", order_id)
        with pytest.raises(OrderChangedError):
            commands.pay_order(order_id=order_id, return_url="http://localhost/", by=BY, at=AT)
        page = shown(client.post(to("pay", token), follow=True))
        assert "Было 9 500,00 ₽, стало" in page

    def test_a_declined_order_goes_on_by_the_new_terms_too(self, client: Client) -> None:
        token = new_token()
        order_id = paying_order(token=token)
        settle(order_id, succeeded=False)
        assert client.get(to("check", token))["Location"] == to("result", token)
        publish("dearer", order_id)
        assert "Продолжить по новой цене" in shown(client.get(to("check", token)))
        client.post(to("accept_terms", token))
        assert queries.order(order_id).state is OrderState.DRAFT

    def test_a_variant_that_is_sold_no_more_leads_to_another(self, client: Client) -> None:
        token = new_token()
        order_id = draft_order(token=token)
        publish("gone", order_id)
        page = shown(client.get(to("check", token)))
        assert "больше не продаётся" in page
        assert to("variant", token) in page
        wished = {"programme": "polyclinic_dental", "scope": "regions", "copay_percent": "30"}
        client.post(to("variant", token), wished)
        assert queries.order(order_id).choice == Choice("polyclinic_dental", "regions", 30)
        assert "Прислать код" in shown(client.get(to("check", token)))

    def test_a_start_that_has_passed_says_so_and_is_changed(self, client: Client) -> None:
        token = new_token()
        draft_order(token=token)
        with clock.moved_to(AT + timedelta(days=15)):
            shift = clock.shift()
            clock.configure(insurer_zone=clock.insurer_zone(), read_shift=lambda: shift)
            page = shown(client.get(to("check", token)))
            assert "Выберите день начала с 17.03.2026" in page
            assert f"{to('policyholder', token)}#id_starts_on" in page
            later = {**ANNA_TYPED, "starts_on": "20.03.2026"}
            assert client.post(to("policyholder", token), later)["Location"] == to("check", token)
            assert "Прислать код" in shown(client.get(to("check", token)))


def test_a_consent_proves_by_which_code_it_was_confirmed_and_where_that_code_went() -> None:
    order_id = agreed_order()
    consents = list(Consent.objects.filter(subject_id=str(order_id)))
    assert len(consents) == 3
    (code_id,) = {one.code_id for one in consents}
    delivery = Message.objects.get(topic="code", subject_id=str(code_id))
    assert (delivery.channel, delivery.to) == ("sms", "+79270000012")
    confirmed = [
        deed for deed in history(subject_type="order", subject_id=order_id) if deed.action == "order.confirmed"
    ]
    assert confirmed[0].details["code"] == str(code_id)
    commands.save_policyholder(
        order_id=order_id,
        policyholder=ANNA_BUYS_FOR_HERSELF,
        starts_on=date(2026, 3, 11),
        by=BY,
        at=AT,
    )
    assert Order.objects.get(pk=order_id).confirming_code_id is None
