"""Who has free time, over many clinics at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from doctorlike.appointments.queries.cards import NextSlot
from doctorlike.kit.prepared import prepared_cursor

# A calendar day anywhere on Earth lies within so much of the same day in UTC.
_ZONES_APART = timedelta(hours=14)


def soonest_free(
    *, at: datetime, on: date | None = None, specialty: str = "", clinic_ids: Collection[UUID] | None = None
) -> dict[UUID, NextSlot]:
    """The next free slot of each clinic that has one: of doctors of the specialty, on that day of the clinic's own
    calendar, of these clinics, where such is asked. One query, an index probe for each doctor."""
    conditions, slot_conditions = ["true"], ["true"]
    told: dict[str, Any] = {"at": at}
    if specialty:
        conditions.append("doctor.specialty_code = %(specialty)s")
        told["specialty"] = specialty
    if clinic_ids is not None:
        conditions.append("doctor.clinic_id = any(%(clinic_ids)s::uuid[])")
        told["clinic_ids"] = list(clinic_ids)
    if on is not None:
        slot_conditions.append("s.visit_on = %(on)s and s.starts_at >= %(from_at)s and s.starts_at < %(until_at)s")
        midnight = datetime.combine(on, time(), UTC)
        told |= {"on": on, "from_at": midnight - _ZONES_APART, "until_at": midnight + timedelta(days=1) + _ZONES_APART}
    with prepared_cursor() as cursor:
        cursor.execute(
            f"""
            select distinct on (doctor.clinic_id)
                doctor.clinic_id, slot.id, slot.clinic_id, slot.starts_at, slot.visit_on, slot.zone
            from appointments_doctor doctor
            cross join lateral (
                select s.id, s.clinic_id, s.starts_at, s.visit_on, s.zone from appointments_slot s
                where s.doctor_id = doctor.id and s.starts_at > %(at)s and s.withdrawn_at is null
                and {" and ".join(slot_conditions)}
                and not exists (
                    select from appointments_appointment a where a.slot_id = s.id and a.state <> 'cancelled')
                and not exists (
                    select from appointments_hold h where h.slot_id = s.id and h.ended_at is null
                    and h.held_at <= %(at)s and coalesce(h.kept_until_at, h.until_at) > %(at)s)
                order by s.starts_at limit 1
            ) as slot
            where {" and ".join(conditions)}
            order by doctor.clinic_id, slot.starts_at
            """,  # noqa: S608  # only the constants above
            told,
        )
        return {row[0]: NextSlot(*row[1:]) for row in cursor.fetchall()}
