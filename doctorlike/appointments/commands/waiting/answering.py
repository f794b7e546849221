"""What becomes of an offer when its holder answers.

Locks as in booking: slot, hold, then the offer. Taking an offer is the ordinary confirmation of its hold."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.appointments.commands.waiting.offering import offer_freed
from doctorlike.appointments.models import Hold, Slot, WaitingEntry, WaitingOffer
from doctorlike.appointments.rules import OfferState, WaitingState
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked


def serve_offer(*, hold_id: UUID, by: Actor, at: datetime) -> None:
    """The offered time became a visit: within the transaction that books it. The place in the list has served.
    Repeating changes nothing."""
    offers = WaitingOffer.objects.filter(hold_id=hold_id, state=OfferState.OPEN)
    entry_id = offers.values_list("entry_id", flat=True).first()
    if entry_id is None:
        return
    offers.update(state=OfferState.TAKEN, changed_at=at, changed_by=str(by))
    WaitingEntry.objects.filter(pk=entry_id).update(state=WaitingState.SERVED, changed_at=at, changed_by=str(by))
    record(by=by, at=at, action="waiting.served", subject_type="waiting_entry", subject_id=entry_id)


def note_refused(*, hold_id: UUID, by: Actor, at: datetime) -> None:
    """The offered time was let go: within the transaction that ends its hold. Repeating changes nothing."""
    offers = WaitingOffer.objects.filter(hold_id=hold_id, state=OfferState.OPEN)
    for offer_id in offers.values_list("pk", flat=True):
        end_offer(offer_id, OfferState.REFUSED, by=by, at=at)


@transaction.atomic
def refuse_offer(*, offer_id: UUID, by: Actor, at: datetime) -> None:
    """Let the offered time go: it is offered to the next in the list at once, and the place in the list stays. Changes
    nothing when the offer was answered before, so repeating is safe. NotFoundError."""
    slot_id = WaitingOffer.objects.filter(pk=offer_id).values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFoundError
    locked(Slot.objects, pk=slot_id)
    if end_offer(offer_id, OfferState.REFUSED, by=by, at=at):
        offer_freed(slot_ids=[slot_id], by=by, at=at)


def end_offer(offer_id: UUID, state: OfferState, *, by: Actor, at: datetime) -> bool:
    """Whether the offer was still open; its hold ends with it. The slot's row is the caller's."""
    offer = locked(WaitingOffer.objects, pk=offer_id)
    if offer.state != OfferState.OPEN:
        return False
    Hold.objects.filter(pk=offer.hold_id, ended_at__isnull=True).update(ended_at=at, ended_by=str(by))
    offer.state, offer.changed_at, offer.changed_by = state, at, str(by)
    offer.save(update_fields=["state", "changed_at", "changed_by"])
    record(
        by=by, at=at, action=f"waiting.offer_{state}", subject_type="waiting_entry", subject_id=offer.entry_id,
        details={"offer": str(offer.pk)},
    )  # fmt: skip
    return True
