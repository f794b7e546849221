"""Requests to close an account and erase what is held of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doctorlike.accounts import queries as accounts
from doctorlike.rights import queries as rights
from doctorlike.rights.rules import ClosingState


@dataclass(frozen=True, slots=True)
class ClosingRow:
    """`who` is empty once the account is closed: its profile is gone."""

    who: str
    contact: str
    asked_at: datetime
    state: ClosingState
    closed_at: datetime | None
    erase_on: date | None


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The waiting ones first; two queries."""
    asked = rights.closings()
    waiting = [one.user_id for one in asked if one.state is ClosingState.WAITING]
    cards = accounts.user_cards(waiting)
    rows = []
    for one in asked:
        card = cards.get(one.user_id)
        who = card.person.full_name if card and card.person else ""
        contact = (card.phone or card.email or "") if card else ""
        rows.append(ClosingRow(who, contact, one.asked_at, one.state, one.closed_at, one.erase_on))
    return render(request, "desk/closings.html", {"rows": rows, "waiting": len(waiting)})
