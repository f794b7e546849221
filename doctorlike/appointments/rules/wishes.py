"""What somebody waits for, and how long a freed time is theirs to take (docs/rules/booking.md)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

# Waiting for more is waiting for anything: places of one person at one time.
MOST_PLACES = 5
# From the first to the last day somebody may wait for.
MOST_DAYS = 90
OFFER_TIME = timedelta(minutes=15)
# An offer is kept so much longer from all others than from its holder: until the next in the list has theirs.
KEPT_LONGER = timedelta(minutes=2)
# Who gets a time later than that before its start cannot be there.
LEAST_NOTICE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """A doctor; or doctors of a specialty at a clinic or in a region: exactly one of the three is told. Days run from
    `from_on` up to, not including, `until_on` on the clinic's calendar; `weekdays` has Monday as 0, empty means any;
    hours run from `from_local` up to, not including, `until_local` (None: midnight) by the clinic's clock."""

    specialty: str
    from_on: date
    until_on: date
    doctor_id: UUID | None = None
    clinic_id: UUID | None = None
    region: str | None = None
    weekdays: Collection[int] = ()
    from_local: time = time()
    until_local: time | None = None

    def fits(
        self, *, specialty: str, doctor_id: UUID, clinic_id: UUID, region: str, starts_at: datetime, zone: ZoneInfo
    ) -> bool:
        """Whether that time serves. `starts_at` is an instant, `zone` the clinic's."""
        there = starts_at.astimezone(zone)
        where = doctor_id == self.doctor_id or clinic_id == self.clinic_id or region == self.region
        return (
            specialty == self.specialty
            and where
            and self.from_on <= there.date() < self.until_on
            and (not self.weekdays or there.weekday() in self.weekdays)
            and self.from_local <= there.time()
            and (self.until_local is None or there.time() < self.until_local)
        )


@dataclass(frozen=True, slots=True)
class OfferTimes:
    """`until_at`: the client may take it until then. `kept_until_at`: nobody else can until then."""

    until_at: datetime
    kept_until_at: datetime


def offer_times(*, starts_at: datetime, at: datetime) -> OfferTimes | None:
    """How long a time that starts at `starts_at` is offered at `at`; None when it is too near to be offered at all."""
    if starts_at - at < LEAST_NOTICE:
        return None
    return OfferTimes(min(at + OFFER_TIME, starts_at), min(at + OFFER_TIME + KEPT_LONGER, starts_at))
