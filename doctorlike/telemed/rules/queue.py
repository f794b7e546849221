"""The place in the queue and the wait people are told."""

from __future__ import annotations

from dataclasses import dataclass

# How long a visit at a distance usually takes (minutes).
USUAL_CONSULTATION_MINUTES = 10


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """`place` counts from 1; `wait_minutes` is an estimate for the person at that place."""

    place: int
    wait_minutes: int


def queue_place(*, ahead: int, doctors_on_duty: int) -> QueuePlace:
    """The place behind `ahead` people, and the wait when each doctor takes the next one after a usual consultation."""
    rounds = -(-(ahead + 1) // max(doctors_on_duty, 1))
    return QueuePlace(ahead + 1, (rounds - 1) * USUAL_CONSULTATION_MINUTES + 1)
