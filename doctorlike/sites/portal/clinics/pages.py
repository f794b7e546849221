"""A clinic as the directory and its own page show it to one client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext

from doctorlike.appointments.queries import DoctorCard, NextSlot
from doctorlike.clinics.queries import ClinicCard, PriceCard
from doctorlike.clinics.rules import SPECIALTIES, Span
from doctorlike.clinics.rules.listing import address_beside_metro
from doctorlike.copay.rules import share
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import DirectoryEntry
from doctorlike.coverage.rules import Ask, Decision, Reason, ReasonCode
from doctorlike.kit.money import Money
from doctorlike.policies.queries import PolicyView

# A price list that fits a look or two is shown whole.
_FOLDED_FROM = 10
# What is about the service itself; every other reason is about the policy, the day or the clinic and is told once.
_OF_THE_SERVICE = (ReasonCode.SERVICE_NOT_COVERED, ReasonCode.LIMIT_EXHAUSTED)


@dataclass(frozen=True, slots=True)
class Hours:
    """Today by the clinic's own calendar. `known` is False when the list told no hours that could be read."""

    known: bool
    round_the_clock: bool
    spans: Sequence[Span]
    open_now: bool
    told: str = ""

    @property
    def words(self) -> str:
        """«Открыта, сегодня 08:00–20:00»; what the list told where nobody could read it."""
        if not self.known:
            return self.told or gettext("Часы уточните по телефону")
        if self.round_the_clock:
            return gettext("Открыта круглосуточно")
        if not self.spans:
            return gettext("Открыта") if self.open_now else gettext("Сегодня закрыта")
        now = gettext("Открыта") if self.open_now else gettext("Сейчас закрыта")
        return f"{now}, {gettext('сегодня')} {', '.join(span.text for span in self.spans)}"


def hours_today(clinic: ClinicCard, at: datetime) -> Hours:
    if clinic.hours is None:
        return Hours(known=False, round_the_clock=False, spans=(), open_now=False, told=clinic.hours_text)
    today = at.astimezone(ZoneInfo(clinic.zone)).date()
    return Hours(True, clinic.hours.round_the_clock, clinic.hours.on(today), clinic.hours.open_at(at, clinic.zone))


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    entry: DirectoryEntry
    hours: str
    next_slot: NextSlot | None

    @property
    def address(self) -> str:
        return address_beside_metro(self.entry.clinic.address, self.entry.clinic.metro)

    @property
    def distance(self) -> str:
        """«350 м», «1,2 км»; empty where nobody asked from where."""
        return distance_words(self.entry.clinic.distance_metres)


def distance_words(metres: int | None) -> str:
    if metres is None:
        return ""
    if metres < 950:
        return gettext("{metres} м").format(metres=max(round(metres / 50) * 50, 50)).replace(" ", "\u00a0")
    kilometres = metres / 1000
    told = number_format(round(kilometres, 1), 1) if kilometres < 10 else str(round(kilometres))
    return gettext("{kilometres} км").format(kilometres=told).replace(" ", "\u00a0")


def directory_lines(
    entries: Sequence[DirectoryEntry], next_slots: Mapping[UUID, NextSlot], at: datetime
) -> list[DirectoryLine]:
    """A free time before the region opens is no use and is not told."""
    return [
        DirectoryLine(entry, hours_today(entry.clinic, at).words, _of_use(entry, next_slots.get(entry.clinic.id)))
        for entry in entries
    ]


def _of_use(entry: DirectoryEntry, slot: NextSlot | None) -> NextSlot | None:
    return None if slot and entry.opens_on and slot.visit_on < entry.opens_on else slot


@dataclass(frozen=True, slots=True)
class DayHours:
    weekday: date
    spans: Sequence[Span]
    today: bool


def week(clinic: ClinicCard, at: datetime) -> list[DayHours]:
    """The seven days, Monday first; the dates only name their weekdays."""
    if clinic.hours is None:
        return []
    today = at.astimezone(ZoneInfo(clinic.zone)).weekday()
    monday = date(2024, 1, 1)
    return [
        DayHours(monday.replace(day=1 + weekday), spans, weekday == today)
        for weekday, spans in enumerate(clinic.hours.days)
    ]


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A line of the price list for this client. `reasons` are those of the service itself."""

    price: PriceCard
    client: Money
    insurer: Money
    reasons: Sequence[Reason]
    specialty_name: Any


@dataclass(frozen=True, slots=True)
class MyPrices:
    """`reasons` are what stands against any visit here that day, whatever the service. Visits to doctors come first,
    the `rest` of a long list is folded."""

    lines: Sequence[ServiceLine]
    reasons: Sequence[Reason]
    on: date

    @property
    def visits(self) -> Sequence[ServiceLine]:
        visits = [line for line in self.lines if line.specialty_name]
        return visits if visits and len(self.lines) > _FOLDED_FROM else self.lines

    @property
    def rest(self) -> Sequence[ServiceLine]:
        shown = {line.price.service_code for line in self.visits}
        return [line for line in self.lines if line.price.service_code not in shown]


def my_prices(policy: PolicyView, clinic: ClinicCard, prices: Sequence[PriceCard], on: date) -> MyPrices:
    """The clinic's prices with the client's share and the insurer's part, as of a visit that day."""
    asks = {price.service_code: Ask(policy.id, clinic.id, price.service_code, on) for price in prices}
    # A clinic without a price list is still covered or not: a first visit stands for any.
    stand_in = Ask(policy.id, clinic.id, SPECIALTIES["therapist"].service_code, on)
    decisions = coverage.eligibility_many([*asks.values(), stand_in], known=[policy])
    lines = []
    for price in prices:
        client, insurer = share(price.price, policy.copay_percent)
        specialty = SPECIALTIES.get(price.specialty)
        of_service = [one for one in decisions[asks[price.service_code]].reasons if one.code in _OF_THE_SERVICE]
        lines.append(ServiceLine(price, client, insurer, of_service, specialty.name if specialty else ""))
    return MyPrices(lines, _common(decisions[stand_in]), on)


def _common(decision: Decision) -> list[Reason]:
    return [reason for reason in decision.reasons if reason.code not in _OF_THE_SERVICE]


@dataclass(frozen=True, slots=True)
class DoctorLine:
    doctor: DoctorCard
    next_slot: NextSlot | None


def doctor_lines(doctors: Sequence[DoctorCard], free: Mapping[UUID, NextSlot]) -> list[DoctorLine]:
    """By specialty, whoever is free sooner first."""
    lines = [DoctorLine(one, free.get(one.id)) for one in doctors]
    return sorted(
        lines,
        key=lambda line: (
            line.doctor.specialty_name,
            line.next_slot is None,
            line.next_slot.starts_at.timestamp() if line.next_slot else 0,
            line.doctor.full_name,
        ),
    )
