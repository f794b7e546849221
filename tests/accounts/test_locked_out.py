"""Whoever is locked out is told how long and whom to call; old codes and links say that they are old and offer new
ones. Pages of single doors are tested beside them; here are those that had none, and the words of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from doctorlike.accounts import commands, errors
from doctorlike.accounts.models import OneTimeCode, User
from doctorlike.accounts.rules import codes
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.policies import commands as policy_commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import LinkingLockedError, LinkTryOldError
from doctorlike.policies.models import LinkTry
from doctorlike.shop.models import Order
from doctorlike.shop.rules import OrderState
from tests.accounts.builders import ANNA_PHONE, CONSOLE, NOW, anna, last_code, sign_in, wrong
from tests.policies.builders import ANNA, BORIS, account, policy
from tests.shop.builders import draft_order, new_token

PHONE = django_settings.BRAND.phone
OLD = timedelta(minutes=6)


@pytest.mark.parametrize(
    ("refusal", "how_long"),
    [
        (errors.TooManyCodesError(hours=7, phone=PHONE), "через 7 ч"),
        (errors.NetworkBusyError(minutes=12, phone=PHONE), "через 12 мин"),
        (errors.RecoveryLockedError(minutes=44, phone=PHONE), "ещё на 44 мин"),
        (errors.SecondStepLockedError(minutes=9, phone=PHONE), "через 9 мин"),
        (LinkingLockedError(minutes=31, phone=PHONE), "ещё на 31 мин"),
    ],
    ids=lambda one: one.code if isinstance(one, DomainError) else "",
)
def test_every_lock_says_how_long_and_whom_to_call(refusal: DomainError, how_long: str) -> None:
    assert how_long in str(refusal)
    assert PHONE in str(refusal)


@pytest.mark.parametrize("refusal", [errors.CodeExpiredError(), errors.TooManyTriesError(), LinkTryOldError()])
def test_every_code_that_is_of_no_use_any_more_says_so_and_where_a_new_one_comes_from(refusal: DomainError) -> None:
    assert "не действует" in str(refusal)
    assert "нов" in str(refusal)


@pytest.fixture
def portal(on_site: Callable[[str], None]) -> Client:
    on_site("portal")
    return Client()


@pytest.mark.django_db
class TestTheDoor:
    def test_ten_codes_a_day_are_told_at_the_field(self, portal: Client) -> None:
        now = clock.real_now()
        for number in range(codes.MOST_UNANSWERED_A_DAY):
            at = now - timedelta(hours=4) + timedelta(minutes=number + 1)
            commands.send_code(purpose="order", to=ANNA_PHONE, subject_id=number, at=at)
        page = portal.post("/signin/", {"contact": ANNA_PHONE}).content.decode()
        assert "через 21 ч" in page
        assert PHONE in page

    def test_the_fifth_wrong_code_offers_another(self, portal: Client) -> None:
        portal.post("/signin/", {"contact": ANNA_PHONE})
        for _time in range(codes.MOST_TRIES):
            page = portal.post("/signin/code/", {"code": wrong(last_code(ANNA_PHONE))}).content.decode()
        assert "больше он не действует. Попросите новый" in page
        assert f'formaction="{reverse("account_code_again")}"' in page

    def test_an_old_code_offers_another_on_the_page_itself(self, portal: Client) -> None:
        portal.post("/signin/", {"contact": ANNA_PHONE})
        OneTimeCode.objects.update(sent_at=clock.real_now() - OLD)
        page = portal.post("/signin/code/", {"code": last_code(ANNA_PHONE)}).content.decode()
        assert "Этот код больше не действует" in page
        assert "Отправили новый код" in portal.post("/signin/code/again/").content.decode()
        assert portal.post("/signin/code/", {"code": last_code(ANNA_PHONE)}).status_code == 302

    @pytest.mark.parametrize("path", ["/signin/code/", "/signin/code/again/"])
    def test_a_code_whose_sign_in_is_gone_leads_to_the_door_in_words(self, portal: Client, path: str) -> None:
        portal.post("/signin/", {"contact": ANNA_PHONE})
        page = Client().post(path, {"code": last_code(ANNA_PHONE)}, follow=True)
        assert page.redirect_chain == [("/signin/", 302)]
        assert "Прежний код больше не действует" in page.content.decode()


@pytest.mark.django_db
class TestInside:
    @pytest.fixture
    def browser(self, portal: Client) -> Client:
        anna()
        sign_in(portal, ANNA_PHONE, to=ANNA_PHONE)
        return portal

    def test_a_proof_whose_code_is_gone_says_so(self, browser: Client) -> None:
        page = browser.post("/cabinet/security/proof/", {"code": "000000"}).content.decode()
        assert "Этот код больше не действует" in page
        assert f'action="{reverse("security:send_proof")}"' in page

    def test_a_contact_whose_code_is_gone_leads_back_in_words(self, browser: Client) -> None:
        page = browser.post(reverse("profile:contact_code"), {"code": "000000"}, follow=True)
        assert "Прежний код больше не действует" in page.content.decode()

    def test_the_second_step_counts_the_minutes_that_are_left(self, db: None) -> None:
        user = anna()
        TOTP.activate(user, commands.new_app_secret())
        for _time in range(5):
            with pytest.raises(errors.WrongSecondCodeError):
                commands.check_second_code(user_id=user.pk, code="000000", at=NOW)
        for passed, left in ((0, 15), (4, 11), (14.5, 1)):
            with pytest.raises(errors.SecondStepLockedError) as refused:
                commands.check_second_code(user_id=user.pk, code="000000", at=NOW + timedelta(minutes=passed))
            assert refused.value.facts == {"minutes": left, "phone": PHONE}


@pytest.mark.django_db
class TestLinking:
    def begin(self, user: User, number: str) -> UUID:
        now = clock.real_now()
        begun = policy_commands.link_by_number(
            user_id=user.pk, number=number, born_on=ANNA.born_on, by=CONSOLE, at=clock.now(), real_at=now
        )
        policy_commands.send_link_code(try_id=begun, by=CONSOLE)
        return begun

    def confirm(self, user: User, try_id: UUID, code: str, after: timedelta = timedelta()) -> UUID:
        return policy_commands.confirm_link(
            user_id=user.pk, try_id=try_id, code=code, by=CONSOLE, at=clock.now(), real_at=clock.real_now() + after
        )

    @pytest.mark.parametrize("exists", [True, False])
    def test_an_old_code_says_so_whether_or_not_there_was_one(self, exists: bool) -> None:
        user = account(ANNA, phone="+79270000099")
        number = policies.policy(policy(ANNA)).number
        begun = self.begin(user, number if exists else "ONDL-999999")
        code = last_code(ANNA.phone) if exists else "123456"
        with pytest.raises(LinkTryOldError):
            self.confirm(user, begun, code, after=OLD)
        assert LinkTry.objects.get().wrong_codes_at == [], "an old code is no guess"
        if exists:
            self.confirm(user, begun, code)

    def test_the_lock_tells_the_minutes_that_are_left(self) -> None:
        user = account(BORIS)
        now = clock.real_now()
        for number in range(6):
            try_at = now - timedelta(minutes=25 - number)
            LinkTry.objects.create(user=user, policy=None, role="", started_at=try_at)
        with pytest.raises(LinkingLockedError) as refused:
            self.begin(user, "ONDL-999999")
        assert refused.value.facts["minutes"] == 39
        assert refused.value.facts["phone"] == PHONE


@pytest.mark.django_db
class TestLinks:
    def test_too_many_unknown_policy_codes_are_told_how_long_and_whom_to_call(self, portal: Client) -> None:
        for _time in range(20):
            portal.get("/verify/KKKKKKKKKKKKKKKK/")
        page = portal.get("/verify/KKKKKKKKKKKKKKKK/")
        assert page.status_code == 429
        assert "через час" in page.content.decode()
        assert PHONE in page.content.decode()

    @pytest.mark.parametrize("path", ["", "gift/", "pay/", "check/"])
    def test_the_link_of_a_forgotten_draft_says_so_and_offers_a_new_one(self, portal: Client, path: str) -> None:
        token = new_token()
        draft_order(token=token)
        Order.objects.update(state=OrderState.EXPIRED)
        page = portal.get(f"/order/{token}/{path}")
        assert page.status_code == 410, page.content.decode()
        assert "удалён" in page.content.decode()
        assert "Начать заново" in page.content.decode()
