"""Fields take what people type."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.ui.forms import CodeField, DayField, FilesField, MoneyField


@pytest.mark.parametrize(
    "typed", ["24.03.1990", "24 03 1990", "24/03/1990", "24-03-1990", "24031990", " 24.03.1990. ", "1990-03-24"]
)
def test_a_day_is_understood(typed):
    assert DayField().clean(typed) == date(1990, 3, 24)


@pytest.mark.parametrize("typed", ["31.02.2026", "24.13.1990", "24.03", "вчера", "24.03.90"])
def test_no_day_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="Такой даты нет"):
        DayField().clean(typed)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_shown_day_is_understood_again(day):
    assert DayField().clean(day.strftime("%d.%m.%Y")) == day


@pytest.mark.parametrize("typed", ["418902", "418 902", "418-902", " 418902 ", "418\u00a0902"])
def test_a_code_is_understood(typed):
    assert CodeField().clean(typed) == "418902"


@pytest.mark.parametrize("typed", ["41890", "4189021", "41890a", ""])
def test_a_wrong_code_is_refused(typed):
    with pytest.raises(ValidationError):
        CodeField().clean(typed)


@pytest.mark.parametrize("typed", ["1400,50", "1 400,50", "1400.5", "1\u00a0400,50 ₽", "1 400,50₽"])
def test_an_amount_is_understood(typed):
    assert MoneyField().clean(typed) == Decimal("1400.50")


@pytest.mark.parametrize("typed", ["0", "-5", "1,234", "сто", "NaN"])
def test_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        MoneyField().clean(typed)


def test_several_files_become_a_list():
    first, second = (SimpleUploadedFile(name, b"x") for name in ("a.pdf", "b.pdf"))
    assert FilesField().clean([first, second]) == [first, second]
    assert FilesField(required=False).clean([]) == []
    with pytest.raises(ValidationError):
        FilesField().clean([])
