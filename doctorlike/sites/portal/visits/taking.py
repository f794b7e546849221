"""A visit whose time the clinic took away: the times offered in its place, each one tap away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import NotCoveredError, SlotPastError, SlotTakenError
from doctorlike.appointments.queries import SlotCard, VisitCard
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.sites.booking.times import posted_slot
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.visits import patient as patients


@dataclass(frozen=True, slots=True)
class Offered:
    """`times` are of the same doctor first, then of colleagues."""

    visit: VisitCard
    times: Sequence[SlotCard]


def offered_instead(visits: Iterable[VisitCard], at: datetime) -> list[Offered]:
    """Of those visits whose time was taken away. No query where there is none, two otherwise."""
    displaced = [one for one in visits if one.is_displaced and one.can_cancel(at)]
    times = queries.replacements([one.id for one in displaced], at)
    return [Offered(one, times[one.id]) for one in displaced]


@require_POST
def take(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The visit moves to the time that was tapped; where something is in the way, its page says what."""
    viewer, open_policies = patients.open_policies(request)
    card = queries.visit_of(policy_ids=list(open_policies), appointment_id=visit_id)
    slot_id, at = posted_slot(request), clock.now()
    by, of = viewer.actor, [open_policies[card.policy_id]]
    if not card.is_displaced or not card.can_cancel(at):
        return redirect("visits:visit", visit_id)
    try:
        hold_id = commands.start_move(appointment_id=visit_id, slot_id=slot_id, by=by, at=at, of=of)
        account_url = absolute("portal", "visits:index")
        commands.move_appointment(hold_id=hold_id, account_url=account_url, by=by, at=at, of=of)
    except NotCoveredError:
        return redirect("visits:confirm", hold_id)  # where every reason stands
    except (SlotTakenError, SlotPastError):
        messages.error(request, _("Это время только что заняли. Ближайшие свободные ниже."))
        return redirect("visits:visit", visit_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("visits:visit", visit_id)
    return redirect("visits:booked", visit_id)
