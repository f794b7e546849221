"""YooKassa's refunds, and its lists of what it has done: the register we are compared with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from doctorlike.payments.gateways import ListedPayment, NoAnswer, RefundAsked, RefundTold, Refused, SilentError
from doctorlike.payments.gateways.yookassa.reading import UnreadableError, listed_payment, refund_told
from doctorlike.payments.gateways.yookassa.receipts import amount_of, receipt_of

_PAGE = 100


class RegisterCalls(ABC):
    """The part of the client that gives money back and reads lists."""

    @abstractmethod
    def _call(self, verb: str, path: str, *, key: str = "", **request: Any) -> dict[str, Any] | Refused | NoAnswer:
        """One request to the acquirer; the whole client has it."""

    def refund_body_of(self, asked: RefundAsked) -> dict[str, Any]:
        """Back to the card that paid, with a receipt of its own; our id goes along so that it can be found again."""
        return {
            "payment_id": asked.acquirer_payment_id,
            "amount": amount_of(asked.amount),
            "description": asked.description[:250],
            "metadata": {"refund_id": str(asked.refund_id)},
            "receipt": receipt_of(asked.receipt, asked.amount),
        }

    def create_refund(self, key: str, body: dict[str, Any]) -> RefundTold | Refused | NoAnswer:
        return _refund(self._call("POST", "/refunds", key=key, json=body))

    def refund(self, acquirer_id: str) -> RefundTold | Refused | NoAnswer:
        return _refund(self._call("GET", f"/refunds/{acquirer_id}"))

    def refunds_of(self, acquirer_payment_id: str) -> list[RefundTold] | NoAnswer:
        try:
            pages = self._pages("/refunds", {"payment_id": acquirer_payment_id})
            return [refund_told(item) for page in pages for item in page]
        except SilentError as silent:
            return NoAnswer(str(silent))
        except UnreadableError:
            return NoAnswer("unreadable")

    def payments_made(self, *, since: datetime, until: datetime) -> Iterator[list[ListedPayment]]:
        try:
            for page in self._pages("/payments", _window(since, until)):
                yield [listed_payment(item) for item in page]
        except UnreadableError as wrong:
            raise SilentError("unreadable") from wrong

    def _pages(self, path: str, asked: dict[str, str]) -> Iterator[list[Any]]:
        asked = {**asked, "limit": str(_PAGE)}
        while True:
            page = self._call("GET", path, params=asked)
            if isinstance(page, (Refused, NoAnswer)):
                raise SilentError(page.reason if isinstance(page, Refused) else page.why)
            yield page.get("items", [])
            if not page.get("next_cursor"):
                return
            asked["cursor"] = page["next_cursor"]


def _refund(answer: dict[str, Any] | Refused | NoAnswer) -> RefundTold | Refused | NoAnswer:
    if isinstance(answer, (Refused, NoAnswer)):
        return answer
    try:
        return refund_told(answer)
    except UnreadableError:
        return NoAnswer("unreadable")


def _window(since: datetime, until: datetime) -> dict[str, str]:
    bounds = {"created_at.gte": since, "created_at.lt": until}
    return {name: bound.astimezone(UTC).isoformat(timespec="milliseconds") for name, bound in bounds.items()}
