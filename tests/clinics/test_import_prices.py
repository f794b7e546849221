"""Price lists: from a day on, half-open, what is to come stays, and what contradicts itself is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.clinics import commands, queries
from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.clinics.queries import RunView
from doctorlike.clinics.rules import ListKind, Outcome, OverlapError, Spell, read_code, with_price
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.regions import commands as regions

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TODAY, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
BY = Actor.system("tests")
THERAPIST = "B01.047.001"
HEADING = "клиника;адрес;код;услуга;цена;действует с;до\n"
COLUMNS = {
    "clinic": "клиника",
    "address": "адрес",
    "code": "код",
    "service": "услуга",
    "price": "цена",
    "from": "действует с",
    "to": "до",
}


@pytest.fixture
def clinic(db: None) -> Clinic:
    regions.load_shipped_regions(by=BY, at=NOW)
    content = 'clinic,address\nООО «Мак»,"г Москва, ул Садовая, д.1"\n'.encode()
    commands.import_clinics(content=content, file_name="l.csv", by=BY, at=NOW)
    return Clinic.objects.get()


def line(
    price: str, on: date | str = TODAY, *, until: date | str = "", code: str = THERAPIST, name: str = "Мак"
) -> str:
    return f"ООО «{name}»;;{code};Прием терапевта;{price};{on};{until}\n"


def read(rows: str, **more: Any) -> RunView:
    content = (HEADING + rows).encode()
    received = commands.receive_list(kind=ListKind.PRICES, content=content, file_name="p.csv", by=BY, at=NOW, **more)
    commands.name_columns(run_id=received.run_id, columns=COLUMNS, source="", by=BY, at=NOW)
    commands.read_list(run_id=received.run_id, by=BY, at=NOW)
    return queries.run(received.run_id)


def applied(rows: str, **more: object) -> UUID:
    run = read(rows, **more)
    commands.ask_to_apply(run_id=run.id, by=BY, at=NOW)
    commands.apply_list(run_id=run.id, by=BY, at=NOW)
    return run.id


def remarks(run: RunView) -> dict[int, list[tuple[str, str]]]:
    return {row.number: [(one.column, one.text) for one in row.remarks] for row in queries.list_rows(run.id)[:50]}


def price_on(clinic: Clinic, day: date, code: str = THERAPIST) -> str | None:
    price = queries.price(clinic.pk, code, day)
    return None if price is None else str(price.amount)


def test_a_price_to_come_does_not_change_todays(clinic: Clinic) -> None:
    applied(line("1 900,00 ₽"))
    applied(line("2100", APRIL))
    assert price_on(clinic, TODAY) == "1900.00"
    assert price_on(clinic, APRIL - timedelta(days=1)) == "1900.00"
    assert price_on(clinic, APRIL) == "2100.00"
    # A correction of today's ends where the price to come begins.
    applied(line("1950"))
    assert price_on(clinic, TODAY) == "1950.00"
    assert price_on(clinic, APRIL) == "2100.00"


def test_after_a_price_with_an_end_the_one_before_holds_again(clinic: Clinic) -> None:
    applied(line("1900"))
    applied(line("1500", APRIL, until=MAY))
    held = [price_on(clinic, day) for day in (TODAY, APRIL, MAY - timedelta(days=1), MAY)]
    assert held == ["1900.00", "1500.00", "1500.00", "1900.00"]


def test_every_row_that_cannot_be_taken_says_why(clinic: Clinic) -> None:
    applied(line("2500", MAY))
    run = read(
        line("-5")
        + line("много")
        + line("1900", name="Кто это")
        + line("1900", until=TODAY)
        + line("1900")
        + line("1950")
        + line("2000", APRIL, until=date(2026, 6, 1))
        + line("1900", "31.02.2026")
        + line("10.555", code="A16.07.001")
    )
    told = {number: [column for column, _text in found] for number, found in remarks(run).items()}
    assert told == {
        2: ["price"], 3: ["price"], 4: ["clinic"], 5: ["to"], 6: [], 7: ["from"], 8: ["to"], 9: ["from"], 10: ["price"],
    }  # fmt: skip
    assert run.counts[Outcome.REFUSED] == 8
    assert "01.05.2026" in remarks(run)[8][0][1]


def test_a_name_of_two_clinics_needs_an_address(clinic: Clinic) -> None:
    content = 'clinic,address\nООО «Мак»,"г Москва, ул Садовая, д.2"\n'.encode()
    commands.import_clinics(content=content, file_name="l.csv", by=BY, at=NOW)
    rows = line("1900") + 'ООО «Мак»;"г Москва, ул Садовая, д.2";B01.001.001;Прием;2000;2026-03-01;\n'
    run = read(rows)
    assert remarks(run)[2] == [("clinic", "таких клиник несколько: нужен и адрес")]
    assert run.counts[Outcome.ADDED] == 1


@pytest.mark.parametrize(
    ("code", "name", "stored", "remarked"),
    [
        ("В01.047.001", "Прием", THERAPIST, False),  # the letter typed in Russian
        ("", "Прием (осмотр, консультация) врача-терапевта первичный", THERAPIST, False),
        ("1234", "Прием (осмотр, консультация) врача-терапевта первичный", THERAPIST, True),
        ("", "Гипноз", "~", True),
    ],
)
def test_codes_are_those_of_the_nomenclature_where_known(
    clinic: Clinic, code: str, name: str, stored: str, remarked: bool
) -> None:
    run_id = applied(f"ООО «Мак»;;{code};{name};1900;2026-03-01;\n")
    assert ServicePrice.objects.get().service_code.startswith(stored)
    assert bool(queries.list_row(run_id, 2).remarks) is remarked


def test_a_price_list_of_one_clinic_needs_no_column_for_it(clinic: Clinic) -> None:
    content = "Услуга;Стоимость\nПрием терапевта;1900\n".encode()
    received = commands.receive_list(
        kind=ListKind.PRICES,
        content=content,
        file_name="p.csv",
        clinic_id=clinic.pk,
        prices_from_on=APRIL,
        by=BY,
        at=NOW,
    )
    columns = {"service": "услуга", "price": "стоимость"}
    commands.name_columns(run_id=received.run_id, columns=columns, source="", by=BY, at=NOW)
    commands.read_list(run_id=received.run_id, by=BY, at=NOW)
    commands.ask_to_apply(run_id=received.run_id, by=BY, at=NOW)
    commands.apply_list(run_id=received.run_id, by=BY, at=NOW)
    assert ServicePrice.objects.get().valid_from_on == APRIL


def test_a_list_taken_back_restores_every_price(clinic: Clinic) -> None:
    applied(line("1900") + line("700", code="A16.07.001"))
    before = sorted(ServicePrice.objects.values_list("service_code", "price", "valid_from_on", "valid_to_on"))
    run_id = applied(line("2100", APRIL) + line("2200", MAY) + line("500", code="B01.001.001"))
    commands.ask_to_take_back(run_id=run_id, by=BY, at=NOW)
    commands.take_back_list(run_id=run_id, by=BY, at=NOW)
    assert queries.run(run_id).state == "taken_back"
    after = sorted(ServicePrice.objects.values_list("service_code", "price", "valid_from_on", "valid_to_on"))
    assert after == before


def test_a_list_is_kept_when_its_prices_were_changed_after_it(clinic: Clinic) -> None:
    first = applied(line("1900"))
    applied(line("2100", APRIL))
    commands.ask_to_take_back(run_id=first, by=BY, at=NOW)
    commands.take_back_list(run_id=first, by=BY, at=NOW)
    run = queries.run(first)
    assert run.state == "applied"
    assert "после загрузки меняли цены: ООО «Мак»" in run.problem
    assert price_on(clinic, TODAY) == "1900.00"


DAYS = st.integers(0, 60).map(lambda day: TODAY + timedelta(days=day))
PRICES = st.integers(1, 5).map(lambda roubles: Money.of(str(roubles)))


@given(
    changes=st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(1, 20)), PRICES), min_size=1, max_size=8),
)
def test_each_day_has_the_price_last_told_for_it(changes: list[tuple[date, int | None, Money]]) -> None:
    spells: tuple[Spell, ...] = ()
    calendar = [TODAY + timedelta(days=day) for day in range(90)]
    expected: dict[date, Money | None] = dict.fromkeys(calendar)
    for from_on, days, price in changes:
        new = Spell(from_on, None if days is None else from_on + timedelta(days=days), price, "Прием")
        later = [one.from_on for one in spells if one.from_on > from_on]
        try:
            spells = with_price(spells, new)
        except OverlapError:
            assert new.to_on is not None
            assert any(on < new.to_on for on in later)
            continue
        ends_on = new.to_on or min(later, default=calendar[-1] + timedelta(days=1))
        expected |= {day: price for day in calendar if from_on <= day < ends_on}
    for day in calendar:
        held = [one.price for one in spells if one.holds_on(day)]
        assert held == ([expected[day]] if expected[day] is not None else [])


@pytest.mark.parametrize("text", ["A16.07.002.001", "b01.047.1", "01.047.001", "", "B01.047.001x"])
def test_only_whole_codes_are_codes(text: str) -> None:
    assert (read_code(text) is not None) is (text == "A16.07.002.001")
