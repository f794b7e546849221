"""Places in the waiting list and what is offered to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from doctorlike.appointments.models import Doctor, WaitingEntry, WaitingOffer
from doctorlike.appointments.queries.cards import SlotCard, slot_card, specialty_name
from doctorlike.appointments.rules import OfferState, WaitingState
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """One place. `place` is 1 for whoever is asked first of all who may want the same times. `doctor_name`,
    `clinic_name` and `region_name` tell where; a doctor has a clinic too. `until_on` is the first day no longer waited
    for; `until_local` None means midnight."""

    id: UUID
    policy_id: UUID
    specialty_code: str
    doctor_name: str
    clinic_id: UUID | None
    clinic_name: str
    region_name: str
    from_on: date
    until_on: date
    weekdays: Sequence[int]
    from_local: time
    until_local: time | None
    state: WaitingState
    joined_at: datetime
    place: int

    @property
    def specialty_name(self) -> str:
        return specialty_name(self.specialty_code)

    @property
    def last_on(self) -> date:
        return self.until_on - timedelta(days=1)

    @property
    def weekday_dates(self) -> list[date]:
        """Any date of each weekday, for its name."""
        return [date(2024, 1, 1) + timedelta(days=one) for one in self.weekdays]  # a Monday

    @property
    def any_hour(self) -> bool:
        return self.from_local == time() and self.until_local is None


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A time that is one's own until `until_at`. `appointment_id` once it was taken."""

    id: UUID
    entry_id: UUID
    policy_id: UUID
    hold_id: UUID
    slot: SlotCard
    clinic_name: str
    until_at: datetime
    state: OfferState
    appointment_id: UUID | None

    def is_open(self, at: datetime) -> bool:
        return self.state is OfferState.OPEN and at < self.until_at


_waiting = Read(
    lambda: (
        WaitingEntry.objects.filter(Among("policy_id", "policy_ids"), state=WaitingState.WAITING)
        .select_related("doctor", "clinic", "region")
        .order_by("joined_at", "pk")
    )
)
_open = Read(
    lambda: _offers().filter(Among("entry__policy_id", "policy_ids"), state=OfferState.OPEN).order_by("until_at")
)

# Who stands before: those of the same specialty whose days and whose doctors overlap.
_PLACES = """
    select mine.id, count(other.id)
    from appointments_waitingentry mine
    left join clinics_clinic there on there.id = mine.clinic_id
    left join (
        select e.*, coalesce(e.region_id, c.region_id) as of_region
        from appointments_waitingentry e left join clinics_clinic c on c.id = e.clinic_id
        where e.state = 'waiting'
    ) as other on other.specialty_code = mine.specialty_code
        and (other.joined_at, other.id) < (mine.joined_at, mine.id)
        and other.from_on < mine.until_on and mine.from_on < other.until_on
        and other.of_region = coalesce(mine.region_id, there.region_id)
        and (mine.clinic_id is null or other.clinic_id is null or other.clinic_id = mine.clinic_id)
        and (mine.doctor_id is null or other.doctor_id is null or other.doctor_id = mine.doctor_id)
    where mine.id = any(%s) group by mine.id
"""


def waiting_of(policy_ids: Iterable[UUID]) -> list[WaitingCard]:
    """Where these policies wait, the longest first. Two queries; one when nowhere."""
    rows = _waiting(policy_ids=list(policy_ids))
    places = _places([row.pk for row in rows])
    return [_card(row, places[row.pk]) for row in rows]


def waiting_entry(*, policy_ids: Iterable[UUID], entry_id: UUID) -> WaitingCard:
    """One place of these policies, waiting or not; NotFoundError for another's."""
    row = (
        WaitingEntry.objects.filter(pk=entry_id, policy_id__in=list(policy_ids))
        .select_related("doctor", "clinic", "region")
        .first()
    )
    if row is None:
        raise NotFoundError
    return _card(row, _places([row.pk])[row.pk])


def open_offers(policy_ids: Iterable[UUID], at: datetime) -> list[OfferCard]:
    """What is offered to these policies at this moment, the first to end first. One query."""
    cards = [_offer_card(row) for row in _open(policy_ids=list(policy_ids))]
    return [card for card in cards if card.is_open(at)]


def offer_of(*, policy_ids: Iterable[UUID], offer_id: UUID) -> OfferCard:
    """One offer to these policies, answered or not; NotFoundError for another's."""
    row = _offers().filter(pk=offer_id, entry__policy_id__in=list(policy_ids)).first()
    if row is None:
        raise NotFoundError
    return _offer_card(row)


def regions_with(specialty: str, codes: Iterable[str]) -> set[str]:
    """Those of the regions that have a doctor of the specialty in a clinic that books online. One query."""
    rows = Doctor.objects.filter(specialty_code=specialty, clinic__online_booking=True, clinic__region__in=list(codes))
    return set(rows.values_list("clinic__region", flat=True).distinct())


def _places(entry_ids: Sequence[UUID]) -> dict[UUID, int]:
    if not entry_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(entry_ids)])
        return {entry_id: 1 + before for entry_id, before in cursor.fetchall()}


def _card(row: WaitingEntry, place: int) -> WaitingCard:
    return WaitingCard(
        id=row.pk,
        policy_id=row.policy_id,
        specialty_code=row.specialty_code,
        doctor_name=row.doctor.full_name if row.doctor else "",
        clinic_id=row.clinic_id,
        clinic_name=row.clinic.name if row.clinic else "",
        region_name=row.region.shown_name if row.region else "",
        from_on=row.from_on,
        until_on=row.until_on,
        weekdays=tuple(row.weekdays),
        from_local=row.from_local,
        until_local=row.until_local,
        state=WaitingState(row.state),
        joined_at=row.joined_at,
        place=place,
    )


def _offers() -> Any:
    return WaitingOffer.objects.select_related("slot__doctor", "slot__clinic").annotate(
        of_policy=F("entry__policy_id"), made=F("hold__appointment__pk")
    )


def _offer_card(row: Any) -> OfferCard:
    return OfferCard(
        id=row.pk,
        entry_id=row.entry_id,
        policy_id=row.of_policy,
        hold_id=row.hold_id,
        slot=slot_card(row.slot, free=False),
        clinic_name=row.slot.clinic.name,
        until_at=row.until_at,
        state=OfferState(row.state),
        appointment_id=row.made,
    )
