"""The decision against a slow model that shares nothing with it (`eligibility_model.py`).

`ELIGIBILITY_CASES=100000` asks more; `make bench-eligibility` does."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date

from hypothesis import HealthCheck, example, given, settings

from tests.coverage.eligibility_cases import CASES, KAMCHATKA, asked
from tests.coverage.eligibility_model import Case, reasons


@settings(max_examples=int(os.environ.get("ELIGIBILITY_CASES", "500")), suppress_health_check=[HealthCheck.too_slow])
@given(case=CASES)
@example(case=KAMCHATKA)
@example(case=replace(KAMCHATKA, zone="Europe/Moscow"))
@example(case=replace(KAMCHATKA, cancelled_on=date(2026, 3, 20)))
def test_the_decision_agrees_with_a_slow_independent_model(case: Case) -> None:
    assert asked(case) == reasons(case)
