"""The nearest clinics: rings around the place that widen until there are enough, each asked by the squares it lies
in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from doctorlike.clinics.queries.finding.answers import BY_DISTANCE, Found, Window, first_answered, found, page_of
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Shape
from doctorlike.clinics.rules.nearness import WHOLE_EARTH, on_sphere, rings_around
from doctorlike.clinics.rules.searching import Question, in_ring

# Beyond, nobody counts: each further one widens the circle.
NEAREST_COUNTED_UP_TO = 40
# Of clinics that somebody chose so few are sorted at once, wherever they are.
_FEW = 300


def nearest(
    filters: ClinicFilters, place: tuple[float, float], window: Window, asked: Sequence[Question] = ()
) -> Found:
    """Those that fit, and answer the first of the questions that any clinic answers where there are questions. One
    query, which goes on to the next ring only when the former ones gave too few."""
    few = filters.only is not None and len(filters.only) <= _FEW
    rings = [WHOLE_EARTH] if few else list(rings_around(*place))
    questions: Sequence[Question | None] = asked or [None]
    told = {
        **filters.told,
        **on_sphere(*place)._asdict(),
        "readings": list(range(len(questions))),
        "of_readings": [reading for reading in range(len(questions)) for _ in rings],
        "numbers": [*range(len(rings))] * len(questions),
        "parts": [in_ring(ring, one, filters.regions) for one in questions for ring in rings],
        "beyond": [ring.beyond for ring in rings] * len(questions),
        "within": [ring.within for ring in rings] * len(questions),
        "by_alphabet": 0,
    }
    return found(_nearest(filters.shape), window, told)


@lru_cache(maxsize=64)
def _nearest(shape: Shape) -> str:
    return page_of(first_answered(BY_DISTANCE, shape))
