"""The life of a list that is brought in (docs/rules/network.md)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.errors import RunRefusedError


class RunState(StrEnum):
    """`applying` and `taking_back` last as long as a job is at it; everything else is for a person to decide on."""

    RECEIVED = "received"
    READ = "read"
    APPLYING = "applying"
    APPLIED = "applied"
    TAKING_BACK = "taking_back"
    TAKEN_BACK = "taken_back"
    FAILED = "failed"


class RunEvent(StrEnum):
    READ = "read"
    FAIL = "fail"
    RENAME = "rename"  # other columns or another sheet: it is read again
    APPLY = "apply"
    APPLIED = "applied"
    TAKE_BACK = "take_back"
    KEEP = "keep"  # it cannot be taken back
    TAKEN_BACK = "taken_back"


RUN_STATES: Mapping[RunState, Any] = MappingProxyType(
    {
        RunState.RECEIVED: _("Получен"),
        RunState.READ: _("Прочитан"),
        RunState.APPLYING: _("Загружается"),
        RunState.APPLIED: _("Загружен"),
        RunState.TAKING_BACK: _("Отзывается"),
        RunState.TAKEN_BACK: _("Отозван"),
        RunState.FAILED: _("Не прочитан"),
    }
)

# Nothing of a list that was only read is stored in the network, so it is taken back at once.
TRANSITIONS: Mapping[tuple[RunState, RunEvent], RunState] = MappingProxyType(
    {
        (RunState.RECEIVED, RunEvent.READ): RunState.READ,
        (RunState.RECEIVED, RunEvent.FAIL): RunState.FAILED,
        (RunState.RECEIVED, RunEvent.RENAME): RunState.RECEIVED,
        (RunState.RECEIVED, RunEvent.TAKE_BACK): RunState.TAKEN_BACK,
        (RunState.READ, RunEvent.READ): RunState.READ,
        (RunState.READ, RunEvent.RENAME): RunState.RECEIVED,
        (RunState.READ, RunEvent.APPLY): RunState.APPLYING,
        (RunState.READ, RunEvent.TAKE_BACK): RunState.TAKEN_BACK,
        (RunState.APPLYING, RunEvent.APPLIED): RunState.APPLIED,
        (RunState.APPLIED, RunEvent.APPLIED): RunState.APPLIED,
        (RunState.APPLIED, RunEvent.TAKE_BACK): RunState.TAKING_BACK,
        (RunState.TAKING_BACK, RunEvent.KEEP): RunState.APPLIED,
        (RunState.TAKING_BACK, RunEvent.TAKEN_BACK): RunState.TAKEN_BACK,
        (RunState.TAKEN_BACK, RunEvent.TAKEN_BACK): RunState.TAKEN_BACK,
        (RunState.FAILED, RunEvent.RENAME): RunState.RECEIVED,
    }
)


def next_run_state(state: RunState | str, event: RunEvent) -> RunState:
    """RunRefusedError when the table has no such way."""
    try:
        return TRANSITIONS[RunState(state), event]
    except KeyError:
        raise RunRefusedError(state=RUN_STATES[RunState(state)]) from None


class Absent(StrEnum):
    """What becomes of clinics that are in the network and not in the list."""

    LEAVE = "leave"
    OF_SOURCE = "source"  # those that earlier lists of the same source named have left
    OF_REGIONS = "regions"  # all of the list's regions and scopes have left


def progress_name(run_id: UUID, state: RunState) -> str:
    """What the progress of a job is asked by: that of a list in the state in which the job is at it."""
    return f"list:{run_id}:{state}"
