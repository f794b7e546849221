"""Every deed of booking."""

from doctorlike.appointments.commands.booking import confirm_booking, move_appointment
from doctorlike.appointments.commands.calendars import end_calendar_address, forget_client, make_calendar_address
from doctorlike.appointments.commands.calling import (
    ask_call_back,
    book_for_client,
    cancel_call_back,
    close_call,
    note_call_read,
    note_not_reached,
    put_call_back,
    take_call,
)
from doctorlike.appointments.commands.changes import Applied, apply_change
from doctorlike.appointments.commands.clinic import add_doctor, set_booking_terms
from doctorlike.appointments.commands.demo import seed_demo_schedules
from doctorlike.appointments.commands.departures import (
    tell_clients_of_departure,
    tell_clients_of_stay,
    tell_of_departures,
    tell_of_staying,
)
from doctorlike.appointments.commands.endings import cancel_visits_of_ended_policies, cancel_visits_of_ended_policy
from doctorlike.appointments.commands.keeping import hold_slot, release_hold, start_move
from doctorlike.appointments.commands.noting import change_noted_visit, note_visit, remove_noted_visit
from doctorlike.appointments.commands.reminding import send_due_reminders
from doctorlike.appointments.commands.schedules import publish_slots
from doctorlike.appointments.commands.taken_times import tell_clients_of_taken_times
from doctorlike.appointments.commands.visits import (
    RenderedVisit,
    cancel_appointment,
    mark_arrival,
    mark_fulfilled,
    mark_no_show,
    mark_rendered,
)
from doctorlike.appointments.commands.waiting import (
    end_waiting,
    join_waiting_list,
    leave_waiting_list,
    offer_cancelled,
    offer_free_time,
    offer_freed,
    offer_left_time,
    offer_moved_from,
    pass_unanswered_offers,
    refuse_offer,
    serve_offer,
)

__all__ = [
    "Applied",
    "RenderedVisit",
    "add_doctor",
    "apply_change",
    "ask_call_back",
    "book_for_client",
    "cancel_appointment",
    "cancel_call_back",
    "cancel_visits_of_ended_policies",
    "cancel_visits_of_ended_policy",
    "change_noted_visit",
    "close_call",
    "confirm_booking",
    "end_calendar_address",
    "end_waiting",
    "forget_client",
    "hold_slot",
    "join_waiting_list",
    "leave_waiting_list",
    "make_calendar_address",
    "mark_arrival",
    "mark_fulfilled",
    "mark_no_show",
    "mark_rendered",
    "move_appointment",
    "note_call_read",
    "note_not_reached",
    "note_visit",
    "offer_cancelled",
    "offer_free_time",
    "offer_freed",
    "offer_left_time",
    "offer_moved_from",
    "pass_unanswered_offers",
    "publish_slots",
    "put_call_back",
    "refuse_offer",
    "release_hold",
    "remove_noted_visit",
    "seed_demo_schedules",
    "send_due_reminders",
    "serve_offer",
    "set_booking_terms",
    "start_move",
    "take_call",
    "tell_clients_of_departure",
    "tell_clients_of_stay",
    "tell_clients_of_taken_times",
    "tell_of_departures",
    "tell_of_staying",
]
