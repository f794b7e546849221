"""Reads of booking: free time, holds, visits."""

from doctorlike.appointments.queries.cards import (
    DayLoad,
    DoctorCard,
    DoctorLoad,
    HoldCard,
    NextSlot,
    SlotCard,
    VisitCard,
    specialty_name,
)
from doctorlike.appointments.queries.slots import (
    doctors_of,
    free_by_day,
    free_slots,
    hold,
    nearest_free,
    next_free_of_doctors,
    next_free_slots,
    slot,
    slots_of_day,
)
from doctorlike.appointments.queries.soonest import soonest_free
from doctorlike.appointments.queries.visits import (
    appointments_of,
    load_of_days,
    todays_visits,
    upcoming,
    visit_at,
    visit_of,
    visits_of_days,
)

__all__ = [
    "DayLoad",
    "DoctorCard",
    "DoctorLoad",
    "HoldCard",
    "NextSlot",
    "SlotCard",
    "VisitCard",
    "appointments_of",
    "doctors_of",
    "free_by_day",
    "free_slots",
    "hold",
    "load_of_days",
    "nearest_free",
    "next_free_of_doctors",
    "next_free_slots",
    "slot",
    "slots_of_day",
    "soonest_free",
    "specialty_name",
    "todays_visits",
    "upcoming",
    "visit_at",
    "visit_of",
    "visits_of_days",
]
