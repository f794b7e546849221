"""Which benefit covers which service of the nomenclature."""

from __future__ import annotations

import pytest

from doctorlike.products.demo import demo_terms
from doctorlike.products.errors import NotOnOfferError
from doctorlike.products.rules import benefit_for, normal_service_code

TERMS = demo_terms()


@pytest.mark.parametrize(
    ("service_code", "polyclinic", "with_dental"),
    [
        ("B01.047.001", "visits", "visits"),
        ("B03.016.003", "laboratory", "laboratory"),
        ("A04.16.001", "diagnostics", "diagnostics"),
        ("A06.09.005", "tomography", "tomography"),
        ("A21.01.001", "physiotherapy", "physiotherapy"),
        ("B01.065.001", None, "dental"),
        ("A16.07.002", None, "dental"),
        ("A16.07.004", None, None),  # prosthetics
        ("A18.05.002", None, None),  # haemodialysis
        ("A27.05.040", None, None),
        ("Z99.000.000", None, None),
    ],
)
def test_services_are_covered_by_the_right_benefit(
    service_code: str, polyclinic: str | None, with_dental: str | None
) -> None:
    covered = [benefit_for(TERMS, programme.code, service_code) for programme in TERMS.programmes]
    assert [benefit and benefit.code for benefit in covered] == [polyclinic, with_dental]


def test_a_prefix_ends_at_a_segment() -> None:
    assert benefit_for(TERMS, "polyclinic", "A160.01.001") is None


def test_cyrillic_letters_of_a_code_read_as_latin() -> None:
    assert normal_service_code(" в01.047.001 ") == "B01.047.001"
    assert benefit_for(TERMS, "polyclinic", "В01.047.001") == benefit_for(TERMS, "polyclinic", "B01.047.001")


def test_an_unknown_programme_is_refused() -> None:
    with pytest.raises(NotOnOfferError):
        benefit_for(TERMS, "maternity", "B01.047.001")
