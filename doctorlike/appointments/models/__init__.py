"""Schedules, holds and visits, waiting lists, and what is arranged by phone."""

from doctorlike.appointments.models.booking import Appointment, DepartureNotice, Hold, SentReminder, TimeNotice
from doctorlike.appointments.models.by_phone import CalendarAddress, CallBack, NotedVisit
from doctorlike.appointments.models.schedules import (
    BookingTerms,
    ClinicDay,
    Doctor,
    ScheduleException,
    Slot,
    WeeklyPattern,
)
from doctorlike.appointments.models.waiting import WaitingEntry, WaitingOffer

__all__ = [
    "Appointment",
    "BookingTerms",
    "CalendarAddress",
    "CallBack",
    "ClinicDay",
    "DepartureNotice",
    "Doctor",
    "Hold",
    "NotedVisit",
    "ScheduleException",
    "SentReminder",
    "Slot",
    "TimeNotice",
    "WaitingEntry",
    "WaitingOffer",
    "WeeklyPattern",
]
