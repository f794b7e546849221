"""The same charges by a bare psycopg and httpx loop: the same calls and, table by table, as many rows, no product. It
has as many processes and threads as ours; each process is told its part of the charges, where ours has to find it."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import psycopg
from psycopg.types.json import Jsonb
from uuid_utils import compat

_TAKE = """
    SELECT c.id, c.amount - c.held, c.policy_id, k.id, k.token, u.email, v.terms
      FROM copay_charge c JOIN copay_enrolment e ON e.policy_id = c.policy_id JOIN payments_card k ON k.id = e.card_id
      JOIN accounts_user u ON u.id = c.payer_id JOIN policies_policy p ON p.id = c.policy_id
      JOIN products_productversion v ON v.id = p.version_id
     WHERE c.id = %s AND c.state = 'scheduled' FOR UPDATE OF c, k"""
_PAYMENT = """
    INSERT INTO payments_payment (id, purpose, subject_id, amount, description, receipt, shop_id, card_id, return_url,
        state, decline, reason, receipt_registration, created_at)
    VALUES (%s, 'charge', %s, %s, 'bare', %s, '100001', %s, '', 'open', '', '', '', now())"""
_ATTEMPT = """
    INSERT INTO payments_attempt (id, payment_id, body, state, confirmation_url, reason, created_at, first_sent_at,
        sent_at) VALUES (%s, %s, %s, 'sent', '', '', now(), now(), now())"""
_TRIED = """
    INSERT INTO copay_chargetry (id, charge_id, payment_id, card_id, came_from, tried_on, tried_at, decline, reason)
    VALUES (%s, %s, %s, %s, 'scheduled', current_date, now(), '', '')"""
_AUDIT = """
    INSERT INTO audit_entry (id, at, by, action, subject_type, subject_id, details)
    VALUES (%s, now(), 'system:bare', %s, 'charge', %s, %s)"""
_CHARGING = "UPDATE copay_charge SET state = 'charging', first_tried_on = current_date WHERE id = %s"
_ATTEMPT_DONE = """
    UPDATE payments_attempt SET state = 'succeeded', acquirer_id = %s, asked_at = now(), settled_at = now()
     WHERE id = %s"""
_PAYMENT_DONE = """
    UPDATE payments_payment SET state = 'succeeded', settled_at = now(), receipt_registration = %s WHERE id = %s"""
_TRY_DONE = "UPDATE copay_chargetry SET succeeded = true, settled_at = now() WHERE id = %s"
_PAID = "UPDATE copay_charge SET state = 'paid', paid_at = now(), payment_id = %s, next_try_on = NULL WHERE id = %s"
_ENTRY = """
    INSERT INTO payments_ledgerentry (id, event, source_id, debit, credit, amount, subject_id, policy_id, payment_id,
        posted_at) VALUES (%s, 'payment', %s, 'acquirer', 'receivable', %s, %s, %s, %s, now())"""
_MESSAGE = """
    INSERT INTO notifications_message (id, channel, "to", subject, text, attachments, is_secret, topic, subject_id,
        state, tries, provider_reference, refusal, created_at, created_by)
    VALUES (%s, 'email', %s, 'bare', %s, '[]', false, 'charge_news', %s, 'queued', 0, '', '', now(), 'system:bare')"""
_JOB = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
    VALUES ('default', 'doctorlike.notifications.tasks.deliver', 0, %s)"""


@dataclass(frozen=True)
class Bare:
    """Where the loop finds its database and the acquirer."""

    database_url: str
    acquirer_url: str
    account: tuple[str, str]
    # What stands in place of every enciphered value: ciphering is the product's own work.
    sealed: bytes

    def run(self, charge_ids: list[UUID], *, processes: int, at_once: int) -> int:
        """Charges each, so many at once in all processes together; returns how many were paid."""
        parts = [(charge_ids[part::processes], -(-at_once // processes)) for part in range(processes)]
        with multiprocessing.get_context("fork").Pool(processes) as pool:
            paid = pool.starmap(self._run_part, parts)
            pool.close()
            pool.join()
        return sum(paid)

    def _run_part(self, charge_ids: list[UUID], at_once: int) -> int:
        waiting, guard, paid = iter(charge_ids), threading.Lock(), []

        def work() -> None:
            with psycopg.connect(self.database_url) as connection:
                while True:
                    with guard:
                        charge_id = next(waiting, None)
                    if charge_id is None:
                        return
                    paid.append(_charge(connection, http, charge_id, self.sealed))

        with (
            httpx.Client(base_url=self.acquirer_url, auth=self.account, trust_env=False) as http,
            ThreadPoolExecutor(at_once) as threads,
        ):
            for one in [threads.submit(work) for _ in range(at_once)]:
                one.result()
        return sum(paid)


def _charge(connection: psycopg.Connection[Any], http: httpx.Client, charge_id: UUID, sealed: bytes) -> bool:
    payment_id, attempt_id, try_id = compat.uuid7(), compat.uuid7(), compat.uuid7()
    with connection.transaction():
        row = connection.execute(_TAKE, [charge_id]).fetchone()
        if row is None:
            return False
        _, amount, policy_id, card_id, _token, email, _ = row
        connection.execute(_PAYMENT, [payment_id, charge_id, amount, sealed, card_id])
        connection.execute(_ATTEMPT, [attempt_id, payment_id, sealed])
        connection.execute(_TRIED, [try_id, charge_id, payment_id, card_id])
        _audit(connection, "payment.opened", charge_id)
        connection.execute(_CHARGING, [charge_id])
    answer = http.post("/payments", headers={"Idempotence-Key": str(attempt_id)}, json=_body(row, attempt_id)).json()
    with connection.transaction():
        connection.execute("SELECT 1 FROM payments_payment WHERE id = %s FOR UPDATE", [payment_id])
        connection.execute(_ATTEMPT_DONE, [answer["id"], attempt_id])
        connection.execute(_PAYMENT_DONE, [answer.get("receipt_registration") or "", payment_id])
        _audit(connection, "payment.succeeded", charge_id)
        connection.execute(_TRY_DONE, [try_id])
        connection.execute(_PAID, [payment_id, charge_id])
        _audit(connection, "charge.paid", charge_id)
        connection.execute(_ENTRY, [compat.uuid7(), payment_id, amount, charge_id, policy_id, payment_id])
        connection.execute(_MESSAGE, [message_id := compat.uuid7(), email, sealed, str(charge_id)])
        connection.execute(_JOB, [Jsonb({"message_id": str(message_id)})])
    return answer["status"] == "succeeded"


def _audit(connection: psycopg.Connection[Any], action: str, charge_id: UUID) -> None:
    connection.execute(_AUDIT, [compat.uuid7(), action, str(charge_id), Jsonb({"amount": "100.00"})])


def _body(row: tuple[Any, ...], attempt_id: UUID) -> dict[str, Any]:
    amount = {"value": str(row[1]), "currency": "RUB"}
    item = {
        "description": "bare",
        "quantity": "1",
        "amount": amount,
        "vat_code": 1,
        "payment_subject": "service",
        "payment_mode": "full_payment",
    }
    return {
        "amount": amount,
        "capture": True,
        "description": "bare",
        "metadata": {"attempt_id": str(attempt_id), "subject_id": str(row[0])},
        "receipt": {"customer": {"email": row[5]}, "items": [item]},
        "payment_method_id": row[4],
    }
