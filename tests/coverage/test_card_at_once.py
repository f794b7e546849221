"""One code shown at two receptions at the same moment is taken by one of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from doctorlike.coverage import commands
from doctorlike.coverage.cards.rules import Finding
from doctorlike.kit.actors import Actor
from tests.appointments import builders
from tests.appointments.builders import NOW
from tests.appointments.test_concurrency import at_once
from tests.coverage.test_card_checks import REAL, _wednesday_morning, anna, card, clinic, phone, scanned

__all__ = ["_wednesday_morning", "anna", "card", "clinic", "phone"]
pytestmark = pytest.mark.django_db(transaction=True)
DESKS = 4


def test_one_code_at_many_receptions_is_taken_once(clinic: Any, card: commands.OpenCard) -> None:
    places = [clinic.pk, builders.clinic("Другая").pk]
    shown = scanned(card)

    def check(number: int) -> Finding:
        told: dict[str, Any] = {"shown": shown, "policy_number": "", "at": NOW, "real_at": REAL}
        by = Actor.system(f"desk {number}")
        return commands.check_card(clinic_id=places[number % len(places)], by=by, **told).finding

    found = at_once([lambda number=number: check(number) for number in range(DESKS)])
    assert Counter(found) == {Finding.GOOD: 1, Finding.USED: DESKS - 1}
