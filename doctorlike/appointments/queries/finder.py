"""Free times of a specialty over many clinics at once, the next first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from doctorlike.appointments.models import Doctor
from doctorlike.appointments.queries.cards import DoctorCard, SlotCard, doctor_card
from doctorlike.appointments.queries.matching import FREE

# A calendar day anywhere on Earth lies within so much of the same day in UTC.
_ZONES_APART = timedelta(hours=14)
_EACH_DOCTOR = 6


@dataclass(frozen=True, slots=True)
class TimesAsked:
    """`opens`: regions that are looked in, each with the first day at the clinic that counts; `until_on` the first day
    that no longer does. `scope`: whose network. On one day where `on` is told, between two hours of the clinic's clock
    (`until_local` None: midnight), at `clinic_ids`, in a box of degrees (south, north, west, east), where such are."""

    specialty: str
    scope: str
    opens: Mapping[str, date]
    until_on: date
    on: date | None = None
    from_local: time = time()
    until_local: time | None = None
    clinic_ids: Collection[UUID] | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class ClinicTimes:
    """The next free times at one clinic, by time."""

    clinic_id: UUID
    slots: Sequence[SlotCard]


@dataclass(frozen=True, slots=True)
class TimesFound:
    """A page of clinics, whoever is free next first, and how many there are in all."""

    clinics: Sequence[ClinicTimes] = field(default=())
    total: int = 0


@dataclass(frozen=True, slots=True)
class SpecialtyFree:
    """`starts_at` of the next free time of a specialty, with the clinic's zone; None when all is booked."""

    code: str
    starts_at: datetime | None
    zone: str


# One index probe a doctor, which stops at the first time that serves.
_DOCTORS = """
    from unnest(%(codes)s::text[], %(opens)s::date[]) as r (code, opens_on)
    join clinics_clinic c on c.region_id = r.code and c.online_booking {of_clinic}
    join appointments_doctor d on d.clinic_id = c.id {of_doctor}
    join clinics_networkmembership m on m.clinic_id = c.id and m.scope = %(scope)s
        and m.from_on < %(until_on)s and coalesce(m.to_on, 'infinity') > %(today)s
"""
_SERVES = f"""
    s.starts_at > %(at)s and s.visit_on >= greatest(r.opens_on, m.from_on)
    and s.visit_on < least(%(until_on)s, coalesce(m.to_on, 'infinity')) and {FREE} {{of_time}}
"""
_TIMES = """
    with nearest as (
        select distinct on (c.id) c.id, first.starts_at, r.opens_on, m.from_on, m.to_on
        {doctors}
        cross join lateral (
            select s.starts_at from appointments_slot s where s.doctor_id = d.id and {serves}
            order by s.starts_at limit 1) as first
        order by c.id, first.starts_at),
    page as (
        select *, count(*) over () as total from nearest order by starts_at, id limit %(limit)s offset %(offset)s)
    select page.id, page.total, page.starts_at, slot.id, slot.starts_at, slot.ends_at, slot.visit_on, slot.zone,
        coalesce(nullif(slot.service_code, ''), d.service_code), coalesce(nullif(slot.room, ''), d.room),
        d.id, d.full_name, d.specialty_code, d.service_code, d.room
    from page
    join appointments_doctor d on d.clinic_id = page.id {of_doctor}
    cross join lateral (
        select s.* from appointments_slot s, (select page.opens_on) as r, (select page.from_on, page.to_on) as m
        where s.doctor_id = d.id and {serves}
        order by s.starts_at limit {each}) as slot
    order by page.starts_at, page.id, slot.starts_at, d.full_name
"""
_SPECIALTIES = """
    select distinct on (d.specialty_code) d.specialty_code, first.starts_at, first.zone
    {doctors}
    left join lateral (
        select s.starts_at, s.zone from appointments_slot s where s.doctor_id = d.id and {serves}
        order by s.starts_at limit 1) as first on true
    order by d.specialty_code, first.starts_at nulls last
"""


def times_of(asked: TimesAsked, *, at: datetime, offset: int = 0, limit: int = 10, each: int = 6) -> TimesFound:
    """Clinics with free times of the specialty, whoever is free next first, each with its next few. One query."""
    if not asked.opens:
        return TimesFound()
    told, parts = _told(asked, at)
    told |= {"limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(_TIMES.format(each=_EACH_DOCTOR, **parts), told)
        rows = cursor.fetchall()
    clinics = [
        ClinicTimes(clinic_id, [_slot(row) for row in of_clinic][:each])
        for clinic_id, of_clinic in groupby(rows, key=lambda row: row[0])
    ]
    return TimesFound(clinics, rows[0][1] if rows else 0)


def specialties_free(asked: TimesAsked, *, at: datetime) -> list[SpecialtyFree]:
    """Every specialty that the clinics looked in have, whatever `asked.specialty` says, with its next free time;
    whoever is free next first. One query."""
    if not asked.opens:
        return []
    told, parts = _told(asked, at, any_specialty=True)
    with connection.cursor() as cursor:
        cursor.execute(_SPECIALTIES.format(**parts), told)
        found = [SpecialtyFree(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.starts_at is None, one.starts_at or at, one.code))


def doctors_named(text: str, *, regions: Collection[str], most: int = 8) -> list[tuple[DoctorCard, str]]:
    """Doctors of clinics that book online in these regions whose name has every word of the text, with the clinic's
    name; by name. One query."""
    words = text.split()[:4]
    if not words:
        return []
    rows = Doctor.objects.filter(clinic__online_booking=True, clinic__region__in=list(regions))
    for word in words:
        rows = rows.filter(full_name__icontains=word)
    found = rows.select_related("clinic").only(*(f"{one.name}" for one in Doctor._meta.concrete_fields), "clinic__name")
    return [(doctor_card(row), row.clinic.name) for row in found.order_by("full_name", "pk")[:most]]


def _told(asked: TimesAsked, at: datetime, *, any_specialty: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
    """Values, and the parts of a statement that stand where something is asked: constants of this module."""
    of_clinic, of_doctor, of_time = "", "" if any_specialty else "and d.specialty_code = %(specialty)s", ""
    told: dict[str, Any] = {
        "codes": list(asked.opens),
        "opens": list(asked.opens.values()),
        "scope": asked.scope,
        "specialty": asked.specialty,
        "until_on": asked.until_on,
        "today": at.date() - timedelta(days=1),
        "at": at,
    }
    if asked.clinic_ids is not None:
        of_clinic += " and c.id = any(%(clinic_ids)s)"
        told["clinic_ids"] = list(asked.clinic_ids)
    if asked.box is not None:
        of_clinic += " and c.latitude between %(south)s and %(north)s and c.longitude between %(west)s and %(east)s"
        told |= dict(zip(("south", "north", "west", "east"), asked.box, strict=True))
    if asked.on is not None:
        of_time += " and s.visit_on = %(on)s and s.starts_at >= %(day_from)s and s.starts_at < %(day_until)s"
        midnight = datetime.combine(asked.on, time(), UTC)
        told |= {"on": asked.on, "day_from": midnight - _ZONES_APART}
        told["day_until"] = midnight + timedelta(days=1) + _ZONES_APART
    if asked.from_local != time():
        of_time += " and (s.starts_at at time zone s.zone)::time >= %(from_local)s"
        told["from_local"] = asked.from_local
    if asked.until_local is not None:
        of_time += " and (s.starts_at at time zone s.zone)::time < %(until_local)s"
        told["until_local"] = asked.until_local
    parts = {"of_doctor": of_doctor, "serves": _SERVES.format(of_time=of_time)}
    parts["doctors"] = _DOCTORS.format(of_clinic=of_clinic, of_doctor=of_doctor)
    return told, parts


def _slot(row: Sequence[Any]) -> SlotCard:
    clinic_id, _total, _first, slot_id, starts_at, ends_at, visit_on, zone, service_code, room, *doctor = row
    doctor_id, full_name, specialty_code, doctors_service, doctors_room = doctor
    card = DoctorCard(doctor_id, clinic_id, full_name, specialty_code, doctors_service, doctors_room)
    return SlotCard(slot_id, card, starts_at, ends_at, visit_on, zone, True, service_code, room)
