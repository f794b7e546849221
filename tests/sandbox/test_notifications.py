"""Notifications reach the shop as the real ones do: unsigned, again and again until 200, in any order."""

from typing import Any

from tests.sandbox.running import Sandbox, Shop, until


def _fates(sandbox: Sandbox, object_id: str) -> list[dict[str, Any]]:
    return sandbox.web.get("/control/notifications.json", params={"object_id": object_id}).json()["notifications"]


def test_a_notification_holds_the_object_and_no_signature(sandbox: Sandbox, shop: Shop) -> None:
    paid = sandbox.charge(sandbox.saved_card(), metadata={"attempt": "a1"}).json()
    until(lambda: shop.about(paid["id"]), "the notification")

    told = next(one for one in shop.received if one["object"]["id"] == paid["id"])
    assert told == {"type": "notification", "event": "payment.succeeded", "object": paid}
    names = {name.lower() for names in shop.headers for name in names}
    assert not {name for name in names if "sign" in name or "auth" in name}


def test_a_notification_is_repeated_until_answered_200(sandbox: Sandbox, shop: Shop) -> None:
    method_id = sandbox.saved_card()
    until(lambda: shop.about(method_id), "the card's notification")
    shop.answers += [500, 302, 201]
    payment_id = sandbox.charge(method_id).json()["id"]

    until(lambda: len(shop.about(payment_id)) == 4, "three repeats")
    until(lambda: _fates(sandbox, payment_id)[0]["delivered_at"], "the delivery is noted")
    assert _fates(sandbox, payment_id)[0]["attempts"] == 4


def test_notifications_come_twice_when_told_to(sandbox: Sandbox, shop: Shop) -> None:
    method_id = sandbox.saved_card()
    sandbox.web.post("/control/notifications", json={"copies": 3}).raise_for_status()
    payment_id = sandbox.charge(method_id).json()["id"]

    until(lambda: shop.about(payment_id) == ["payment.succeeded"] * 3, "three copies")


def test_notifications_wait_while_switched_off(sandbox: Sandbox, shop: Shop) -> None:
    method_id = sandbox.saved_card()
    until(lambda: shop.about(method_id), "the card's notification")
    sandbox.web.post("/control/notifications", json={"on": False})
    silent = sandbox.charge(method_id).json()["id"]
    fate = _fates(sandbox, silent)[0]
    assert (fate["due_at"], fate["attempts"]) == (None, 0)
    sandbox.web.post("/control/notifications", json={"on": True})

    until(lambda: shop.about(silent) == ["payment.succeeded"], "what was held is sent")


def test_notifications_come_late(sandbox: Sandbox, shop: Shop) -> None:
    method_id = sandbox.saved_card()
    sandbox.web.post("/control/notifications", json={"delay_ms": 3_600_000})
    payment_id = sandbox.charge(method_id).json()["id"]
    fate = _fates(sandbox, payment_id)[0]
    assert fate["attempts"] == 0

    sandbox.web.post("/control/notifications/now")
    until(lambda: shop.about(payment_id) == ["payment.succeeded"], "the late notification")


def test_notifications_come_out_of_order(sandbox: Sandbox, shop: Shop) -> None:
    method_id = sandbox.saved_card()
    until(lambda: shop.about(method_id), "the card's notification")
    sandbox.web.post("/control/notifications", json={"shuffle_ms": 800, "seed": 3})
    made = [sandbox.charge(method_id).json()["id"] for _ in range(12)]

    until(lambda: len(shop.received) == 13, "all twelve")
    came = [one["object"]["id"] for one in shop.received[1:]]
    assert sorted(came) == sorted(made)
    assert came != made


def test_one_notification_is_sent_again_by_hand(sandbox: Sandbox, shop: Shop) -> None:
    payment_id = sandbox.charge(sandbox.saved_card()).json()["id"]
    until(lambda: _fates(sandbox, payment_id)[0]["delivered_at"], "the first delivery")

    number = _fates(sandbox, payment_id)[0]["number"]
    sandbox.web.post(f"/control/notifications/{number}/repeat").raise_for_status()
    until(lambda: len(shop.about(payment_id)) == 2, "the second delivery")
