"""Who may ask, how, and what a wrong request is told."""

from typing import Any

import httpx
import pytest

from tests.sandbox.running import Sandbox, payment_body, rub, until


def _line(price: str = "700.00", **changes: Any) -> dict[str, Any]:
    return {
        "description": "Страховой полис",
        "quantity": 2,
        "amount": rub(price),
        "vat_code": 1,
        "payment_subject": "service",
        "payment_mode": "full_payment",
        **changes,
    }


def _receipt(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"customer": {"email": "anna@example.org"}, "items": list(lines) or [_line()]}


@pytest.mark.parametrize(
    "auth", [None, ("100001", "wrong"), ("999", "sandbox-secret-1"), ("100002", "sandbox-secret-1")]
)
def test_a_stranger_gets_nothing(sandbox: Sandbox, auth: tuple[str, str] | None) -> None:
    reply = httpx.get(f"{sandbox.url}/yookassa/v3/payments", auth=auth, trust_env=False)

    assert reply.status_code == 401
    assert reply.json()["type"] == "error"
    assert reply.json()["code"] == "invalid_credentials"
    assert reply.json()["id"]


def test_a_shop_never_sees_anothers_objects(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    sandbox.give_card(payment_id)
    method_id = sandbox.saved_card()
    refund_id = sandbox.pay("/refunds", payment_id=payment_id, amount=rub("1.00")).json()["id"]

    for path in (f"/payments/{payment_id}", f"/refunds/{refund_id}", f"/payment_methods/{method_id}"):
        assert sandbox.shop.get(path).status_code == 200
        assert sandbox.other_shop.get(path).status_code == 404
        assert sandbox.other_shop.get(path).json()["code"] == "not_found"
    assert sandbox.other_shop.get("/payments").json() == {"type": "list", "items": []}
    key = {"Idempotence-Key": "other"}
    refund = {"payment_id": payment_id, "amount": rub("1.00")}
    assert sandbox.other_shop.post("/refunds", json=refund, headers=key).status_code == 400
    charge = {"payment_method_id": method_id, "amount": rub("1.00"), "capture": True}
    assert sandbox.other_shop.post("/payments", json=charge, headers=key).json()["parameter"] == "payment_method_id"


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"amount": None}, "amount"),
        ({"amount": {"value": 100, "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "100.001", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "0.00", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "-1", "currency": "RUB"}}, "amount.value"),
        ({"amount": {"value": "10.00", "currency": "USD"}}, "amount.currency"),
        ({"confirmation": None}, "confirmation"),
        ({"confirmation": {"type": "embedded"}}, "confirmation.type"),
        ({"confirmation": {"type": "redirect"}}, "confirmation.return_url"),
        ({"confirmation": {"type": "redirect", "return_url": "javascript:alert(1)"}}, "confirmation.return_url"),
        ({"confirmation": {"type": "redirect", "return_url": "http://[1"}}, "confirmation.return_url"),
        ({"capture": "yes"}, "capture"),
        ({"save_payment_method": 1}, "save_payment_method"),
        ({"description": "x" * 129}, "description"),
        ({"metadata": {f"k{n}": "v" for n in range(17)}}, "metadata"),
        ({"metadata": {"attempt": 7}}, "metadata.attempt"),
        ({"payment_method_data": {"type": "sbp"}}, "payment_method_data.type"),
        ({"payment_method_id": "unknown"}, "payment_method_id"),
        ({"receipt": []}, "receipt"),
        ({"receipt": {"items": [_line()]}}, "receipt.customer"),
        ({"receipt": {"customer": {"email": "anna"}, "items": [_line()]}}, "receipt.customer.email"),
        ({"receipt": {"customer": {"phone": "8 912"}, "items": [_line()]}}, "receipt.customer.phone"),
        ({"receipt": _receipt(_line("699.99"))}, "receipt.items"),
        ({"receipt": _receipt(_line(vat_code=99))}, "receipt.items[0].vat_code"),
        ({"receipt": _receipt(_line(payment_subject="policy"))}, "receipt.items[0].payment_subject"),
        ({"receipt": _receipt(_line(payment_mode=None))}, "receipt.items[0].payment_mode"),
        ({"receipt": _receipt(_line(quantity="2.0001"))}, "receipt.items[0].quantity"),
        ({"receipt": _receipt(_line(description=""))}, "receipt.items[0].description"),
    ],
)
def test_a_wrong_payment_request_names_its_parameter(sandbox: Sandbox, change: dict[str, Any], parameter: str) -> None:
    reply = sandbox.pay(**{**payment_body("1400.00"), **change})

    assert reply.status_code == 400
    assert reply.json()["code"] == "invalid_request"
    assert reply.json()["parameter"] == parameter


def test_a_refused_request_leaves_its_key_free(sandbox: Sandbox) -> None:
    assert sandbox.pay(key="same", **payment_body("0")).status_code == 400

    assert sandbox.pay(key="same", **payment_body("10.00")).status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"'])
def test_a_body_must_be_a_json_object(sandbox: Sandbox, body: bytes) -> None:
    headers = {"Idempotence-Key": "k", "Content-Type": "application/json"}
    assert sandbox.shop.post("/payments", content=body, headers=headers).status_code == 400


def test_another_content_type_is_refused(sandbox: Sandbox) -> None:
    headers = {"Idempotence-Key": "k", "Content-Type": "text/plain"}
    assert sandbox.shop.post("/payments", content=b"{}", headers=headers).status_code == 415


def test_a_receipt_is_registered_after_the_debit(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment(receipt=_receipt())["id"]
    assert sandbox.payment(payment_id)["receipt_registration"] == "pending"
    sandbox.give_card(payment_id)

    until(lambda: sandbox.payment(payment_id)["receipt_registration"] == "succeeded", "the receipt is registered")
    assert sandbox.new_payment().get("receipt_registration") is None


def test_payments_are_listed_newest_first_by_pages(sandbox: Sandbox) -> None:
    made = [sandbox.new_payment(f"{number}.00")["id"] for number in range(1, 8)]
    sandbox.give_card(made[2])

    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = sandbox.shop.get("/payments", params={"limit": 3, **cursor}).json()
        seen += [one["id"] for one in page["items"]]
        if "next_cursor" not in page:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert seen == made[::-1]
    paid = sandbox.shop.get("/payments", params={"status": "succeeded"}).json()["items"]
    assert [one["id"] for one in paid] == [made[2]]


def test_payments_are_listed_by_the_time_of_creation(sandbox: Sandbox) -> None:
    first = sandbox.new_payment()
    sandbox.web.post("/control/clock", json={"advance_seconds": 60})
    second = sandbox.new_payment()

    def between(**bounds: str) -> list[str]:
        asked = {name.replace("_at_", "_at."): value for name, value in bounds.items()}
        return [one["id"] for one in sandbox.shop.get("/payments", params=asked).json()["items"]]

    assert between(created_at_gte=second["created_at"]) == [second["id"]]
    assert between(created_at_lt=second["created_at"]) == [first["id"]]
    assert between(created_at_gt=first["created_at"], created_at_lt=second["created_at"]) == []
    wrong = sandbox.shop.get("/payments", params={"created_at.gte": "yesterday"})
    assert (wrong.status_code, wrong.json()["parameter"]) == (400, "created_at.gte")
    assert sandbox.shop.get("/payments", params={"limit": "101"}).json()["parameter"] == "limit"
    assert sandbox.shop.get("/payments", params={"cursor": "%%"}).json()["parameter"] == "cursor"
