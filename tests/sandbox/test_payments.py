"""The life of a payment, a saved card and a refund."""

import pytest

from tests.sandbox.running import Sandbox, Shop, rub, until


def test_a_payment_is_confirmed_on_the_page_and_debited(sandbox: Sandbox, shop: Shop) -> None:
    payment = sandbox.new_payment(metadata={"attempt": "a1"})
    assert payment["status"] == "pending"
    assert payment["confirmation"]["confirmation_url"].startswith(f"{sandbox.url}/checkout/")
    assert (payment["paid"], payment["refundable"]) == (False, False)

    back = sandbox.give_card(payment["id"])
    assert (back.status_code, back.headers["location"]) == (303, "http://shop.example/back?order=7")

    paid = sandbox.payment(payment["id"])
    assert paid["status"] == "succeeded"
    assert paid["amount"] == rub("1400.00")
    assert paid["income_amount"] == rub("1360.80")
    assert paid["refunded_amount"] == rub("0.00")
    assert (paid["paid"], paid["refundable"], paid["test"]) == (True, True, True)
    assert paid["metadata"] == {"attempt": "a1"}
    assert paid["recipient"]["account_id"] == "100001"
    assert paid["payment_method"]["card"] == {
        "first6": "424242",
        "last4": "4242",
        "expiry_year": "2039",
        "expiry_month": "09",
        "card_type": "Visa",
        "issuer_country": "RU",
    }
    assert paid["authorization_details"]["three_d_secure"] == {"applied": False}
    assert "confirmation" not in paid
    until(lambda: shop.about(payment["id"]) == ["payment.succeeded"], "the shop is told")


def test_a_held_payment_is_captured_in_part(sandbox: Sandbox, shop: Shop) -> None:
    held = sandbox.new_payment("100.00", capture=False)["id"]
    sandbox.give_card(held)
    assert sandbox.payment(held)["status"] == "waiting_for_capture"
    assert sandbox.payment(held)["expires_at"]
    assert sandbox.debits("attempt")["values"] == {}

    assert sandbox.pay(f"/payments/{held}/capture", amount=rub("100.01")).json()["parameter"] == "amount.value"
    captured = sandbox.pay(f"/payments/{held}/capture", amount=rub("60.50")).json()
    assert (captured["status"], captured["amount"]) == ("succeeded", rub("60.50"))
    assert sandbox.pay(f"/payments/{held}/capture").status_code == 400
    until(lambda: sorted(shop.about(held)) == ["payment.succeeded", "payment.waiting_for_capture"], "both are told")


def test_a_card_is_bound_by_a_sum_that_is_held_and_released(sandbox: Sandbox) -> None:
    held = sandbox.new_payment("1.00", capture=False, save_payment_method=True)["id"]
    sandbox.give_card(held, "2200000000000004")
    released = sandbox.pay(f"/payments/{held}/cancel").json()

    assert released["status"] == "canceled"
    assert released["cancellation_details"] == {"party": "merchant", "reason": "canceled_by_merchant"}
    method = released["payment_method"]
    assert (method["id"], method["saved"], method["card"]["card_type"]) == (held, True, "Mir")
    assert sandbox.charge(method["id"]).json()["status"] == "succeeded"
    assert sandbox.pay(f"/payments/{held}/cancel").status_code == 400


def test_a_card_is_bound_without_any_payment(sandbox: Sandbox, shop: Shop) -> None:
    body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": "http://shop.example/back"}}
    method = sandbox.pay("/payment_methods", **body).json()
    assert (method["status"], method["saved"]) == ("pending", False)
    assert sandbox.charge(method["id"]).json()["parameter"] == "payment_method_id"

    page = sandbox.web.get(method["confirmation"]["confirmation_url"])
    assert "без списания" in page.text
    sandbox.give_card(method["id"], "5555555555554444")

    bound = sandbox.shop.get(f"/payment_methods/{method['id']}").json()
    assert (bound["status"], bound["saved"], bound["title"]) == ("active", True, "Bank card *4444")
    assert bound["holder"]["account_id"] == "100001"
    until(lambda: shop.about(method["id"]) == ["payment_method.active"], "the shop is told")
    assert sandbox.web.get("/control/register.json").json()["payments"] == []


def test_a_refused_card_is_not_bound(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card("4000000000000002")

    assert sandbox.shop.get(f"/payment_methods/{method_id}").json()["status"] == "inactive"
    assert sandbox.charge(method_id).status_code == 400


def test_a_card_paid_with_once_is_not_saved_unasked(sandbox: Sandbox) -> None:
    payment_id = sandbox.new_payment()["id"]
    sandbox.give_card(payment_id)

    assert sandbox.payment(payment_id)["payment_method"]["saved"] is False
    assert sandbox.charge(payment_id).json()["parameter"] == "payment_method_id"


@pytest.mark.parametrize(
    ("number", "reason", "party"),
    [
        ("4000000000000002", "general_decline", "payment_network"),
        ("4000000000009995", "insufficient_funds", "payment_network"),
        ("4111110000000013", "card_expired", "payment_network"),
        ("4111110000000021", "payment_method_restricted", "payment_network"),
        ("4111110000000039", "fraud_suspected", "yoo_money"),
        ("4111110000000047", "issuer_unavailable", "payment_network"),
    ],
)
def test_a_refused_card_cancels_the_payment(sandbox: Sandbox, shop: Shop, number: str, reason: str, party: str) -> None:
    payment_id = sandbox.new_payment()["id"]
    assert sandbox.give_card(payment_id, number).status_code == 303

    canceled = sandbox.payment(payment_id)
    assert (canceled["status"], canceled["paid"]) == ("canceled", False)
    assert canceled["cancellation_details"] == {"party": party, "reason": reason}
    until(lambda: shop.about(payment_id) == ["payment.canceled"], "the shop is told")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("4111110000000054", "insufficient_funds"),
        ("2204000000000307", "payment_method_restricted"),
        ("2204000000000406", "card_expired"),
    ],
)
def test_a_card_that_binds_well_may_be_refused_later(sandbox: Sandbox, number: str, reason: str) -> None:
    method_id = sandbox.saved_card(number)
    assert sandbox.shop.get(f"/payment_methods/{method_id}").json()["status"] == "active"

    for _ in range(2):
        charged = sandbox.charge(method_id).json()
        assert (charged["status"], charged["cancellation_details"]["reason"]) == ("canceled", reason)


def test_a_saved_card_is_debited_at_once_without_its_holder(sandbox: Sandbox) -> None:
    method_id = sandbox.saved_card()
    charged = sandbox.charge(method_id, "300.02").json()

    assert (charged["status"], charged["amount"]) == ("succeeded", rub("300.02"))
    assert "confirmation" not in charged
    assert sandbox.web.get(f"/checkout/{charged['id']}/").status_code == 404


def test_refunds_never_exceed_what_was_paid(sandbox: Sandbox, shop: Shop) -> None:
    payment_id = sandbox.charge(sandbox.saved_card(), "100.00").json()["id"]

    first = sandbox.pay("/refunds", payment_id=payment_id, amount=rub("60.00"), description="Отказ").json()
    assert (first["status"], first["payment_id"], first["amount"]) == ("succeeded", payment_id, rub("60.00"))
    assert sandbox.pay("/refunds", payment_id=payment_id, amount=rub("40.01")).json()["parameter"] == "amount.value"
    assert sandbox.payment(payment_id)["refundable"] is True
    assert sandbox.pay("/refunds", payment_id=payment_id, amount=rub("40.00")).status_code == 200

    payment = sandbox.payment(payment_id)
    assert (payment["refunded_amount"], payment["refundable"]) == (rub("100.00"), False)
    assert sandbox.pay("/refunds", payment_id=payment_id, amount=rub("0.01")).status_code == 400
    assert len(sandbox.shop.get("/refunds", params={"payment_id": payment_id}).json()["items"]) == 2
    assert sandbox.shop.get(f"/refunds/{first['id']}").json() == first
    until(lambda: shop.about(first["id"]) == ["refund.succeeded"], "the shop is told")


def test_only_a_paid_payment_is_refunded(sandbox: Sandbox) -> None:
    assert sandbox.pay("/refunds", payment_id="nothing", amount=rub("1.00")).json()["parameter"] == "payment_id"
    pending = sandbox.new_payment()["id"]
    assert sandbox.pay("/refunds", payment_id=pending, amount=rub("1.00")).status_code == 400


def test_what_nobody_finishes_expires(sandbox: Sandbox, shop: Shop) -> None:
    pending = sandbox.new_payment()["id"]
    held = sandbox.new_payment(capture=False)["id"]
    sandbox.give_card(held)

    sandbox.web.post("/control/clock", json={"advance_seconds": 3601})
    assert sandbox.payment(pending)["cancellation_details"]["reason"] == "expired_on_confirmation"
    assert sandbox.payment(held)["status"] == "waiting_for_capture"
    sandbox.web.post("/control/clock", json={"advance_seconds": 7 * 24 * 3600})
    assert sandbox.payment(held)["cancellation_details"]["reason"] == "expired_on_capture"
    until(lambda: shop.about(pending) == ["payment.canceled"], "the shop is told")
