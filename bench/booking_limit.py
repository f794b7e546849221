"""The bare SQL of a booking: the same locks, rows and transactions as `hold_slot` and `confirm_booking`, audit and job
rows included, through prepared statements of psycopg. What the product reads to decide (policy, coverage, price) is
left out: the limit knows the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from uuid_utils import compat

_AUDIT = (
    "insert into audit_entry (id, at, by, action, subject_type, subject_id, details) select %s, %s, %s, %s, %s, %s, %s"
)
_LOCK_SLOT = "select id, clinic_id, starts_at, ends_at, visit_on from appointments_slot where id = %s for update"
_LOCK_PATIENT = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_BUSY = (
    "select id, slot_id from appointments_appointment where state <> 'cancelled'"
    " and (slot_id = %s or (patient_key = %s and starts_at < %s and ends_at > %s))"
)
_OPEN_HOLDS = (
    "select id from appointments_hold where ended_at is null"
    " and (slot_id = %s or (policy_id = %s and purpose <> 'offer')) order by id for update"
)
_HOLD = (
    "insert into appointments_hold (id, slot_id, policy_id, held_at, held_by, until_at, purpose, ended_by)"
    " values (%s, %s, %s, %s, %s, %s, 'book', '')"
)
_VISIT = (
    "insert into appointments_appointment (id, slot_id, hold_id, policy_id, patient_id, patient_key, service_code,"
    " price, starts_at, ends_at, state, booked_at, booked_by, changed_at, changed_by, moves, cancelled_late)"
    " values (%s, %s, %s, %s, %s, %s, %s, 1200, %s, %s, 'booked', %s, %s, %s, %s, 0, false)"
)
_GUARANTEE = (
    "insert into coverage_guarantee (id, policy_id, clinic_id, service_code, visit_on, appointment_id, given_at,"
    " given_by, withdrawn_by) values (%s, %s, %s, %s, %s, %s, %s, %s, '')"
)
_MESSAGE = (
    'insert into notifications_message (id, channel, "to", subject, text, attachments, is_secret, topic, subject_id,'
    " state, tries, provider_reference, refusal, created_at, created_by)"
    " values (%s, 'email', %s, %s, %s, '[]', false, 'visit', %s, 'queued', 0, '', '', %s, %s)"
)
_JOB = (
    "select unnest(procrastinate_defer_jobs_v1(array[row('default', %s, 0, null, null, %s::jsonb, null)]"
    "::procrastinate_job_to_defer_v1[]))"
)
# As long as an enciphered letter is.
_LETTER = b"x" * 320


class BareBooking:
    """Books by SQL alone over a connection of its own."""

    def __init__(self, database_url: str, *, task: str) -> None:
        self._connection = psycopg.connect(database_url, prepare_threshold=1)
        self._task = task

    def book(self, *, slot_id: UUID, policy_id: UUID, patient_id: UUID, service_code: str, by: str) -> None:
        """Two transactions, as a client's two taps are."""
        at, hold_id, visit_id = datetime.now(UTC), _new(), _new()
        ask = self._connection.execute
        patient_lock, slot_lock = f"appointments.patient:{patient_id}", str(slot_id)
        _id, clinic_id, starts_at, ends_at, visit_on = _one(ask(_LOCK_SLOT, [slot_id]))
        ask(_LOCK_PATIENT, [patient_lock])
        ask(_OPEN_HOLDS, [slot_id, policy_id])
        ask(_BUSY, [slot_id, patient_id, ends_at, starts_at])
        ask(_HOLD, [hold_id, slot_id, policy_id, at, by, at + timedelta(minutes=5)])
        self._audit(at, by, "slot.held", "slot", slot_lock, {"hold": str(hold_id)})
        self._connection.commit()
        ask(_LOCK_SLOT, [slot_id])
        ask(_LOCK_PATIENT, [patient_lock])
        ask("select id from appointments_hold where id = %s for update", [hold_id])
        ask(_BUSY, [slot_id, patient_id, ends_at, starts_at])
        ask(
            _VISIT,
            [
                *(visit_id, slot_id, hold_id, policy_id, patient_id, patient_id, service_code),
                *(starts_at, ends_at, at, by, at, by),
            ],
        )
        ask("update appointments_hold set ended_at = %s, ended_by = %s where id = %s", [at, by, hold_id])
        ask(_GUARANTEE, [_new(), policy_id, clinic_id, service_code, visit_on, visit_id, at, by])
        self._audit(at, by, "guarantee.given", "policy", str(policy_id), {"guarantee_id": str(visit_id)})
        self._audit(at, by, "appointment.booked", "appointment", str(visit_id), {"slot": slot_lock})
        message_id = _new()
        ask(_MESSAGE, [message_id, "client@bench.example", "Вы записаны", _LETTER, str(visit_id), at, by])
        ask(_JOB, [self._task, Jsonb({"message_id": str(message_id)})])
        self._connection.commit()

    def _audit(self, at: datetime, by: str, action: str, kind: str, subject: str, details: dict[str, str]) -> None:
        self._connection.execute(_AUDIT, [_new(), at, by, action, kind, subject, Jsonb(details)])


def _new() -> UUID:
    return compat.uuid7()


def _one(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    if row is None:
        raise LookupError("the slot is not there")
    return row
