"""Passports and birth certificates of Russian law."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.accounts import errors, rules
from doctorlike.kit.dates import birthday

BORN = date(1990, 5, 17)


def passport(**changed: object) -> dict[str, object]:
    document = {"series": "45 08", "number": "123456", "issued_on": date(2012, 6, 1), "born_on": BORN}
    return {**document, "on": date(2026, 3, 1), **changed}


def test_a_passport_in_order_has_no_problems() -> None:
    assert rules.check_passport(**passport(division_code="770 001")) == {}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"series": "45О8"}, "series", "passport_series"),
        ({"series": "٤٥٠٨"}, "series", "passport_series"),
        ({"number": "12345"}, "number", "passport_number"),
        ({"division_code": "7700012"}, "division_code", "division_code"),
        ({"issued_on": date(2026, 3, 2)}, "issued_on", "issued_in_future"),
        ({"issued_on": date(2004, 5, 16)}, "issued_on", "issued_before_fourteen"),
        ({"issued_on": date(2010, 5, 16)}, "issued_on", "passport_expired"),
    ],
)
def test_each_problem_is_told_at_its_field(changed: dict, field: str, code: str) -> None:
    assert {name: problem.code for name, problem in rules.check_passport(**passport(**changed)).items()} == {
        field: code
    }


@pytest.mark.parametrize(
    ("issued_on", "on", "valid"),
    [
        (date(2004, 5, 17), date(2010, 5, 17), True),  # from the 14th birthday on
        (date(2004, 5, 17), date(2010, 8, 15), True),  # 90 days after the 20th birthday
        (date(2004, 5, 17), date(2010, 8, 16), False),
        (date(2010, 5, 16), date(2010, 8, 16), False),  # a day before the birthday it is still the first passport
        (date(2010, 5, 17), date(2010, 8, 16), True),
        (date(2010, 5, 17), date(2035, 8, 15), True),
        (date(2010, 5, 17), date(2035, 8, 16), False),
        (date(2035, 5, 17), date(2099, 1, 1), True),  # from 45 on for life
    ],
)
def test_a_passport_lasts_ninety_days_after_the_twentieth_and_forty_fifth_birthday(
    issued_on: date, on: date, valid: bool
) -> None:
    assert (rules.check_passport(**passport(issued_on=issued_on, on=on)) == {}) is valid


def test_born_on_29_february_the_birthdays_are_on_1_march_in_common_years() -> None:
    leap = date(2004, 2, 29)
    early = passport(born_on=leap, issued_on=date(2018, 2, 28), on=date(2018, 4, 1))
    assert list(rules.check_passport(**early)) == ["issued_on"]
    assert rules.check_passport(**{**early, "issued_on": date(2018, 3, 1)}) == {}


@given(
    born_on=st.dates(date(1984, 1, 1), date(2010, 1, 1)),
    issued_after=st.integers(0, 25_000),
    later=st.integers(0, 25_000),
)
def test_the_last_valid_day_is_the_edge(born_on: date, issued_after: int, later: int) -> None:
    issued_on = birthday(born_on, 14) + timedelta(days=issued_after)
    on = issued_on + timedelta(days=later)
    last_day = rules.passport_valid_through(issued_on=issued_on, born_on=born_on)
    found = rules.check_passport(**passport(born_on=born_on, issued_on=issued_on, on=on))
    assert ("issued_on" in found) is (last_day is not None and on > last_day)


@pytest.mark.parametrize(
    ("issued_on", "on", "told"),
    [
        (date(2010, 5, 16), date(2026, 3, 1), ["до 20 лет", "15.08.2010", "20-летия"]),
        (date(2010, 5, 17), date(2035, 9, 1), ["до 45 лет", "15.08.2035", "45-летия"]),
    ],
)
def test_an_expired_passport_is_told_by_which_birthday(issued_on: date, on: date, told: list[str]) -> None:
    words = str(rules.check_passport(**passport(issued_on=issued_on, on=on))["issued_on"])
    assert all(one in words for one in told)


def test_a_passport_of_the_time_before_russian_passports_is_refused() -> None:
    old = passport(born_on=date(1940, 1, 1), issued_on=date(1997, 9, 30))
    assert rules.check_passport(**old)["issued_on"].code == "soviet_passport"
    assert rules.check_passport(**{**old, "issued_on": date(1997, 10, 1)}) == {}


@pytest.mark.parametrize(
    ("kind", "on", "refusal"),
    [
        ("birth_certificate", date(2024, 3, 19), None),
        ("birth_certificate", date(2024, 6, 18), None),  # 90 days after the 14th birthday
        ("birth_certificate", date(2024, 6, 19), "passport_due"),
        ("passport", date(2024, 3, 19), "no_passport_yet"),
        ("passport", date(2024, 3, 20), None),
        ("foreign", date(2010, 3, 20), None),
        ("foreign", date(2080, 3, 20), None),
    ],
)
def test_a_certificate_serves_until_the_first_passport_is_due(kind: str, on: date, refusal: str | None) -> None:
    try:
        rules.check_document_kind(rules.DocumentKind(kind), born_on=date(2010, 3, 20), on=on)
    except errors.PassportDueError as due:
        assert "18.06.2024" in str(due)
        assert refusal == due.code
    except errors.NoPassportYetError as early:
        assert refusal == early.code
    else:
        assert refusal is None


def foreign(**changed: object) -> dict[str, object]:
    document = {"series": "", "number": "u 12345678", "latin_name": "YILMAZ MERT", "citizenship": "TR"}
    dates = {"issued_on": date(2020, 6, 1), "valid_until": date(2030, 6, 1), "born_on": BORN, "on": date(2026, 3, 1)}
    return {**document, **dates, **changed}


@pytest.mark.parametrize(
    "changed",
    [{}, {"valid_until": None}, {"citizenship": rules.STATELESS}, {"series": "АН", "number": "123 456"}],
)
def test_another_states_document_in_order_has_no_problems(changed: dict) -> None:
    assert rules.check_foreign_document(**foreign(**changed)) == {}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"number": "12"}, "number", "foreign_number"),
        ({"number": "ABCDEF"}, "number", "foreign_number"),
        ({"number": "1" * 21}, "number", "foreign_number"),
        ({"number": "АA123456"}, "number", "mixed_letters"),
        ({"series": "A" * 11}, "series", "foreign_series"),
        ({"latin_name": ""}, "latin_name", "latin_name"),
        ({"latin_name": "YILMAZ, MERT"}, "latin_name", "latin_name"),
        ({"latin_name": "YILМAZ"}, "latin_name", "cyrillic_in_latin_name"),
        ({"citizenship": ""}, "citizenship", "citizenship_missing"),
        ({"citizenship": "RU"}, "citizenship", "citizenship_russian"),
        ({"issued_on": date(2026, 3, 2)}, "issued_on", "issued_in_future"),
        ({"issued_on": date(1990, 5, 16)}, "issued_on", "issued_before_birth"),
        ({"valid_until": date(2020, 5, 31)}, "valid_until", "valid_before_issued"),
        ({"valid_until": date(2026, 2, 28)}, "valid_until", "document_expired"),
    ],
)
def test_each_problem_of_another_states_document_is_told_at_its_field(changed: dict, field: str, code: str) -> None:
    found = rules.check_foreign_document(**foreign(**changed))
    assert {name: problem.code for name, problem in found.items()} == {field: code}


def test_a_childs_certificate_of_another_state_may_have_no_latin_letters() -> None:
    child = foreign(born_on=date(2012, 3, 2), issued_on=date(2012, 4, 1), latin_name=" ")
    assert rules.check_foreign_document(**child) == {}
    assert "latin_name" in rules.check_foreign_document(**{**child, "born_on": date(2012, 3, 1)})


@given(st.text(max_size=30))
def test_a_kept_number_of_another_state_is_stable_and_of_one_alphabet(typed: str) -> None:
    try:
        kept = rules.tidy_foreign_number(typed)
    except (errors.ForeignNumberError, errors.MixedLettersError):
        return
    assert rules.tidy_foreign_number(kept) == kept
    assert kept.isascii() or not any("A" <= sign <= "Z" for sign in kept)


@given(
    figures=st.sampled_from(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XIV", "XXXVIII"]),
    letters=st.text("АБВГДЕЖИКЛМНОПРСТУФХЮЯ", min_size=2, max_size=2),
    cyrillic=st.booleans(),
    small=st.booleans(),
    gap=st.sampled_from(["", " ", "-", " – ", "—", " № "]),
)
def test_every_real_certificate_series_is_kept_however_it_is_typed(
    figures: str, letters: str, cyrillic: bool, small: bool, gap: str
) -> None:
    roman = figures.replace("X", "Х").replace("V", "У").replace("I", "І") if cyrillic else figures
    typed = roman + gap + letters
    assert rules.tidy_certificate_series(typed.lower() if small else typed) == f"{figures}-{letters}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("IV-МЮ", "IV-МЮ"), ("iv мю", "IV-МЮ"), ("ІУ—МЮ", "IV-МЮ"), ("1-AB", "I-АВ"), ("XIX ЕР", "XIX-ЕР")],
)
def test_a_certificate_series_is_put_right(typed: str, kept: str) -> None:
    assert rules.tidy_certificate_series(typed) == kept


@pytest.mark.parametrize("typed", ["", "МЮ", "IIII-МЮ", "IV-М", "IV-DЮ", "АБ-МЮ", "4-МЮ", "IV-МЮЯ"])
def test_what_is_no_certificate_series_is_refused(typed: str) -> None:
    with pytest.raises(errors.CertificateSeriesError):
        rules.tidy_certificate_series(typed)


@given(st.text(max_size=12))
def test_a_kept_certificate_series_is_stable(typed: str) -> None:
    try:
        kept = rules.tidy_certificate_series(typed)
    except errors.CertificateSeriesError:
        return
    assert rules.tidy_certificate_series(kept) == kept


def test_a_certificate_is_not_issued_before_birth_or_in_the_future() -> None:
    paper = {"series": "II-ЕР", "number": "654321", "born_on": date(2020, 1, 5), "on": date(2026, 3, 1)}
    assert rules.check_birth_certificate(**paper, issued_on=date(2020, 1, 5)) == {}
    assert rules.check_birth_certificate(**paper, issued_on=date(2020, 1, 4))["issued_on"].code == "issued_before_birth"
    assert rules.check_birth_certificate(**paper, issued_on=date(2026, 3, 2))["issued_on"].code == "issued_in_future"


def test_a_birth_date_is_neither_in_the_future_nor_120_years_ago() -> None:
    today = date(2026, 3, 1)
    rules.check_birth_date(today, on=today)
    rules.check_birth_date(date(1906, 3, 2), on=today)
    with pytest.raises(errors.BornInFutureError):
        rules.check_birth_date(date(2026, 3, 2), on=today)
    with pytest.raises(errors.BornTooLongAgoError):
        rules.check_birth_date(date(1906, 3, 1), on=today)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("8 (912) 000-00-00", "phone", "+79120000000"),
        ("9120000000", "phone", "+79120000000"),
        ("+7 912 000 00 00", "phone", "+79120000000"),
        (" Anna@Example.com ", "email", "anna@example.com"),
    ],
)
def test_a_phone_or_an_address_is_read_as_people_write_it(typed: str, kind: str, value: str) -> None:
    assert rules.read_contact(typed) == rules.Contact(kind, value)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", errors.WrongContactError),
        ("8 912", errors.WrongContactError),
        ("анна", errors.WrongContactError),
        ("anna@", errors.WrongEmailError),
    ],
)
def test_what_is_neither_is_refused(typed: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.read_contact(typed)
