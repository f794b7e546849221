"""The life of a consultation: every (state, step) pair, and the place in the queue."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.telemed.errors import WrongStepError
from doctorlike.telemed.rules import USUAL_CONSULTATION_MINUTES, State, Step, after, queue_place

ALLOWED = {
    (State.QUEUED, Step.TAKE): State.TAKEN,
    (State.QUEUED, Step.LEAVE): State.LEFT,
    (State.TAKEN, Step.FINISH): State.FINISHED,
}


@pytest.mark.parametrize(("state", "step"), list(itertools.product(State, Step)))
def test_every_step_in_every_state(state: State, step: Step) -> None:
    if (state, step) in ALLOWED:
        assert after(state, step) == ALLOWED[state, step]
    else:
        with pytest.raises(WrongStepError):
            after(state, step)


@pytest.mark.parametrize(
    ("ahead", "doctors", "place", "minutes"),
    [
        (0, 1, 1, 1),
        (1, 1, 2, USUAL_CONSULTATION_MINUTES + 1),
        (1, 2, 2, 1),
        (4, 2, 5, 2 * USUAL_CONSULTATION_MINUTES + 1),
    ],
)
def test_worked_places(ahead: int, doctors: int, place: int, minutes: int) -> None:
    told = queue_place(ahead=ahead, doctors_on_duty=doctors)
    assert (told.place, told.wait_minutes) == (place, minutes)


@given(ahead=st.integers(0, 500), doctors=st.integers(0, 50))
def test_more_people_ahead_never_means_a_shorter_wait(ahead: int, doctors: int) -> None:
    here, behind = (queue_place(ahead=n, doctors_on_duty=doctors) for n in (ahead, ahead + 1))
    assert behind.place == here.place + 1
    assert behind.wait_minutes >= here.wait_minutes
