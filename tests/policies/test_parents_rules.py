"""What an invitation of the other parent allows in each state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from doctorlike.policies import rules
from doctorlike.policies.rules import InvitationEvent, InvitationState, InvitationStep, next_invitation_state
from tests.policies.family import REAL


def test_what_has_ended_stays_as_it_ended() -> None:
    moves = {
        (state, event): after
        for state in InvitationState
        for event in InvitationEvent
        if (after := next_invitation_state(state, event)) is not None
    }
    assert moves == {
        (InvitationState.WAITING, InvitationEvent.ACCEPT): InvitationState.ACCEPTED,
        (InvitationState.WAITING, InvitationEvent.DECLINE): InvitationState.DECLINED,
        (InvitationState.WAITING, InvitationEvent.REVOKE): InvitationState.REVOKED,
        (InvitationState.WAITING, InvitationEvent.LOCK): InvitationState.LOCKED,
        (InvitationState.ACCEPTED, InvitationEvent.END): InvitationState.ENDED,
    }


@pytest.mark.parametrize("state", list(InvitationState))
def test_only_a_waiting_invitation_opens_anything(state: InvitationState) -> None:
    met = rules.invitation_step(
        state=state,
        open_until=REAL + timedelta(days=1),
        real_at=REAL,
        signed_in=True,
        contact_fits=True,
        insured_is_child=True,
        contract_over=False,
        proven=True,
    )
    assert (met is InvitationStep.ACCEPT) == (state is InvitationState.WAITING)


@pytest.mark.parametrize("grown", [True, False])
@pytest.mark.parametrize("over", [True, False])
def test_of_the_child_nothing_is_said_before_the_contact_fits(grown: bool, over: bool) -> None:
    met = rules.invitation_step(
        state=InvitationState.WAITING,
        open_until=REAL + timedelta(days=1),
        real_at=REAL,
        signed_in=True,
        contact_fits=False,
        insured_is_child=not grown,
        contract_over=over,
        proven=False,
    )
    assert met is InvitationStep.OTHER_CONTACT
