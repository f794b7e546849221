"""Whether the desk may put a policy into an account, over every mix of people, ages and names."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.dates import birthday
from doctorlike.policies.fitting import DeskFit, DeskMatch, Named, desk_match, states_document
from doctorlike.policies.rules import LinkRole, role_for

ON = date(2026, 3, 1)
CHILD_AGE = 15
ANNA = Named("Серова", "Анна", "Викторовна", date(1988, 5, 14))
MITYA = Named("Серов", "Дмитрий", "", date(2015, 3, 20))
BORIS = Named("Борисов", "Борис", "", date(1975, 11, 2))

days = st.dates(date(1940, 1, 1), ON)
names = st.sampled_from(["Серова", "Серов", "Петрова"])
people = st.builds(Named, names, st.sampled_from(["Анна", "Алла"]), st.sampled_from(["", "Викторовна"]), days)


def match(holder: Named | None, insured: Named, policyholder: Named, *, here: bool = False, on: date = ON) -> DeskMatch:
    return desk_match(
        holder=holder, insured=insured, policyholder=policyholder, stands_here=here, on=on, child_age=CHILD_AGE
    )


@pytest.mark.parametrize(
    ("holder", "insured", "policyholder", "fit", "role"),
    [
        (ANNA, ANNA, ANNA, DeskFit.FITS, LinkRole.SELF),
        (ANNA, ANNA, BORIS, DeskFit.FITS, LinkRole.SELF),
        (ANNA, MITYA, ANNA, DeskFit.FITS, LinkRole.GUARDIAN),
        (BORIS, MITYA, ANNA, DeskFit.OTHER_CHILD, None),
        (MITYA, MITYA, ANNA, DeskFit.OTHER_CHILD, None),
        (BORIS, ANNA, BORIS, DeskFit.PAYS_ONLY, None),
        (BORIS, ANNA, ANNA, DeskFit.OTHER_PERSON, None),
        (None, ANNA, ANNA, DeskFit.NO_PROFILE, None),
        (Named("Петрова", "Анна", "Викторовна", ANNA.born_on), ANNA, ANNA, DeskFit.OTHER_NAME, LinkRole.SELF),
        (Named("Петрова", "Анна", "", ANNA.born_on), MITYA, ANNA, DeskFit.OTHER_NAME, LinkRole.GUARDIAN),
        (Named("серова", "анна", "", ANNA.born_on), ANNA, ANNA, DeskFit.FITS, LinkRole.SELF),
        (Named("Серова", "Анна", "Павловна", ANNA.born_on), ANNA, ANNA, DeskFit.OTHER_NAME, LinkRole.SELF),
    ],
)
def test_the_table_of_outcomes(
    holder: Named | None, insured: Named, policyholder: Named, fit: DeskFit, role: LinkRole | None
) -> None:
    assert match(holder, insured, policyholder) == DeskMatch(fit, role)


def test_on_the_fifteenth_birthday_the_policy_goes_from_the_mother_to_the_teenager() -> None:
    turns_on = birthday(MITYA.born_on, CHILD_AGE)
    eve = turns_on - timedelta(days=1)
    assert match(ANNA, MITYA, ANNA, on=eve).role is LinkRole.GUARDIAN
    assert match(MITYA, MITYA, ANNA, on=eve).fit is DeskFit.OTHER_CHILD
    assert match(MITYA, MITYA, ANNA, on=turns_on).role is LinkRole.SELF
    assert match(ANNA, MITYA, ANNA, on=turns_on).fit is DeskFit.PAYS_ONLY


@given(people, people, people, st.booleans())
def test_the_desk_links_nobody_whom_the_rule_of_roles_does_not_allow(
    holder: Named, insured: Named, policyholder: Named, here: bool
) -> None:
    found = match(holder, insured, policyholder, here=here)
    allowed = role_for(
        holder_born_on=holder.born_on,
        insured_born_on=insured.born_on,
        policyholder_born_on=policyholder.born_on,
        on=ON,
        child_age=CHILD_AGE,
    )
    assert found.can_link == (allowed is not None and not here)
    assert found.role == (None if here else allowed)


@given(people, people)
def test_being_called_alike_is_mutual(one: Named, other: Named) -> None:
    assert one.is_called(other) == other.is_called(one)
    assert one.is_called(one)


@pytest.mark.parametrize(
    ("series", "number", "same"),
    [
        ("3608", "123456", True),
        ("36 08", "123 456", True),
        ("36-08", "№ 123456", True),
        ("", "3608123456", True),
        ("3608", "123457", False),
        ("", "123456", False),
        ("", "", False),
    ],
)
def test_a_passport_is_named_in_any_writing(series: str, number: str, same: bool) -> None:
    assert states_document(series=series, number=number, kept={"series": "3608", "number": "123456"}) is same


@pytest.mark.parametrize("series", ["IV-МЮ", "iv мю", "ІV—МЮ", "1V МЮ"])
def test_a_certificates_figures_and_letters_may_be_of_either_alphabet(series: str) -> None:
    assert states_document(series=series, number="654321", kept={"series": "IV-МЮ", "number": "654321"})


@given(st.text(max_size=8), st.text(max_size=8))
def test_without_a_document_nothing_is_named_right(series: str, number: str) -> None:
    assert not states_document(series=series, number=number, kept={})
    assert not states_document(series=series, number=number, kept={"series": series, "number": ""})
