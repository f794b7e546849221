"""`make bench-eligibility`: microseconds of one decision, with everything in order and with every reason at once.
Beside it the bare answer: as many reasons put into new frozen objects, nothing decided."""

from __future__ import annotations

import timeit
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bench.harness import interleaved, measurement, run, time_share

DECISIONS_A_ROUND = 200_000


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
        bench.figures = {
            "covered_us": round(fastest["covered"], 2),
            "every_reason_us": round(fastest["every_reason"], 2),
            "reasons": len(told),
            "share": round(time_share(fastest["every_reason"], fastest["answer"]), 3),
        }
        bench.limit = {"answer_us": round(fastest["answer"], 2)}


if __name__ == "__main__":
    run(main)
