"""«Перезвоните мне»: asked by clients, taken and answered by the contact centre (docs/rules/booking.md)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.appointments import notices_by_phone as notices
from doctorlike.appointments.commands.booking import confirm_booking
from doctorlike.appointments.errors import CallWaitsError
from doctorlike.appointments.models import CallBack, Hold
from doctorlike.appointments.promising import promised_again, promised_first
from doctorlike.appointments.rules import (
    MOST_TRIES,
    OPEN_CALLS,
    CallEvent,
    CallResult,
    CallState,
    next_call_state,
)
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked


@transaction.atomic
def ask_call_back(*, policy_id: UUID, clinic_id: UUID | None, phone: str, wish: str, by: Actor, at: datetime) -> UUID:
    """Ask to be called at `phone` (E.164) about a visit under this policy; returns the request, which knows until when
    the call is promised. `wish` is medical and kept encrypted. Asking the same again gives the request there is.

    CallWaitsError while another one of the policy is open.
    """
    advisory_lock(f"call back of {policy_id}")
    waiting = CallBack.objects.filter(policy_id=policy_id, state__in=OPEN_CALLS).first()
    if waiting is not None:
        if (waiting.clinic_id, waiting.phone, waiting.wish or "") == (clinic_id, phone, wish):
            return waiting.pk
        raise CallWaitsError
    call = CallBack.objects.create(
        policy_id=policy_id, clinic_id=clinic_id, phone=phone, wish=wish or None,
        asked_at=at, asked_by=str(by), promised_at=promised_first(at),
    )  # fmt: skip
    _record(call, "call.asked", by, at)
    return call.pk


@transaction.atomic
def cancel_call_back(*, call_id: UUID, by: Actor, at: datetime) -> None:
    """The client needs no call any more. Repeating changes nothing. CallIsOverError once it has been answered."""
    call, changed = _step(call_id, CallEvent.CANCEL, by)
    if changed:
        _end(call, by, at)
        _record(call, "call.cancelled", by, at)


@transaction.atomic
def take_call(*, call_id: UUID, by: Actor, at: datetime) -> None:
    """An operator will call now; two who take it at once find one truth. Repeating changes nothing. CallIsTakenError,
    CallIsOverError."""
    call, changed = _step(call_id, CallEvent.TAKE, by)
    if changed:
        call.taken_by, call.taken_at = str(by), at
        call.save(update_fields=["state", "taken_by", "taken_at"])
        _record(call, "call.taken", by, at)


@transaction.atomic
def put_call_back(*, call_id: UUID, by: Actor, at: datetime) -> None:
    """Back into the queue with its promise unchanged, for whoever takes it next. Anybody may, so that the call of an
    operator who left is not lost. Repeating changes nothing. CallIsOverError."""
    call, changed = _step(call_id, CallEvent.PUT_BACK, by)
    if changed:
        _let_go(call)
        _record(call, "call.put_back", by, at)


@transaction.atomic
def note_not_reached(*, call_id: UUID, by: Actor, at: datetime) -> CallState:
    """The client did not answer: back into the queue with a new promise, of which they are told; after
    `rules.MOST_TRIES` of them the request is closed, and they are told that. Returns what became of it.
    CallNotTakenError, CallIsTakenError, CallIsOverError."""
    call, _changed = _step(call_id, CallEvent.MISS, by)
    call.tries += 1
    if call.tries >= MOST_TRIES:
        call.state, call.result = CallState.CLOSED, CallResult.NOT_REACHED
        _end(call, by, at)
    else:
        call.promised_at = promised_again(at)
        _let_go(call)
    _record(call, "call.not_reached", by, at)
    notices.tell_not_reached(call, by=by, at=at)
    return CallState(call.state)


@transaction.atomic
def close_call(*, call_id: UUID, result: CallResult, by: Actor, at: datetime) -> None:
    """The call took place and no visit of ours came of it. Repeating changes nothing, whatever the result then.
    CallNotTakenError, CallIsTakenError, CallIsOverError."""
    call, changed = _step(call_id, CallEvent.CLOSE, by)
    if changed:
        call.result = result
        _end(call, by, at)
        _record(call, "call.closed", by, at)


@transaction.atomic
def book_for_client(*, hold_id: UUID, by: Actor, at: datetime, account_url: str = "") -> UUID:
    """As `confirm_booking`, by the contact centre: the client is told who booked. A call that this operator has taken
    for the policy ends with the visit; returns the visit. Repeating returns the same."""
    visit_id = confirm_booking(hold_id=hold_id, by=by, at=at, account_url=account_url)
    policy_id = Hold.objects.values_list("policy_id", flat=True).get(pk=hold_id)
    rows = CallBack.objects.filter(policy_id=policy_id, state=CallState.TAKEN, taken_by=str(by))
    for call in rows.select_for_update(of=("self",)):
        call.state, call.appointment_id = CallState.BOOKED, visit_id
        _end(call, by, at)
        _record(call, "call.booked", by, at)
    return visit_id


@transaction.atomic
def note_call_read(*, call_id: UUID, by: Actor, at: datetime) -> None:
    """The operator who took the call reads what the client wrote: the call is the reason, and the client sees it. Each
    reading is noted. NotFoundError for a call that is not this operator's now."""
    call = CallBack.objects.filter(pk=call_id, state=CallState.TAKEN, taken_by=str(by)).first()
    if call is None:
        raise NotFoundError
    _record(call, "call.read", by, at)


def _step(call_id: UUID, event: CallEvent, by: Actor) -> tuple[CallBack, bool]:
    """The request, locked, in its new state, and whether that is another than before."""
    call = locked(CallBack.objects.all(), pk=call_id)
    before = CallState(call.state)
    call.state = next_call_state(before, event, taken_by=call.taken_by, by=str(by))
    return call, call.state != before


def _let_go(call: CallBack) -> None:
    call.taken_by, call.taken_at = "", None
    call.save(update_fields=["state", "promised_at", "tries", "taken_by", "taken_at"])


def _end(call: CallBack, by: Actor, at: datetime) -> None:
    call.closed_at, call.closed_by = at, str(by)
    call.save(update_fields=["state", "tries", "result", "appointment", "closed_at", "closed_by"])


def _record(call: CallBack, action: str, by: Actor, at: datetime) -> None:
    details = {"call": str(call.pk)} | ({"result": str(call.result)} if call.result else {})
    record(by=by, at=at, action=action, subject_type="policy", subject_id=call.policy_id, details=details)
