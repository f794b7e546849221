"""The waiting list: joining and leaving, what is offered, and how it is answered."""

from doctorlike.appointments.commands.waiting.answering import note_refused, refuse_offer, serve_offer
from doctorlike.appointments.commands.waiting.joining import join_waiting_list, leave_waiting_list
from doctorlike.appointments.commands.waiting.offering import (
    offer_cancelled,
    offer_freed,
    offer_left_time,
    offer_moved_from,
)
from doctorlike.appointments.commands.waiting.sweeping import (
    end_waiting,
    offer_free_time,
    pass_unanswered_offers,
)

__all__ = [
    "end_waiting",
    "join_waiting_list",
    "leave_waiting_list",
    "note_refused",
    "offer_cancelled",
    "offer_free_time",
    "offer_freed",
    "offer_left_time",
    "offer_moved_from",
    "pass_unanswered_offers",
    "refuse_offer",
    "serve_offer",
]
