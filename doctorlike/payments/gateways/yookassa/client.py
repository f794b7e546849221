"""YooKassa's API v3 over httpx (https://yookassa.ru/developers/api). The vendor's own SDK has no time limit."""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx
from django.db import transaction

from doctorlike.payments.gateways import MethodTold, NoAnswer, PaymentAsked, PaymentTold, Refused
from doctorlike.payments.gateways.yookassa.reading import UnreadableError, method_told, payment_told
from doctorlike.payments.gateways.yookassa.receipts import amount_of, receipt_of
from doctorlike.payments.gateways.yookassa.register import RegisterCalls
from doctorlike.payments.rules import Decline

log = logging.getLogger(__name__)
Told = TypeVar("Told", PaymentTold, MethodTold)

_CONNECT_SECONDS = 3.0
_PAGE = 100


def _close(http: httpx.Client, made_in: int) -> None:
    """A forked process leaves its parent's connections, and the locks over them, alone."""
    if os.getpid() == made_in:
        http.close()


class YooKassa(RegisterCalls):
    """One contract («shop») with YooKassa. Safe to share between threads."""

    def __init__(self, *, url: str, shop_id: str, secret_key: str, timeout_seconds: float) -> None:
        self._http = httpx.Client(
            base_url=url,
            auth=(shop_id, secret_key),
            timeout=httpx.Timeout(timeout_seconds, connect=min(_CONNECT_SECONDS, timeout_seconds)),
            follow_redirects=False,
            trust_env=False,
        )
        # Connections are kept open between calls, and closed with whoever keeps them.
        weakref.finalize(self, _close, self._http, os.getpid())

    def body_of(self, asked: PaymentAsked) -> dict[str, Any]:
        """One-stage debit with its receipt; our attempt's id goes along so that it can be found again."""
        body: dict[str, Any] = {
            "amount": amount_of(asked.amount),
            "capture": True,
            "description": asked.description[:128],
            "metadata": {"attempt_id": str(asked.attempt_id), "subject_id": str(asked.subject_id)},
            "receipt": receipt_of(asked.receipt, asked.amount),
        }
        if asked.card_token:
            body["payment_method_id"] = asked.card_token
        else:
            # No means of payment is named: the page offers every one of the contract's (card, SBP).
            body["confirmation"] = {"type": "redirect", "return_url": asked.return_url}
        return body

    def create_payment(self, key: str, body: dict[str, Any]) -> PaymentTold | Refused | NoAnswer:
        return self._ask(payment_told, "POST", "/payments", key=key, json=body)

    def payment(self, acquirer_id: str) -> PaymentTold | Refused | NoAnswer:
        return self._ask(payment_told, "GET", f"/payments/{acquirer_id}")

    def find(self, attempt_ids: Collection[UUID], *, since: datetime) -> Mapping[UUID, PaymentTold] | NoAnswer:
        """Walks the list of payments made since then, until all are found: YooKassa cannot be asked by metadata."""
        asked = {"limit": str(_PAGE), "created_at.gte": since.astimezone(UTC).isoformat(timespec="milliseconds")}
        found: dict[UUID, PaymentTold] = {}
        while len(found) < len(attempt_ids):
            page = self._call("GET", "/payments", params=asked)
            if isinstance(page, Refused):
                return NoAnswer(page.reason)
            if isinstance(page, NoAnswer):
                return page
            try:
                told = [payment_told(item) for item in page["items"]]
            except (UnreadableError, KeyError, TypeError):
                return NoAnswer("unreadable")
            found |= {one.attempt_id: one for one in told if one.attempt_id and one.attempt_id in attempt_ids}
            if not page.get("next_cursor"):
                break
            asked["cursor"] = page["next_cursor"]
        return found

    def create_method(self, key: str, return_url: str) -> MethodTold | Refused | NoAnswer:
        """A card bound for a zero amount: nothing is debited."""
        body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": return_url}}
        return self._ask(method_told, "POST", "/payment_methods", key=key, json=body)

    def method(self, method_id: str) -> MethodTold | Refused | NoAnswer:
        return self._ask(method_told, "GET", f"/payment_methods/{method_id}")

    def _ask(
        self, read: Callable[[dict[str, Any]], Told], verb: str, path: str, **request: Any
    ) -> Told | Refused | NoAnswer:
        answer = self._call(verb, path, **request)
        if isinstance(answer, (Refused, NoAnswer)):
            return answer
        try:
            return read(answer)
        except UnreadableError:
            log.error("the acquirer's answer to %s %s is not of the API's shape", verb, path.split("/")[1])
            return NoAnswer("unreadable")

    def _call(self, verb: str, path: str, *, key: str = "", **request: Any) -> dict[str, Any] | Refused | NoAnswer:
        _refuse_an_open_transaction()
        try:
            reply = self._http.request(verb, path, headers={"Idempotence-Key": key} if key else None, **request)
            answer = reply.json()
        except httpx.HTTPError as lost:
            return NoAnswer(type(lost).__name__)
        except ValueError:
            return NoAnswer("not_json")
        if reply.status_code == 200 and isinstance(answer, dict):
            return answer
        return _refusal(reply.status_code, answer if isinstance(answer, dict) else {})


def _refuse_an_open_transaction() -> None:
    """RuntimeError when the caller holds one: rows would stay locked for as long as the acquirer likes. A thread that
    has asked the database nothing needs no connection for this."""
    if transaction.get_connection().in_atomic_block:
        with transaction.atomic(durable=True):
            pass


def _refusal(status: int, answer: dict[str, Any]) -> Refused | NoAnswer:
    code, parameter = str(answer.get("code", "")), str(answer.get("parameter", ""))
    if status == 404:
        return Refused("not_found", Decline.HARD)
    if status == 400:
        if parameter == "payment_method_id":
            return Refused("card_refused", Decline.HARD)
        log.error("the acquirer refused a request of ours: %s %s", code, parameter)
        return Refused("invalid_request")
    # 401, 403: our contract is out of order, no fault of the card; 429: later. None says what became of an
    # earlier try under the same key, so the attempt stays open and is asked about.
    level = logging.ERROR if status in (401, 403) else logging.WARNING
    log.log(level, "the acquirer answered %s %s", status, code)
    return NoAnswer(f"http_{status}")
