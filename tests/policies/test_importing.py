"""Policies sold elsewhere come in from a list: looked through first, every row accounted for, twice is once."""

from __future__ import annotations

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts import queries as people
from doctorlike.accounts.models import Person
from doctorlike.audit.models import Entry
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies import commands, queries
from doctorlike.policies.commands.importing import BATCH_ROWS, ImportReport
from doctorlike.policies.importing import Outcome
from doctorlike.policies.models import NumberSeries, Policy, PolicyLink, TakenNumber
from doctorlike.policies.numbers import number_accounts
from doctorlike.products import commands as products
from doctorlike.products.commands.publishing import DEMO_CODE
from tests.policies.builders import ANNA, AT, BORIS, BY, account, policy, save_profile
from tests.policies.lists import ANNAS, BORISES, MITYAS, annas, as_csv

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture(autouse=True)
def _sold() -> None:
    products.seed_demo_product(by=BY, at=AT)


def take(*rows: dict[str, str], apply: bool = True, at: datetime = AT) -> ImportReport:
    told = [{**row, "Продукт": DEMO_CODE} if row.get("Продукт") == "demo" else row for row in rows]
    return commands.import_policies(content=as_csv(*told), apply=apply, by=BY, at=at)


def outcomes(report: ImportReport) -> list[Outcome]:
    return [row.outcome for row in report.rows]


def wrong(report: ImportReport) -> list[str]:
    return [remark.column for row in report.rows for remark in row.remarks]


class TestLookedThrough:
    def test_nothing_is_written_without_apply(self) -> None:
        report = take(ANNAS, annas(Номер_полиса="№ 7"), apply=False)
        assert outcomes(report) == [Outcome.NEW, Outcome.REFUSED]
        assert not Policy.objects.exists()
        assert not Person.objects.exists()
        assert not Entry.objects.filter(action__startswith="polic").exists()

    def test_what_is_promised_is_what_happens(self) -> None:
        rows = (ANNAS, annas(Номер_полиса="ДМС-17"), annas(Номер_полиса="ONDL-300101", Территория="Луна"))
        assert outcomes(take(*rows, apply=False)) == outcomes(take(*rows))

    def test_twice_is_once(self) -> None:
        rows = (ANNAS, {**annas(Номер_полиса="ONDL-300101"), **MITYAS})
        assert outcomes(take(*rows)) == [Outcome.NEW, Outcome.NEW]
        before = list(Policy.objects.order_by("pk").values()), Person.objects.count(), PolicyLink.objects.count()
        again = take(*rows)
        assert outcomes(again) == [Outcome.SAME, Outcome.SAME]
        assert wrong(again) == []
        after = list(Policy.objects.order_by("pk").values()), Person.objects.count(), PolicyLink.objects.count()
        assert after == before

    def test_every_row_has_one_outcome_and_the_trail_their_counts(self) -> None:
        take(ANNAS)
        report = take(
            {**ANNAS, "Премия, руб.": "9 600"},
            ANNAS | {"Номер полиса": "ONDL-300101"},
            ANNAS | {"Номер полиса": "ONDL-300101"},
            annas(Номер_полиса="ONDL-300102", Страхователь_фамилия="Serova"),
        )
        assert outcomes(report) == [Outcome.DIFFERS, Outcome.NEW, Outcome.REPEATED, Outcome.REFUSED]
        run = Entry.objects.filter(action="policies.imported").latest("at", "id")
        assert run.details == {"new": 1, "same": 0, "differs": 1, "repeated": 1, "refused": 1}


class TestWhatIsStored:
    def test_a_row_becomes_the_contract_it_tells_of(self) -> None:
        take(ANNAS)
        stored = queries.find_by_number("ondl 300100")
        assert stored.insured == stored.policyholder
        assert stored.insured.full_name == "Серова Анна Викторовна"
        assert (stored.period.starts_on, stored.period.last_day) == (date(2026, 3, 10), date(2027, 3, 9))
        assert clock.insurer_date(stored.concluded_at) == date(2026, 2, 20)
        assert (stored.premium, stored.copay_percent, stored.scope) == (Money.of("9500.00"), 30, "regions")
        assert (stored.contact_phone, stored.contact_email) == ("+79270000012", "anna@mail.example")
        assert stored.order_id is None
        assert people.identity_of(stored.insured.id) == {
            "document_kind": "passport",
            "series": "3608",
            "number": "123456",
            "issued_on": "2008-06-20",
            "citizenship": "RU",
        }

    def test_a_childs_policy_has_two_people_and_the_policyholders_contacts(self) -> None:
        take({**ANNAS, **MITYAS, "Застрахованный телефон": "+79270000055"})
        stored = queries.find_by_number("ONDL-300100")
        assert (stored.insured.given_name, stored.policyholder.given_name) == ("Дмитрий", "Анна")
        assert stored.contact_phone == ANNA.phone

    def test_an_adult_insured_is_reached_by_their_own_contacts_and_the_policyholder_by_theirs(self) -> None:
        take({**ANNAS, **BORISES})
        stored = queries.find_by_number("ONDL-300100")
        assert (stored.contact_phone, stored.contact_email) == (BORIS.phone, BORIS.email)
        assert queries.holder_contacts(stored.id) == (ANNA.phone, ANNA.email)

    @pytest.mark.parametrize("email", ["", "anna@mail.example"])
    def test_one_contact_of_the_insureds_own_is_not_enough_and_is_told(self, email: str) -> None:
        report = take({**ANNAS, **BORISES, "Застрахованный почта": email})
        assert outcomes(report) == [Outcome.NEW]
        assert wrong(report) == ["insured.email"]
        assert queries.find_by_number("ONDL-300100").contact_phone == ANNA.phone

    def test_the_insured_named_as_the_policyholder_is_one_person(self) -> None:
        own = {name.replace("Страхователь", "Застрахованный"): text for name, text in ANNAS.items() if "Страх" in name}
        take({**ANNAS, **own})
        assert Person.objects.count() == 1

    def test_no_letter_is_sent_and_no_premium_posted(self) -> None:
        take(ANNAS)
        assert not Message.objects.exists()
        told = io.StringIO()
        call_command("check_ledger", "--offline", stdout=told)
        assert "differ: 0" in told.getvalue()


class TestInTheAccounts:
    def test_it_stands_at_once_in_the_account_with_the_contact_and_the_birth_date(self) -> None:
        anna, boris = account(ANNA), account(BORIS)
        report = take({**ANNAS, **BORISES}, annas(Номер_полиса="ONDL-300101"))
        assert report.linked == 2
        assert [one.number for one in queries.policies_of(anna.pk, TODAY)] == ["ONDL-300101"]
        assert [one.number for one in queries.policies_of(boris.pk, TODAY)] == ["ONDL-300100"]

    def test_a_childs_stands_in_the_policyholders_account(self) -> None:
        anna = account(ANNA)
        take({**ANNAS, **MITYAS})
        assert [(one.role, one.medical_open) for one in queries.policies_of(anna.pk, TODAY)] == [("guardian", True)]

    def test_annas_old_phone_opens_nothing_to_boris(self) -> None:
        boris = account(BORIS, phone=ANNA.phone)
        assert take(ANNAS).linked == 0
        assert queries.policies_of(boris.pk, TODAY) == []

    def test_an_account_made_later_finds_it(self) -> None:
        take(ANNAS)
        anna = account(ANNA, profile=False)
        save_profile(anna, ANNA)
        assert [one.number for one in queries.policies_of(anna.pk, TODAY)] == ["ONDL-300100"]

    def test_the_adult_insured_sees_their_visits_and_the_policyholder_only_the_contract(self) -> None:
        anna, boris = account(ANNA), account(BORIS)
        take({**ANNAS, **BORISES})
        assert [one.medical_open for one in queries.policies_of(boris.pk, TODAY)] == [True]
        assert queries.policies_of(anna.pk, TODAY) == []
        (contract,) = queries.contracts_of(anna.pk, TODAY)
        assert (contract.is_policyholder, contract.linked, contract.view.medical_open) == (True, False, False)
        (own,) = queries.contracts_of(boris.pk, TODAY)
        assert (own.is_policyholder, own.linked) == (False, True)


class TestWhatIsHere:
    def test_a_policy_that_differs_is_told_by_field_and_never_changed(self) -> None:
        take(ANNAS)
        before = Policy.objects.values().get()
        report = take(annas(**{"Премия, руб.": "1,00", "Страхователь номер документа": "123457", "Франшиза, %": "30"}))
        assert outcomes(report) == [Outcome.DIFFERS]
        assert wrong(report) == ["premium", "holder.number"]
        assert Policy.objects.values().get() == before

    def test_what_the_list_leaves_out_is_no_difference(self) -> None:
        take(ANNAS)
        shorter = {name: text for name, text in ANNAS.items() if name not in ("Страхователь дата выдачи", "Продукт")}
        assert outcomes(take(shorter)) == [Outcome.SAME]

    def test_contacts_of_the_insured_that_the_list_tells_later_are_no_difference(self) -> None:
        take({**ANNAS, **BORISES, "Застрахованный почта": ""})
        again = take({**ANNAS, **BORISES})
        assert outcomes(again) == [Outcome.SAME]
        assert queries.find_by_number("ONDL-300100").contact_phone == ANNA.phone

    def test_contacts_that_changed_are_a_difference(self) -> None:
        take({**ANNAS, **BORISES})
        report = take(
            {**ANNAS, **BORISES, "Застрахованный телефон": "+79270000078", "Страхователь почта": "a@b.example"}
        )
        assert wrong(report) == ["holder.email", "insured.phone"]

    def test_another_insured_differs(self) -> None:
        take(ANNAS)
        assert wrong(take({**ANNAS, **MITYAS})) == ["insured"]

    def test_a_policy_sold_by_the_shop_is_known(self) -> None:
        policy(ANNA)
        Person.objects.update(patronymic="Викторовна")
        (number,) = Policy.objects.values_list("number", flat=True)
        report = take(annas(Номер_полиса=number))
        assert outcomes(report) == [Outcome.DIFFERS]
        assert "premium" not in wrong(report)

    def test_it_is_corrected_here_and_the_old_list_changes_nothing_back(self) -> None:
        take(ANNAS)
        commands.correct_person(
            policy_id=queries.find_by_number("ONDL-300100").id,
            whom="insured",
            names={"surname": "Петрова", "given_name": "Анна", "patronymic": "Викторовна"},
            identity={},
            reason="name_changed",
            by=BY,
            at=AT,
        )
        assert wrong(take(ANNAS)) == ["holder.surname"]
        assert queries.find_by_number("ONDL-300100").insured.surname == "Петрова"


class TestNumbers:
    def test_a_number_twice_with_other_data_is_taken_by_neither(self) -> None:
        report = take(ANNAS, annas(Страхователь_имя="Алла"), ANNAS)
        assert outcomes(report) == [Outcome.REFUSED] * 2 + [Outcome.REPEATED]
        assert not Policy.objects.exists()

    def test_the_shop_goes_round_numbers_that_came_from_elsewhere(self) -> None:
        policy(ANNA)  # ONDL-300000
        take(*(annas(Номер_полиса=f"ONDL-30000{serial}") for serial in (1, 2, 4)))
        policy(ANNA, at=AT)
        policy(ANNA, at=AT)
        sold = Policy.objects.filter(concluded_at=AT).order_by("number").values_list("number", flat=True)
        assert list(sold) == ["ONDL-300000", "ONDL-300003", "ONDL-300005"]
        assert TakenNumber.objects.filter(void_reason="already in use").count() == 3
        assert all(one.is_whole for one in number_accounts())

    def test_a_hundred_numbers_in_a_row_are_gone_round_in_few_questions(self) -> None:
        take(*(annas(Номер_полиса=f"ONDL-30{serial:04d}") for serial in range(100)))
        assert not NumberSeries.objects.exists()
        with CaptureQueriesContext(connection) as asked:
            policy(BORIS)
        assert len(asked) < 50
        assert Policy.objects.filter(number="ONDL-300100").exists()
        assert TakenNumber.objects.filter(void_reason="already in use").count() == 100
        assert all(one.is_whole for one in number_accounts())

    def test_a_spoilt_number_is_refused(self) -> None:
        policy(ANNA)
        TakenNumber.objects.create(
            series=NumberSeries.objects.get(),
            serial=50,
            number="ONDL-300050",
            void_reason="printed wrong",
            taken_at=AT,
            taken_by="tests",
        )
        assert wrong(take(annas(Номер_полиса="ONDL-300050"))) == ["number"]

    def test_it_is_found_however_it_was_written_in_the_list(self) -> None:
        take(annas(Номер_полиса=" ondl – 30 0100 "))
        assert queries.find_by_number("ONDL-300100").number == "ONDL-300100"


@pytest.mark.parametrize(
    ("wishes", "columns"),
    [
        ({"Номер полиса": ""}, ["number"]),
        ({"Номер полиса": "без номера"}, ["number"]),
        ({"Номер полиса": "12/34"}, ["number"]),
        ({"Номер полиса": "ONDL-500100"}, ["copay"]),
        ({"Продукт": "никакой"}, ["product"]),
        ({"Версия": "99"}, ["version"]),
        ({"Версия": "первая"}, ["version"]),
        ({"Программа": "Всё включено"}, ["programme"]),
        ({"Франшиза, %": "15"}, ["copay"]),
        ({"Франшиза, %": "половина"}, ["copay"]),
        ({"Территория": "Марс"}, ["scope"]),
        ({"Действует с": "31.02.2026"}, ["starts_on"]),
        ({"Действует с": "10.03.26"}, ["starts_on"]),
        ({"Действует по": "10.03.2027"}, ["last_on"]),
        ({"Дата заключения": "02.03.2026"}, ["concluded_on"]),
        ({"Дата заключения": ""}, ["concluded_on"]),
        ({"Премия, руб.": "=2+2"}, ["premium"]),
        ({"Премия, руб.": "-5"}, ["premium"]),
        ({"Премия, руб.": "9500,005"}, ["premium"]),
        ({"Премия, руб.": "#ССЫЛКА!"}, ["premium"]),
        ({"Страхователь фамилия": "Cерова"}, ["holder.surname"]),
        ({"Страхователь имя": "Анна2"}, ["holder.given_name"]),
        ({"Страхователь дата рождения": "14.05.2010"}, ["holder.issued_on"]),
        ({"Страхователь пол": "нет"}, ["holder.sex"]),
        ({"Страхователь серия": ""}, ["holder.series"]),
        ({"Страхователь номер документа": "12345"}, ["holder.number"]),
        ({"Страхователь документ": "пропуск"}, ["holder.document_kind"]),
        (
            {"Страхователь документ": "свидетельство о рождении", "Страхователь серия": "IV-МЮ"},
            ["holder.document_kind"],
        ),
        ({"Страхователь телефон": "12"}, ["holder.phone"]),
        ({"Страхователь почта": "anna"}, ["holder.email"]),
        ({"Страхователь почта": ""}, ["holder.email"]),
        ({"Страхователь имя": "Ан\x01на"}, ["holder.given_name"]),
        ({"Страхователь отчество": "В" * 600}, ["holder.patronymic"]),
        ({"Застрахованный ФИО": "Серов"}, ["insured.full_name", "insured.born_on", "insured.sex"]),
        ({"Номер полиса": "", "Премия, руб.": "", "Страхователь почта": "?"}, ["number", "premium", "holder.email"]),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_every_reason(wishes: dict[str, str], columns: list[str]) -> None:
    report = take({**ANNAS, **wishes})
    assert outcomes(report) == [Outcome.REFUSED]
    assert set(columns) <= set(wrong(report))
    assert not Policy.objects.exists()
    told = " ".join(remark.text for row in report.rows for remark in row.remarks)
    assert "Серова" not in told
    assert "123456" not in told


def test_a_minor_concludes_no_contract() -> None:
    report = take(
        annas(
            **{
                "Страхователь дата рождения": "14.05.2010",
                "Страхователь дата выдачи": "20.06.2024",
                "Страхователь серия": "3624",
            }
        )
    )
    assert wrong(report) == ["holder.born_on"]


def test_questions_to_the_database_do_not_grow_with_the_list() -> None:
    rows = [annas(Номер_полиса=f"ДМС-{serial:06d}") for serial in range(200)]
    with CaptureQueriesContext(connection) as few:
        take(*rows[:20])
    with CaptureQueriesContext(connection) as many:
        take(*rows[20:])
    assert len(many) <= len(few) + 2
    assert Policy.objects.count() == 200


def test_a_list_broken_off_is_simply_run_again() -> None:
    """The first thousand is stored, the second fails: the next run finds the first and stores the rest."""
    rows = [annas(Номер_полиса=f"ДМС-{serial:06d}") for serial in range(BATCH_ROWS + 5)]

    def break_off(done: int, total: int) -> None:
        if done == BATCH_ROWS:
            raise InterruptedError

    content = as_csv(*({**row, "Продукт": DEMO_CODE} for row in rows))
    with pytest.raises(InterruptedError):
        commands.import_policies(content=content, apply=True, by=BY, at=AT, progress=break_off)
    assert Policy.objects.count() == BATCH_ROWS
    report = commands.import_policies(content=content, apply=True, by=BY, at=AT)
    assert (report.count(Outcome.SAME), report.count(Outcome.NEW)) == (BATCH_ROWS, 5)


@pytest.mark.django_db(transaction=True)
def test_two_imports_and_a_sale_at_once_give_each_number_once() -> None:
    rows = [annas(Номер_полиса=f"ONDL-30{serial:04d}") for serial in range(20)]
    policy(BORIS, percent=30)  # ONDL-300000: the series is there, and the list's first row differs
    start = Barrier(3)

    def work(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as doers:
        deeds = (lambda: take(*rows), lambda: take(*rows), lambda: policy(ANNA))
        left, right, _sale = doers.map(work, deeds)
    assert isinstance(left, ImportReport)
    assert isinstance(right, ImportReport)
    taken = {row.number for report in (left, right) for row in report.rows if row.outcome is Outcome.NEW}
    assert left.count(Outcome.NEW) + right.count(Outcome.NEW) == len(taken)
    # The sale came before the lists and took their second number, or after them and went round all.
    assert len(taken) in (18, 19)
    assert Policy.objects.count() == len(taken) + 2
    assert all(one.is_whole for one in number_accounts())


def test_the_policy_of_an_unknown_person_names_nobody_else() -> None:
    """Each contract names its people anew: an import never touches a person who is here."""
    anna = account(ANNA)
    before = Person.objects.get(pk=people.user_card(anna.pk).person.id)
    take(annas(Страхователь_отчество=""))
    after = Person.objects.get(pk=before.pk)
    assert (after.patronymic, after.identity) == (before.patronymic, before.identity)
    assert uuid4() not in {one.id for one in queries.policies_of(anna.pk, TODAY)}
