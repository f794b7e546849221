"""Which times serve which wishes, as PostgreSQL is asked: `rules.Wish.fits` for many at once, and what is free.

Names in these conditions: `e` an entry of the waiting list, `s` a slot, `d` its doctor, `c` its clinic.
"""

from __future__ import annotations

# A test holds it to the rule. Literals alone: values are told as parameters.
FITS = """
    e.specialty_code = d.specialty_code
    and (e.doctor_id = s.doctor_id or e.doctor_id is null and e.clinic_id = s.clinic_id or e.region_id = c.region_id)
    and s.visit_on >= e.from_on and s.visit_on < e.until_on
    and (e.weekdays = '{}' or extract(isodow from s.visit_on)::smallint - 1 = any(e.weekdays))
    and (s.starts_at at time zone s.zone)::time >= e.from_local
    and (e.until_local is null or (s.starts_at at time zone s.zone)::time < e.until_local)
"""

# Whom `e` waits for, `d`, each found by an index: a condition with "or" would look at every doctor there is.
THEIR_DOCTORS = """
    cross join lateral (
        select d.* from appointments_doctor d where d.id = e.doctor_id
        union all
        select d.* from appointments_doctor d
        where e.doctor_id is null and d.clinic_id = e.clinic_id and d.specialty_code = e.specialty_code
        union all
        select d.* from clinics_clinic c join appointments_doctor d on d.clinic_id = c.id
        where c.region_id = e.region_id and d.specialty_code = e.specialty_code) as d
    join clinics_clinic c on c.id = d.clinic_id
"""

FREE = """
    s.withdrawn_at is null
    and not exists (select from appointments_appointment a where a.slot_id = s.id and a.state <> 'cancelled')
    and not exists (
        select from appointments_hold h where h.slot_id = s.id and h.ended_at is null
        and h.held_at <= %(at)s and coalesce(h.kept_until_at, h.until_at) > %(at)s)
"""

# Who had or was offered this very time once already, and let it go, is not asked again.
NEW_TO_THEM = "not exists (select from appointments_hold h where h.slot_id = s.id and h.policy_id = e.policy_id)"

OFFERED_NOTHING = """
    not exists (
        select from appointments_waitingoffer o join appointments_waitingentry theirs on theirs.id = o.entry_id
        where theirs.patient_key = e.patient_key and o.state = 'open')
"""

NOWHERE_ELSE = """
    not exists (
        select from appointments_appointment a where a.patient_key = e.patient_key and a.state <> 'cancelled'
        and tstzrange(a.starts_at, a.ends_at) && tstzrange(s.starts_at, s.ends_at))
"""

# They chose such a time by themselves since they wait.
SERVED_BY_HAND = f"""
    exists (
        select from appointments_appointment a
        join appointments_slot s on s.id = a.slot_id
        join appointments_doctor d on d.id = s.doctor_id
        join clinics_clinic c on c.id = s.clinic_id
        where a.patient_key = e.patient_key and a.state = 'booked' and a.changed_at > e.joined_at and {FITS})
"""  # constants alone
