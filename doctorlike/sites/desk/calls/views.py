"""Calls that clients asked for: who is called next, by when, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doctorlike.accounts import queries as accounts
from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import CallIsOverError, CallIsTakenError, CallNotTakenError
from doctorlike.appointments.queries import CallCard
from doctorlike.appointments.rules import MOST_TRIES, CallResult, CallState, is_overdue
from doctorlike.clinics import queries as clinics
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies
from doctorlike.sites.desk.calls.forms import CloseForm
from doctorlike.sites.visitor import signed_in

_REFUSALS = (CallIsTakenError, CallNotTakenError, CallIsOverError)


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """In the order of promises, so what is overdue stands first. Two queries, however many; nothing medical."""
    rows = queries.call_queue(clock.now())
    names = _names(one.taken_by for one in rows)
    shown = {
        "rows": [(one, names.get(one.taken_by, "")) for one in rows],
        "total": queries.count_calls(),
        "overdue": sum(one.overdue for one in rows),
        "me": str(_me(request)),
        "zone": clock.insurer_zone().key,
    }
    return render(request, "desk/calls/queue.html", shown)


@never_cache
@require_safe
def one(request: HttpRequest, call_id: UUID) -> HttpResponse:
    """What the client wrote, and the clinic they named, are for the operator who took the call: the call is the reason,
    and each reading is in the trail."""
    return _page(request, queries.call(call_id), CloseForm())


@require_POST
def take(request: HttpRequest, call_id: UUID) -> HttpResponse:
    return _done(request, call_id, commands.take_call, "")


@require_POST
def put_back(request: HttpRequest, call_id: UUID) -> HttpResponse:
    return _done(request, call_id, commands.put_call_back, _("Звонок снова в очереди."), to_queue=True)


@require_POST
def missed(request: HttpRequest, call_id: UUID) -> HttpResponse:
    told = _("Записали: не дозвонились. Клиенту сообщили, что будет дальше.")
    return _done(request, call_id, commands.note_not_reached, told, to_queue=True)


@never_cache
@require_POST
def close(request: HttpRequest, call_id: UUID) -> HttpResponse:
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, queries.call(call_id), form, status=422)
    told = {"result": CallResult(form.cleaned_data["result"])}
    return _done(request, call_id, commands.close_call, _("Звонок завершён."), to_queue=True, **told)


def _page(request: HttpRequest, call: CallCard, form: CloseForm, *, status: int = 200) -> HttpResponse:
    me, at = _me(request), clock.now()
    mine = call.state is CallState.TAKEN and call.taken_by == str(me)
    if mine:
        commands.note_call_read(call_id=call.id, by=me, at=at)
    policy = policies.policy(call.policy_id)
    today = clock.today()
    shown = {
        "call": call,
        "mine": mine,
        "taken_by": _names([call.taken_by]).get(call.taken_by, ""),
        "clinic": clinics.clinic(call.clinic_id) if mine and call.clinic_id else None,
        "policy": policy,
        "standing": policy.standing(today),
        "insured_alone": not policies.is_own(policy) and today >= policies.of_age_on(policy),
        "overdue": call.is_open and is_overdue(call.promised_at, at),
        "last_try": call.tries + 1 >= MOST_TRIES,
        "form": form,
        "now": at,
        "zone": clock.insurer_zone().key,
    }
    return render(request, "desk/calls/call.html", shown, status=status)


def _done(
    request: HttpRequest, call_id: UUID, deed: Callable[..., Any], told: str, *, to_queue: bool = False, **more: Any
) -> HttpResponse:
    """A refusal is told above the page, which then shows how things stand."""
    try:
        deed(call_id=call_id, by=_me(request), at=clock.now(), **more)
    except _REFUSALS as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:callback", call_id)
    if told:
        messages.success(request, told)
    return redirect("desk:callbacks") if to_queue else redirect("desk:callback", call_id)


def _me(request: HttpRequest) -> Actor:
    return Actor.staff(signed_in(request).pk)


def _names(taken_by: Iterable[str]) -> dict[str, str]:
    """Names of operators by actor; one query, none where nobody has taken anything."""
    ids = {one: UUID(one.partition(":")[2]) for one in taken_by if one.startswith("staff:")}
    cards = accounts.user_cards(ids.values()) if ids else {}
    return {
        actor: cards[user_id].person.short_name  # type: ignore[union-attr]  # looked at in the condition
        for actor, user_id in ids.items()
        if user_id in cards and cards[user_id].person is not None
    }
