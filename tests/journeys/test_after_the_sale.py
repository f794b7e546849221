"""Vera insures herself and her brother, whose policy is a gift. She thinks better of her own before it starts and has
its price back; he takes his over; somebody who is shown the papers checks them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.journeys.cast import Client
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import aftersale, bank, checking, gift, shop, signin, staff
from tests.journeys.steps.charge import roubles
from tests.journeys.world import Letter, World, wait_for

VERA = Client(
    surname="Дарова",
    given_name="Вера",
    patronymic="Сергеевна",
    sex="женский",
    born_on=date(1988, 9, 12),
    phone="+7 927 000-01-11",
    email="vera@demo.example",
    series="3605",
    number="678901",
    issued_on=date(2008, 10, 2),
)
OLEG = Client(
    surname="Даров",
    given_name="Олег",
    patronymic="Сергеевич",
    sex="мужской",
    born_on=date(1986, 1, 25),
    phone="+7 927 000-01-22",
    email="oleg@demo.example",
    series="3601",
    number="789012",
    issued_on=date(2006, 2, 14),
)


def test_a_gift_is_taken_over_and_the_givers_own_policy_is_given_back(world: World, sits_down: SitDown) -> None:
    vera = sits_down("vera", PHONE)
    handed_on, starts_on = world.today() + timedelta(days=2), world.today() + timedelta(days=5)

    shop.calculates(vera, VERA, scope="Вся Россия", percent=30)
    shop.chooses_a_programme(vera)
    shop.fills_in_the_form(vera, VERA, starts_on=starts_on)
    shop.sends_the_form(vera)
    vera.closely = True
    gift.adds_somebody(vera, OLEG)
    gift.makes_it_a_gift(vera, OLEG, on=handed_on)
    shop.asks_for_the_code(vera)
    shop.confirms_with_the_code(vera, VERA)
    bank.pays_with(vera, bank.GOOD)
    vera.sees("Полис оформлен")
    own, given = (vera.reads(rf"(ONDL-\d+)\s+{one.full_name}") for one in (VERA, OLEG))
    letter = world.letter_to(VERA.email, about=own)
    own_paper, given_paper = (paper_of(letter, number) for number in (own, given))

    signin.registers(vera, VERA)
    vera.sees("Главная", told=own)
    contract = aftersale.opens_the_contract(vera, own)
    refunds = len(world.refunds())
    amount = aftersale.is_told_what_comes_back(vera)
    aftersale.ends_it_with_a_code(vera, VERA, own, amount=amount)
    assert len(world.refunds()) == refunds, "nothing goes back before a second person agrees"
    finance = sits_down("finance", DESKTOP)
    staff.comes_to(finance, staff.FINANCE, "/desk/", "Клиенты")
    finance.closely = True
    staff.agrees_to_give_back(finance, number=own, amount=amount)
    (refund,) = wait_for(lambda: world.refunds(since=refunds), "the money back at the acquirer")
    assert roubles(Decimal(refund["amount"]["value"])) == amount
    assert refund["has_receipt"]
    aftersale.has_the_money_back(vera, contract, number=own, amount=amount)
    notice = world.letter_to(VERA.email, about="расторгнут")
    assert [one.name for one in notice.attachments] == [f"Уведомление о расторжении полиса {own}.pdf"]

    world.move_to(handed_on)
    oleg = sits_down("oleg", DESKTOP)
    taken = gift.is_taken_over(oleg, OLEG, given)
    vera.opens(taken)
    vera.sees(given, told=OLEG.full_name)
    vera.meets_nothing_at(taken.replace("/policies/", "/person/"))

    stranger = sits_down("stranger", PHONE, closely=True)
    checking.follows_the_code(stranger, own_paper, own, told="Договор расторгнут")
    checking.follows_the_code(stranger, given_paper, given, told="Полис выдан нами и ещё не начался")
    checking.examines(stranger, given_paper, given, told="Файл подлинный")
    changed = checking.with_one_byte_changed(given_paper)
    checking.examines(stranger, changed, given, told="Файл изменён после подписания")
    checking.examines(stranger, own_paper, given, told="Это документ другого полиса")
    assert not world.debited_twice()


def paper_of(letter: Letter, number: str) -> bytes:
    """The policy itself among what was sent."""
    return next(one.content for one in letter.attachments if one.name == f"Полис {number}.pdf")
