"""«Семья» and the link of an invitation: who meets which page, and that the contract stays the policyholder's."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import Person, User
from doctorlike.accounts.rules import Contact
from doctorlike.care.models import RegisterLine
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import commands, queries
from doctorlike.policies.models import ParentInvitation, Policy
from doctorlike.rights import collecting
from doctorlike.rights import commands as rights
from doctorlike.telemed import commands as telemed
from doctorlike.telemed import queries as talks
from tests.appointments import builders as clinics
from tests.care import dispute_stage as care
from tests.policies.builders import ANNA, BORIS, MITYA, account
from tests.policies.family import CERTIFICATE, PYOTR, childs_policy, father, invite, latest, let_in, prove, sent_secret

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 11, 9, tzinfo=UTC)
TODAY = NOW.date()
FITS = {"born_on": "20.03.2015", "series": "IV-МЮ", "number": "123456"}


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def anna(db: None) -> User:
    return account(ANNA, email=ANNA.email)


@pytest.fixture
def childs(anna: User) -> UUID:
    return childs_policy()


@pytest.fixture
def pyotr(db: None) -> User:
    return father()


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def words(browser: Client, name: str, *args: object) -> str:
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\u00a0", " ")


def sent(anna: User, childs: UUID, contact: Contact | None = None) -> str:
    return reverse("family:invitation", args=[invite(anna, childs, contact, at=NOW, real_at=clock.real_now())])


def page_of(user: User | None, address: str) -> str:
    browser = browser_of(user) if user else Client()
    return browser.get(address).content.decode().replace("\u00a0", " ")


class TestThePolicyholder:
    def test_invites_sends_again_and_revokes(self, anna: User, childs: UUID) -> None:
        browser = browser_of(anna)
        assert "Сейчас полис видите только вы" in words(browser, "family:index")
        assert "Не видит вашу карту" in words(browser, "family:invite", childs)
        answer = browser.post(reverse("family:invite", args=[childs]), {"name": "Папа", "contact": "8 927 000-00-44"})
        assert answer["Location"] == reverse("family:index")
        assert latest().to == PYOTR.phone
        first = sent_secret()
        page = words(browser, "family:index")
        assert "Папа" in page
        assert "+7 927 000-00-44" in page
        browser.post(reverse("family:send_again", args=[childs]))
        assert sent_secret() != first
        browser.post(reverse("family:revoke", args=[childs]))
        assert "Сейчас полис видите только вы" in words(browser, "family:index")

    @pytest.mark.parametrize(
        ("contact", "told"),
        [
            ("", "Введите номер телефона или адрес почты"),
            ("папа", "Ошибка"),
            (ANNA.phone, "Это ваш собственный контакт"),
            (ANNA.email, "Это ваш собственный контакт"),
        ],
    )
    def test_is_told_at_the_field_what_is_wrong(self, anna: User, childs: UUID, contact: str, told: str) -> None:
        answer = browser_of(anna).post(reverse("family:invite", args=[childs]), {"name": "Папа", "contact": contact})
        page = answer.content.decode()
        assert told in page
        assert 'value="Папа"' in page
        assert not ParentInvitation.objects.exists()

    def test_sees_who_has_access_and_ends_it(self, anna: User, childs: UUID, pyotr: User) -> None:
        address = sent(anna, childs)
        invited = browser_of(pyotr)
        invited.post(address, FITS)
        invited.post(f"{address}accept/")
        browser = browser_of(anna)
        assert "Доступ открыт" in words(browser, "family:index")
        assert "не увидит ни одной страницы" in words(browser, "family:end", childs)
        browser.post(reverse("family:end", args=[childs]))
        for closed in (
            reverse("home:show", args=[childs]),
            reverse("policy:show", args=[childs]),
            reverse("family:leave", args=[childs]),
            reverse("regions:index", args=[childs]),
        ):
            assert invited.get(closed).status_code == 404, closed


class TestTheInvited:
    def test_goes_from_the_link_to_the_childs_pages(self, anna: User, childs: UUID, pyotr: User) -> None:
        address = sent(anna, childs)
        assert "Войдите по тому номеру" in page_of(None, address)
        browser = browser_of(pyotr)
        assert "Подтвердите, что вы родитель" in browser.get(address).content.decode()
        assert browser.post(address, FITS)["Location"] == address
        shown = browser.get(address).content.decode()
        for told in (MITYA.surname, "ONDL-300000", "платить вам не нужно"):
            assert told in shown
        assert browser.post(f"{address}accept/")["Location"] == reverse("home:index")
        assert "Дмитрий" in words(browser, "home:index")
        assert "Приглашение уже принято" in browser.get(address).content.decode()

    def test_a_wrong_answer_keeps_what_was_typed_and_counts(self, anna: User, childs: UUID, pyotr: User) -> None:
        address, browser = sent(anna, childs), browser_of(pyotr)
        page = browser.post(address, {**FITS, "number": "654321"}).content.decode()
        assert "Осталось попыток: 4" in page
        assert "Проверьте и номер" in page
        assert 'value="654321"' in page
        for _ in range(4):
            browser.post(address, {**FITS, "born_on": "21.03.2015"})
        assert "пять раз указали неверно" in browser.get(address).content.decode()

    def test_a_stranger_with_the_link_learns_nothing(self, anna: User, childs: UUID) -> None:
        address, boris = sent(anna, childs), account(BORIS, email=BORIS.email)
        browser = browser_of(boris)
        for page in (
            browser.get(address),
            browser.post(address, FITS),
            browser.post(f"{address}accept/", follow=True),
            browser.post(f"{address}decline/", follow=True),
            Client().get(address),
        ):
            text = page.content.decode()
            for hidden in (MITYA.surname, MITYA.given_name, ANNA.surname, "ONDL-", PYOTR.phone, PYOTR.phone[-4:]):
                assert hidden not in text, hidden
        assert "Нужен другой контакт" in browser.get(address).content.decode()
        assert ParentInvitation.objects.get().state == "waiting"

    def test_a_visitor_answers_nothing_without_signing_in(self, anna: User, childs: UUID) -> None:
        address = sent(anna, childs)
        for deed in ("accept/", "decline/"):
            assert Client().post(address + deed)["Location"].startswith("/signin/")
        Client().post(address, FITS)
        assert ParentInvitation.objects.get().proven_at is None

    @pytest.mark.parametrize(
        ("state", "told"),
        [
            ("revoked", "Приглашение отозвали"),
            ("declined", "Вы отказались"),
            ("locked", "пять раз указали неверно"),
            ("ended", "Приглашение уже принято"),
        ],
    )
    def test_each_end_says_what_to_do(self, anna: User, childs: UUID, pyotr: User, state: str, told: str) -> None:
        address = sent(anna, childs)
        ParentInvitation.objects.update(state=state, ended_at=clock.real_now(), ended_by="tests")
        assert told in page_of(pyotr, address)

    def test_an_old_link_and_an_unknown_one(self, anna: User, childs: UUID, pyotr: User) -> None:
        address = sent(anna, childs)
        ParentInvitation.objects.update(open_until=clock.real_now())
        assert "Прошло больше семи дней" in page_of(pyotr, address)
        unknown = browser_of(pyotr).get(reverse("family:invitation", args=["made-up"]))
        assert unknown.status_code == 404
        assert "Откройте ссылку из последнего сообщения" in unknown.content.decode()

    def test_refuses(self, anna: User, childs: UUID, pyotr: User) -> None:
        address, browser = sent(anna, childs, Contact("email", PYOTR.email)), browser_of(pyotr)
        browser.post(address, FITS)
        assert "Вы отказались" in browser.post(f"{address}decline/", follow=True).content.decode()

    def test_leaves(self, anna: User, childs: UUID, pyotr: User) -> None:
        let_in(pyotr, childs)
        browser = browser_of(pyotr)
        assert ANNA.given_name in words(browser, "family:index")
        assert "пропадёт из вашего кабинета" in words(browser, "family:leave", childs)
        browser.post(reverse("family:leave", args=[childs]))
        assert browser.get(reverse("home:show", args=[childs])).status_code == 404


@pytest.mark.parametrize("page", ["invite", "send_again", "revoke", "end", "leave"])
def test_a_stranger_finds_no_page_of_the_family(anna: User, childs: UUID, page: str) -> None:
    invite(anna, childs, at=NOW, real_at=clock.real_now())
    boris = browser_of(account(BORIS))
    address = reverse(f"family:{page}", args=[childs])
    asked = {"name": "Я", "contact": BORIS.phone}
    assert {boris.get(address).status_code, boris.post(address, asked).status_code} <= {404, 405}
    assert boris.post(address, asked).status_code == 404
    assert ParentInvitation.objects.get().state == "waiting"


@pytest.mark.parametrize("page", ["invite", "end"])
def test_the_other_parent_does_not_manage_the_family(childs: UUID, pyotr: User, page: str) -> None:
    let_in(pyotr, childs)
    assert browser_of(pyotr).post(reverse(f"family:{page}", args=[childs]), {}).status_code == 404


class TestWhatTheOtherParentSees:
    """A visit of two lines: 1 000.05 and 500.00 at 30 percent, on the mother's card •• 4417."""

    @pytest.fixture
    def lines(self, anna: User, childs: UUID, pyotr: User) -> tuple[RegisterLine, RegisterLine]:
        let_in(pyotr, childs)
        clinics.cover(childs, anna)
        return care.visit_of_two_lines(childs, clinics.clinic())

    def test_the_childs_services_as_the_mother_does(self, pyotr: User, lines: tuple[RegisterLine, ...]) -> None:
        browser = browser_of(pyotr)
        assert "Клиника на Ленина" in words(browser, "services:index")
        visit = words(browser, "services:encounter", lines[0].encounter_id)
        assert "Прием врача-терапевта" in visit
        assert "Доля страхователя" in visit
        for hidden in ("Я не получал эту услугу", "Подробно о списании", "4417", "Ваша доля"):
            assert hidden not in visit
        assert browser.get(reverse("visits:index")).status_code == 200

    def test_books_and_cancels_for_the_child_at_the_mothers_cost(self, anna: User, childs: UUID, pyotr: User) -> None:
        let_in(pyotr, childs)
        clinics.cover(childs, anna)
        at_clinic = clinics.clinic()
        doctor = clinics.doctor(at_clinic)
        clinics.publish(date(2026, 4, 20), at=NOW)
        browser = browser_of(pyotr)
        assert "Доля страхователя 360,00" in words(browser, "visits:slots", at_clinic.pk, "therapist")
        slot = clinics.slots(doctor, date(2026, 4, 15))[0]
        confirm = browser.post(reverse("visits:hold"), {"slot": slot.pk})["Location"]
        assert "спишем её с его карты" in browser.get(confirm).content.decode().replace("\u00a0", " ")
        booked = browser.post(confirm)["Location"]
        assert "Доля страхователя" in browser.get(booked).content.decode()
        visit = booked.removesuffix("booked/")
        assert browser_of(anna).get(visit).status_code == 200
        browser.post(f"{visit}cancel/")
        assert "Отменена" in browser_of(anna).get(visit).content.decode()
        assert browser_of(account(BORIS)).get(visit).status_code == 404

    def test_reading_them_does_not_tell_the_mother_of_the_charge(
        self, pyotr: User, lines: tuple[RegisterLine, ...]
    ) -> None:
        Charge.objects.update(told_at=None, charge_on=None, next_try_on=None, state="announced")
        words(browser_of(pyotr), "services:encounter", lines[0].encounter_id)
        assert Charge.objects.get().told_at is None

    def test_nothing_of_the_contract_its_money_and_its_card(
        self, anna: User, childs: UUID, pyotr: User, lines: tuple[RegisterLine, ...]
    ) -> None:
        browser, charge = browser_of(pyotr), Charge.objects.get().pk
        disputed = care.dispute(lines[0], anna)
        for name, *args in (
            ("activation:index", childs),
            ("activation:result", childs),
            ("cards:choose", childs),
            ("regions:confirm", childs),
            ("charges:charge", charge),
            ("policy:cancel", childs),
            ("policy:cancel_code", childs),
            ("policy:renew", childs),
            ("services:open_dispute", lines[1].pk),
            ("services:dispute", disputed),
        ):
            address = reverse(name, args=args)
            assert browser.get(address).status_code == 404, address
        for name, *args in (
            ("activation:index", childs),
            ("charges:pay", charge),
            ("documents:send", childs),
            ("regions:confirm", childs),
            ("services:open_dispute", lines[1].pk),
            ("policy:cancel", childs),
        ):
            address = reverse(name, args=args)
            assert browser.post(address, {"kind": "not_given", "text": "Не было"}).status_code == 404, address
        for name, *args in (
            ("home:index",),
            ("services:index",),
            ("policy:show", childs),
            ("documents:index",),
            ("cards:index",),
            ("regions:index", childs),
        ):
            page = words(browser, name, *args)
            for hidden in ("9 500,00", "4417", "450,02", "300,02", ANNA.phone, ANNA.email):
                assert hidden not in page, (name, hidden)

    def test_the_copy_of_data_is_the_childs_health_and_not_the_mothers_papers(
        self, anna: User, childs: UUID, pyotr: User, lines: tuple[RegisterLine, ...]
    ) -> None:
        care.dispute(lines[0], anna)
        with zipfile.ZipFile(io.BytesIO(collecting.archive(pyotr.pk, at=NOW, on=TODAY))) as bundle:
            names, facts = bundle.namelist(), json.loads(bundle.read("data.json"))
        assert [one["service"] for one in facts["services"]] == ["Прием врача-терапевта", "Прием повторный"]
        assert names == ["data.json"]
        assert (facts["charges"], facts["payments"], facts["disputes"]) == ([], [], [])
        (contract,) = facts["contracts"]
        assert not {"premium", "insured_papers", "policyholder", "contact_phone"} & set(contract)
        said = json.dumps(facts, ensure_ascii=False)
        for hidden in (ANNA.phone, ANNA.email, CERTIFICATE["number"]):
            assert hidden not in said

    def test_closing_the_account_ends_the_access_and_erases_nothing_of_the_child(
        self, anna: User, childs: UUID, pyotr: User
    ) -> None:
        secret = invite(anna, childs, at=NOW, real_at=clock.real_now())
        prove(pyotr, secret, at=NOW, real_at=clock.real_now())
        commands.accept_invitation(
            secret=secret, user_id=pyotr.pk, by=Actor.user(pyotr.pk), at=NOW, real_at=clock.real_now()
        )
        assert rights.ask_closing(user_id=pyotr.pk, by=Actor.user(pyotr.pk), at=NOW) == []
        assert ParentInvitation.objects.get().state == "ended"
        assert queries.policies_of(pyotr.pk, TODAY) == []
        rights.erase_due(by=Actor.system("tests"), at=datetime(2035, 1, 1, tzinfo=UTC))
        child = Policy.objects.get(pk=childs).insured_id
        assert Person.objects.get(pk=child).identity == CERTIFICATE

    def test_asks_a_doctor_for_the_child_until_the_access_ends(self, anna: User, childs: UUID, pyotr: User) -> None:
        let_in(pyotr, childs)
        room = telemed.request_urgent(
            user_id=pyotr.pk,
            policy_id=childs,
            complaint="Температура",
            consent_text="Согласен",
            by=Actor.user(pyotr.pk),
            at=NOW,
        )
        assert talks.room(room, pyotr.pk, on=TODAY).complaint == "Температура"
        commands.end_parent_access(
            user_id=anna.pk, policy_id=childs, by=Actor.user(anna.pk), at=NOW, real_at=clock.real_now()
        )
        assert not talks.may_follow(room, pyotr.pk, on=TODAY)


def test_on_the_fifteenth_birthday_the_pages_close(anna: User, childs: UUID, pyotr: User) -> None:
    let_in(pyotr, childs)
    child = Policy.objects.select_related("insured").get(pk=childs).insured
    child.born_on = date(2011, 4, 11)
    child.save(update_fields=["born_on"])
    for parent in (anna, pyotr):
        assert "Услуги видит только сам застрахованный" in words(browser_of(parent), "services:index")
    assert "младше 15 лет" in words(browser_of(anna), "family:index")
