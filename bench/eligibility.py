"""`make bench-eligibility`: microseconds of one decision, with everything in order and with every reason at once, and
how many of a hundred thousand cases a slow independent model decides otherwise. Beside it the bare answer: as many
reasons put into new frozen objects, nothing decided."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bench.harness import Measurement, interleaved, measurement, progress, run, time_share

DECISIONS_A_ROUND = 200_000
CASES = 100_000
TOLD_EACH = 10_000


def main() -> None:
    from doctorlike.coverage.rules import Channel, Decision, EligibilityFacts, EnrolmentOn, Reason, decide

    covered = EligibilityFacts(
        on=date(2026, 6, 1),
        channel=Channel.CLINIC,
        starts_on=date(2026, 3, 1),
        ends_on=date(2027, 3, 1),
        waiting_days=14,
        enrolment=EnrolmentOn.ACTIVE,
        region_in_scope=True,
        serves_from_on=date(2026, 3, 1),
        in_network=True,
        service_covered=True,
    )
    worst = replace(
        covered,
        on=date(2026, 3, 2),
        cancelled_on=date(2026, 3, 1),
        ends_on=date(2026, 3, 2),
        enrolment=EnrolmentOn.NEVER,
        serves_from_on=date(2026, 3, 9),
        in_network=False,
        service_covered=False,
        limit_exhausted=True,
    )
    told = decide(worst).reasons

    def answer() -> Decision:
        return Decision(tuple([Reason(one.code, one.until_on, one.since_on) for one in told]))

    with measurement("eligibility", migrate=False) as bench:
        count = bench.scaled(DECISIONS_A_ROUND, least=1000)

        def microseconds(deed: Callable[[], object]) -> float:
            return 1_000_000 * timeit.timeit(deed, number=count) / count

        rounds = interleaved(
            {
                "covered": lambda: microseconds(lambda: decide(covered)),
                "every_reason": lambda: microseconds(lambda: decide(worst)),
                "answer": lambda: microseconds(answer),
            },
            rounds=5,
        )
        fastest = {name: min(times) for name, times in rounds.items()}
        asked, apart = against_the_model(bench)
        bench.figures = {
            "per_decision_us": round(fastest["every_reason"], 2),
            "cases": asked,
            "apart": apart,
            "covered_us": round(fastest["covered"], 2),
            "reasons": len(told),
            "share": round(time_share(fastest["every_reason"], fastest["answer"]), 3),
        }
        bench.limit = {"answer_us": round(fastest["answer"], 2)}


def against_the_model(bench: Measurement) -> tuple[int, int]:
    """How many cases were asked, and of how many the product's answer was another than the model's."""
    bench.enter_django()
    from hypothesis import HealthCheck, given, settings

    from tests.coverage.eligibility_cases import CASES as DRAWN
    from tests.coverage.eligibility_cases import asked
    from tests.coverage.eligibility_model import Case, reasons

    seen = apart = 0

    @settings(max_examples=bench.scaled(CASES), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=DRAWN)
    def compare(case: Case) -> None:
        nonlocal seen, apart
        seen += 1
        apart += asked(case) != reasons(case)
        if seen % TOLD_EACH == 0:
            progress(f"{seen} cases against the model, {apart} apart")

    compare()
    return seen, apart


if __name__ == "__main__":
    run(main)
