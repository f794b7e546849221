"""The same key and data never make a second object; the key is remembered for 24 hours."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.running import Sandbox, payment_body, rub

DAY_SECONDS = 24 * 3600


def test_the_same_key_and_data_give_the_same_payment(sandbox: Sandbox) -> None:
    first = sandbox.pay(key="one", **payment_body("10.00")).json()
    sandbox.give_card(first["id"])
    again = sandbox.pay(key="one", **payment_body("10.00")).json()

    assert again["id"] == first["id"]
    assert again["status"] == "succeeded"


def test_the_order_of_fields_makes_no_other_data(sandbox: Sandbox) -> None:
    body = payment_body("10.00")
    first = sandbox.pay(key="one", **body).json()

    assert sandbox.pay(key="one", **dict(reversed(body.items()))).json()["id"] == first["id"]


def test_the_same_key_with_other_data_is_refused(sandbox: Sandbox) -> None:
    sandbox.pay(key="one", **payment_body("10.00"))
    reply = sandbox.pay(key="one", **payment_body("11.00"))

    assert reply.status_code == 400
    assert (reply.json()["code"], reply.json()["parameter"]) == ("invalid_request", "Idempotence-Key")


def test_two_shops_may_use_the_same_key(sandbox: Sandbox) -> None:
    mine = sandbox.pay(key="one", **payment_body("10.00")).json()
    theirs = sandbox.other_shop.post("/payments", json=payment_body("20.00"), headers={"Idempotence-Key": "one"})

    assert theirs.status_code == 200
    assert theirs.json()["id"] != mine["id"]


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_a_key_is_required_and_short(sandbox: Sandbox, key: str) -> None:
    headers = {"Idempotence-Key": key} if key else {}
    reply = sandbox.shop.post("/payments", json=payment_body(), headers=headers)

    assert (reply.status_code, reply.json()["parameter"]) == (400, "Idempotence-Key")
    assert sandbox.pay(key="k" * 64, **payment_body()).status_code == 200


def test_a_key_is_forgotten_after_a_day(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card()
    first = sandbox.charge(method_id, key="one").json()["id"]

    sandbox.web.post("/control/clock", json={"advance_seconds": DAY_SECONDS - 60})
    assert sandbox.charge(method_id, key="one").json()["id"] == first
    sandbox.web.post("/control/clock", json={"advance_seconds": 60})
    assert sandbox.charge(method_id, key="one").json()["id"] != first


def test_twenty_at_once_with_one_key_debit_once(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card()
    sandbox.web.post("/control/latency", json={"ms": 30})

    with ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(lambda _: sandbox.charge(method_id, key="one", metadata={"attempt": "a1"}), range(20)))

    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert sandbox.debits("attempt")["values"]["a1"]["debits"] == 1


def test_refunds_and_captures_have_keys_too(sandbox: Sandbox) -> None:
    held = sandbox.pay(**payment_body("100.00", capture=False)).json()["id"]
    sandbox.give_card(held)
    for _ in range(2):
        reply = sandbox.pay(f"/payments/{held}/capture", key="capture", amount=rub("60.00"))
        assert reply.json()["status"] == "succeeded"
    refunds = {
        sandbox.pay("/refunds", key="refund", payment_id=held, amount=rub("50.00")).json()["id"] for _ in range(2)
    }

    assert len(refunds) == 1
    assert sandbox.payment(held)["refunded_amount"] == rub("50.00")
