"""kill -9 at any moment loses nothing that was answered."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.sandbox.running import Sandbox, Shop, rub, until


def test_everything_answered_is_there_after_a_kill(own_sandbox: Sandbox, shop: Shop) -> None:
    sandbox = own_sandbox
    method_id = sandbox.saved_card()
    paid = sandbox.charge(method_id, "100.00", key="one", metadata={"attempt": "a1"}).json()
    refund = sandbox.pay("/refunds", payment_id=paid["id"], amount=rub("30.00")).json()
    waiting = sandbox.new_payment()["id"]
    sandbox.give_card(waiting, "4000002500003155")
    sandbox.fault("decline_soft", "recurring", times=1)
    sandbox.web.post("/control/latency", json={"ms": 1, "operation": "get"})

    sandbox.kill()
    sandbox.start()

    assert sandbox.payment(paid["id"])["refunded_amount"] == rub("30.00")
    assert sandbox.shop.get(f"/refunds/{refund['id']}").json() == refund
    assert sandbox.web.get("/control/faults.json").json()["latency"] == {"get": 1}
    assert sandbox.charge(method_id).json()["status"] == "canceled"
    assert sandbox.charge(method_id, "100.00", key="one", metadata={"attempt": "a1"}).json()["id"] == paid["id"]
    sandbox.web.post(f"/checkout/{waiting}/", data={"step": "code", "code": "1234"})
    assert sandbox.payment(waiting)["status"] == "succeeded"


def test_a_kill_amid_charges_debits_nobody_twice(own_sandbox: Sandbox) -> None:
    sandbox = own_sandbox
    method_id = sandbox.saved_card()
    answered: dict[str, str] = {}

    def charge(number: int) -> None:
        attempt = f"a{number}"
        body = {"amount": rub("10.00"), "capture": True, "payment_method_id": method_id}
        while attempt not in answered:
            try:
                reply = sandbox.shop.post(
                    "/payments", json={**body, "metadata": {"attempt": attempt}}, headers={"Idempotence-Key": attempt}
                )
            except httpx.TransportError:
                until(sandbox.healthy, "the sandbox is back")
                continue
            answered[attempt] = reply.json()["id"]

    with ThreadPoolExecutor(9) as pool:
        work = [pool.submit(charge, number) for number in range(240)]
        until(lambda: len(answered) > 40, "some charges")
        sandbox.kill()
        sandbox.start()
        for one in work:
            one.result()

    counted = sandbox.debits("attempt")
    assert counted["more_than_once"] == []
    assert {attempt: found["ids"] for attempt, found in counted["values"].items()} == {
        attempt: [payment_id] for attempt, payment_id in answered.items()
    }


def test_notifications_left_by_a_kill_are_sent_at_the_next_start(own_sandbox: Sandbox, shop: Shop) -> None:
    sandbox = own_sandbox
    method_id = sandbox.saved_card()
    until(lambda: shop.about(method_id), "the card's notification")
    sandbox.web.post("/control/notifications", json={"delay_ms": 1500})
    payment_id = sandbox.charge(method_id).json()["id"]
    sandbox.kill()
    assert shop.about(payment_id) == []

    sandbox.start()
    until(lambda: shop.about(payment_id) == ["payment.succeeded"], "the notification")


def test_a_polite_stop_ends_well(own_sandbox: Sandbox) -> None:
    assert own_sandbox.stop() == 0
