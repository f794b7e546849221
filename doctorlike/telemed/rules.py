"""The life of a consultation, and what its record of events may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from doctorlike.telemed.errors import WrongStepError

MOST_MESSAGE_LETTERS = 4000
# How long a visit at a distance usually takes, for the wait people are told (minutes).
USUAL_CONSULTATION_MINUTES = 10


class State(StrEnum):
    QUEUED = "queued"
    TAKEN = "taken"  # a doctor and the patient are in the room
    FINISHED = "finished"  # closed by a signed conclusion
    LEFT = "left"  # the patient went away before a doctor came


class Step(StrEnum):
    TAKE = "take"
    FINISH = "finish"
    LEAVE = "leave"


TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.QUEUED, Step.TAKE): State.TAKEN,
    (State.QUEUED, Step.LEAVE): State.LEFT,
    (State.TAKEN, Step.FINISH): State.FINISHED,
}

LIVE = (State.QUEUED, State.TAKEN)


class EventKind(StrEnum):
    """What happens in a room; people in it are told at once."""

    ASKED = "asked"
    TAKEN = "taken"
    MESSAGE = "message"
    FINISHED = "finished"
    LEFT = "left"


class Author(StrEnum):
    PATIENT = "patient"
    DOCTOR = "doctor"


def after(state: str, step: Step) -> State:
    """The state a step leads to; WrongStepError when that step is not open in this state."""
    try:
        return TRANSITIONS[State(state), step]
    except KeyError:
        raise WrongStepError from None


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """`place` counts from 1; `wait_minutes` is an estimate for the person at that place."""

    place: int
    wait_minutes: int


def queue_place(*, ahead: int, doctors_on_duty: int) -> QueuePlace:
    """The place behind `ahead` people, and the wait when each doctor takes the next one after a usual consultation."""
    rounds = -(-(ahead + 1) // max(doctors_on_duty, 1))
    return QueuePlace(ahead + 1, (rounds - 1) * USUAL_CONSULTATION_MINUTES + 1)
