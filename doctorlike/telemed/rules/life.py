"""The life of a consultation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from doctorlike.telemed.errors import WrongStepError


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


def after(state: str, step: Step) -> State:
    """The state a step leads to; WrongStepError when that step is not open in this state."""
    try:
        return TRANSITIONS[State(state), step]
    except KeyError:
        raise WrongStepError from None
