"""Every deed of booking."""

from doctorlike.appointments.commands.booking import confirm_booking, hold_slot, release_hold
from doctorlike.appointments.commands.demo import seed_demo_schedules
from doctorlike.appointments.commands.departures import (
    tell_clients_of_departure,
    tell_clients_of_stay,
    tell_of_departures,
    tell_of_staying,
)
from doctorlike.appointments.commands.endings import (
    cancel_visits_of_ended_policies,
    cancel_visits_of_ended_policy,
)
from doctorlike.appointments.commands.schedules import publish_slots
from doctorlike.appointments.commands.visits import cancel_appointment, mark_arrival, mark_fulfilled, mark_no_show

__all__ = [
    "cancel_appointment",
    "cancel_visits_of_ended_policies",
    "cancel_visits_of_ended_policy",
    "confirm_booking",
    "hold_slot",
    "mark_arrival",
    "mark_fulfilled",
    "mark_no_show",
    "publish_slots",
    "release_hold",
    "seed_demo_schedules",
    "tell_clients_of_departure",
    "tell_clients_of_stay",
    "tell_of_departures",
    "tell_of_staying",
]
