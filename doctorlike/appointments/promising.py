"""By when the contact centre of this insurer calls."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from doctorlike.appointments.rules import promised_call
from doctorlike.kit import clock


def promised_first(at: datetime) -> datetime:
    """For a client who asks at that instant."""
    return promised_call(
        at, week=settings.BRAND.call_hours, zone=clock.insurer_zone(), within=settings.BRAND.call_within
    )


def promised_again(at: datetime) -> datetime:
    """After a call that was not answered at that instant."""
    return promised_call(
        at, week=settings.BRAND.call_hours, zone=clock.insurer_zone(), within=settings.BRAND.call_again_within
    )
