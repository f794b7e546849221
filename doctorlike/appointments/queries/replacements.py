"""Other times for visits that have lost theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from doctorlike.appointments.models import Slot
from doctorlike.appointments.queries.cards import SlotCard, slot_card

MOST_OF_THE_SAME = 3
MOST_OF_OTHERS = 3


def replacements(appointment_ids: Collection[UUID], at: datetime) -> dict[UUID, list[SlotCard]]:
    """Free times for the service of each visit that are closest to its own: of the same doctor, then of colleagues of
    the specialty in the same clinic, each by time. Every visit asked is a key. Two queries, an index probe for each
    visit and doctor."""
    found: dict[UUID, list[SlotCard]] = {pk: [] for pk in appointment_ids}
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"visits": list(found), "at": at, "same": MOST_OF_THE_SAME, "others": MOST_OF_OTHERS})
        near = cursor.fetchall()
    rows = Slot.objects.select_related("doctor").in_bulk([slot_id for _visit, slot_id in near])
    slots: dict[UUID, list[SlotCard]] = defaultdict(list)
    for visit_id, slot_id in near:
        slots[visit_id].append(slot_card(rows[slot_id], free=True))
    return found | slots


_NEAREST = """
    with wanted as (
        select visit.id, visit.starts_at, visit.service_code, visit.patient_key, slot.clinic_id, slot.doctor_id,
            doctor.specialty_code
        from appointments_appointment visit
        join appointments_slot slot on slot.id = visit.slot_id
        join appointments_doctor doctor on doctor.id = slot.doctor_id
        where visit.id = any(%(visits)s)
    ), near as (
        select wanted.id as visit_id, free.id as slot_id, free.starts_at,
            free.doctor_id <> wanted.doctor_id as is_other,
            row_number() over (
                partition by wanted.id, free.doctor_id <> wanted.doctor_id
                order by abs(extract(epoch from free.starts_at - wanted.starts_at)), free.starts_at, free.id
            ) as turn
        from wanted
        join appointments_doctor doctor
            on doctor.clinic_id = wanted.clinic_id and doctor.specialty_code = wanted.specialty_code
        cross join lateral (
            (select s.* from appointments_slot s where s.doctor_id = doctor.id and s.starts_at >= wanted.starts_at
                and {free} order by s.starts_at limit %(same)s)
            union all
            (select s.* from appointments_slot s where s.doctor_id = doctor.id and s.starts_at < wanted.starts_at
                and {free} order by s.starts_at desc limit %(same)s)
        ) free
    )
    select visit_id, slot_id from near
    where turn <= case when is_other then %(others)s else %(same)s end
    order by visit_id, is_other, starts_at, slot_id
""".replace(
    "{free}",
    """s.starts_at > %(at)s and s.withdrawn_at is null and s.place = (
            select min(p.place) from appointments_slot p
            where p.doctor_id = s.doctor_id and p.starts_at = s.starts_at and p.withdrawn_at is null
            and not exists (
                select from appointments_appointment a where a.slot_id = p.id and a.state <> 'cancelled')
            and not exists (
                select from appointments_hold h where h.slot_id = p.id and h.ended_at is null
                and h.held_at <= %(at)s and coalesce(h.kept_until_at, h.until_at) > %(at)s))
        and coalesce(nullif(s.service_code, ''), doctor.service_code) = wanted.service_code
        and not exists (
            select from appointments_appointment other where other.patient_key = wanted.patient_key
            and other.id <> wanted.id and other.state <> 'cancelled'
            and other.starts_at < s.ends_at and other.ends_at > s.starts_at)""",
)
