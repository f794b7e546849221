"""Faults asked for on the control page do what they say, and the register tells what truly happened."""

from typing import Any

import httpx
import pytest

from tests.sandbox.running import Sandbox, rub, until


def _debited(sandbox: Sandbox, attempt: str) -> int:
    return sandbox.debits("attempt")["values"].get(attempt, {"debits": 0})["debits"]


@pytest.mark.parametrize(
    ("kind", "debits"), [("timeout_before", 0), ("timeout_after", 1), ("lost_before", 0), ("lost_reply", 1)]
)
def test_a_lost_reply_hides_whether_the_debit_happened(sandbox: Sandbox, kind: str, debits: int) -> None:
    method_id = sandbox.saved_card()
    sandbox.fault(kind, "recurring", ms=20)

    with pytest.raises(httpx.TransportError):
        sandbox.charge(method_id, key="one", metadata={"attempt": "a1"})
    assert _debited(sandbox, "a1") == debits

    # Asking again with the same key is safe either way.
    assert sandbox.charge(method_id, key="one", metadata={"attempt": "a1"}).json()["status"] == "succeeded"
    assert _debited(sandbox, "a1") == 1


def test_a_silent_acquirer_keeps_silent_longer_than_the_caller_waits(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card()
    sandbox.fault("timeout_after", "recurring")
    body = {"amount": rub("10.00"), "capture": True, "payment_method_id": method_id, "metadata": {"attempt": "a1"}}

    with pytest.raises(httpx.ReadTimeout):
        sandbox.shop.post("/payments", json=body, headers={"Idempotence-Key": "one"}, timeout=0.3)

    assert _debited(sandbox, "a1") == 1


@pytest.mark.parametrize(
    ("kind", "status", "debits"), [("error_before", 500, 0), ("error_after", 500, 1), ("throttle", 429, 0)]
)
def test_an_error_is_answered(sandbox: Sandbox, kind: str, status: int, debits: int) -> None:
    method_id = sandbox.saved_card()
    sandbox.fault(kind, "recurring")

    reply = sandbox.charge(method_id, metadata={"attempt": "a1"})
    assert (reply.status_code, reply.json()["type"]) == (status, "error")
    assert _debited(sandbox, "a1") == debits


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"kind": "decline_soft"}, "insufficient_funds"),
        ({"kind": "decline_hard"}, "payment_method_restricted"),
        ({"kind": "decline_soft", "reason": "issuer_unavailable"}, "issuer_unavailable"),
    ],
)
def test_the_bank_refuses_when_told_to(sandbox: Sandbox, asked: dict[str, Any], reason: str) -> None:
    method_id = sandbox.saved_card()
    sandbox.fault(operation="recurring", **asked)

    assert sandbox.charge(method_id).json()["cancellation_details"]["reason"] == reason
    assert sandbox.charge(method_id).json()["status"] == "succeeded"


def test_the_bank_refuses_on_the_page_and_in_refunds(sandbox: Sandbox) -> None:
    sandbox.fault("decline_soft", "page")
    refused = sandbox.new_payment()["id"]
    sandbox.give_card(refused)
    assert sandbox.payment(refused)["status"] == "canceled"

    paid = sandbox.charge(sandbox.saved_card(), "100.00").json()["id"]
    sandbox.fault("decline_hard", "refund")
    refund = sandbox.pay("/refunds", payment_id=paid, amount=rub("100.00")).json()
    assert (refund["status"], refund["cancellation_details"]["reason"]) == ("canceled", "payment_method_restricted")
    assert sandbox.payment(paid)["refunded_amount"] == rub("0.00")


def test_a_saved_card_can_be_scripted(sandbox: Sandbox) -> None:
    method_id, other = sandbox.saved_card(), sandbox.saved_card()
    sandbox.web.post(f"/control/methods/{method_id}", json={"decline": "permission_revoked"}).raise_for_status()

    assert sandbox.charge(method_id).json()["cancellation_details"]["reason"] == "permission_revoked"
    assert sandbox.charge(other).json()["status"] == "succeeded"
    sandbox.web.post(f"/control/methods/{method_id}", json={"decline": None}).raise_for_status()
    assert sandbox.charge(method_id).json()["status"] == "succeeded"


@pytest.mark.parametrize(("reason", "status"), [(None, "succeeded"), ("insufficient_funds", "canceled")])
def test_the_banks_answer_may_come_later(sandbox: Sandbox, reason: str | None, status: str) -> None:
    method_id = sandbox.saved_card()
    sandbox.fault("late_settlement", "recurring", ms=300)
    if reason:
        sandbox.fault("decline_soft", "recurring")

    charged = sandbox.charge(method_id).json()
    assert charged["status"] == "pending"
    until(lambda: sandbox.payment(charged["id"])["status"] == status, "the bank's answer")


def test_a_late_answer_on_the_page_is_waited_for(sandbox: Sandbox) -> None:
    sandbox.fault("late_settlement", "page", ms=300)
    payment_id = sandbox.new_payment()["id"]
    assert sandbox.give_card(payment_id).status_code == 303

    assert "Банк ещё не ответил" in sandbox.web.get(f"/checkout/{payment_id}/").text
    until(lambda: sandbox.payment(payment_id)["status"] == "succeeded", "the bank's answer")


def test_a_fault_hits_its_operation_as_often_as_asked(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    sandbox.fault("error_before", "get", times=2)

    assert sandbox.pay("/payments", amount=rub("1")).status_code == 400
    statuses = [sandbox.shop.get(f"/payments/{payment_id}").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]
    fault = sandbox.web.get("/control/faults.json").json()["faults"][0]
    assert (fault["fired"], fault["times_left"]) == (2, 0)


def test_a_fault_may_hit_one_shop_only(sandbox: Sandbox) -> None:
    sandbox.fault("error_before", "list", shop_id="100002")

    assert sandbox.shop.get("/payments").status_code == 200
    assert sandbox.other_shop.get("/payments").status_code == 500


def test_a_share_of_requests_is_drawn_from_its_seed(sandbox: Sandbox) -> None:
    def fates(seed: int) -> list[int]:
        sandbox.web.delete("/control/faults")
        sandbox.fault("error_before", "list", percent=30, seed=seed)
        return [sandbox.shop.get("/payments").status_code for _ in range(100)]

    first = fates(7)
    assert first == fates(7)
    assert first != fates(8)
    assert 15 <= first.count(500) <= 45


def test_latency_delays_every_answer_until_ended(sandbox: Sandbox) -> None:
    sandbox.web.post("/control/latency", json={"ms": 400, "operation": "list"})
    with pytest.raises(httpx.ReadTimeout):
        sandbox.shop.get("/payments", timeout=0.2)
    assert sandbox.shop.get("/payments").elapsed.total_seconds() >= 0.4

    sandbox.web.post("/control/latency", json={"ms": 0, "operation": "list"})
    assert sandbox.web.get("/control/faults.json").json()["latency"] == {}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/control/faults", {}),
        ("/control/faults", {"kind": "earthquake"}),
        ("/control/faults", {"kind": "slow", "operation": "everything"}),
        ("/control/faults", {"kind": "slow", "times": 0}),
        ("/control/faults", {"kind": "slow", "times": "two"}),
        ("/control/faults", {"kind": "slow", "percent": 101}),
        ("/control/faults", {"kind": "slow", "ms": -1}),
        ("/control/faults", {"kind": "decline_soft", "reason": "bad mood"}),
        ("/control/latency", {}),
        ("/control/latency", {"ms": 1, "operation": "everything"}),
        ("/control/methods/nothing", {"decline": None}),
        ("/control/reset", {"what": ["world"]}),
        ("/control/clock", {"advance_seconds": "soon"}),
        ("/control/notifications/7777/repeat", {}),
    ],
)
def test_a_lever_pulled_wrongly_says_why(sandbox: Sandbox, path: str, asked: dict[str, Any]) -> None:
    reply = sandbox.web.post(path, json=asked)

    assert reply.status_code == 400
    assert reply.json()["error"]


def test_levers_are_pulled_from_the_page_too(sandbox: Sandbox) -> None:
    fields = {"kind": "decline_hard", "operation": "recurring", "times": "3", "percent": "", "reason": ""}
    done = sandbox.web.post("/control/faults", data=fields)
    assert (done.status_code, done.headers["location"]) == (303, "/control/")

    page = sandbox.web.get("/control/").text
    assert "Окончательный отказ банка" in page
    assert "осталось 3" in page
    number = sandbox.web.get("/control/faults.json").json()["faults"][0]["id"]
    sandbox.web.post(f"/control/faults/{number}/remove", data={"x": "1"})
    assert "Сбоев нет" in sandbox.web.get("/control/").text
    assert sandbox.web.post("/control/faults", data={"kind": "slow", "times": "два"}).status_code == 400


def test_another_sites_page_pulls_no_lever(sandbox: Sandbox) -> None:
    reply = sandbox.web.post("/control/reset", data={"x": "1"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert reply.status_code == 403


def test_the_register_holds_every_payment_and_refund(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card()
    paid = sandbox.charge(method_id, "100.10", metadata={"attempt": "a1"}).json()["id"]
    sandbox.charge(method_id, "100.10", metadata={"attempt": "a1"})
    sandbox.pay("/refunds", payment_id=paid, amount=rub("0.10"))
    pending = sandbox.new_payment("5.00")["id"]

    register = sandbox.web.get("/control/register.json").json()
    assert register["sums"] == {"payments": 3, "debits": 2, "debited": 20020, "refunds": 1, "refunded": 10}
    assert [one["id"] for one in register["payments"]][0::2] == [paid, pending]
    assert register["refunds"][0]["payment_id"] == paid
    assert sandbox.debits("attempt")["more_than_once"] == ["a1"]
    assert sandbox.web.get("/control/register.json", params={"shop_id": "100002"}).json()["payments"] == []
    ledger = sandbox.web.get("/control/ledger/").text
    assert "200,20\u00a0₽" in ledger
    assert paid in ledger
