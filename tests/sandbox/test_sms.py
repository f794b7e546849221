"""The SMS provider: sms.ru's API towards the product, an inbox towards people and tests."""

import httpx
import pytest

from tests.sandbox.running import Sandbox


def _send(sandbox: Sandbox, **fields: str) -> httpx.Response:
    return sandbox.web.post("/smsru/sms/send", data={"api_id": "sandbox", "json": "1", **fields})


def test_a_message_is_taken_and_kept(sandbox: Sandbox) -> None:
    answer = _send(sandbox, to="79161234567", msg="Код 4821", **{"from": "LIKE"}).json()

    assert (answer["status"], answer["status_code"]) == ("OK", 100)
    fate = answer["sms"]["79161234567"]
    assert (fate["status"], fate["status_code"]) == ("OK", 100)
    kept = sandbox.web.get("/sms/messages.json", params={"to": "+7 (916) 123-45-67"}).json()["messages"]
    assert [(one["to"], one["from"], one["text"], one["sms_id"]) for one in kept] == [
        ("79161234567", "LIKE", "Код 4821", fate["sms_id"])
    ]


def test_get_and_post_both_do(sandbox: Sandbox) -> None:
    asked = {"api_id": "sandbox", "to": "79161234567", "msg": "a b", "json": "1"}
    assert sandbox.web.get("/smsru/sms/send", params=asked).json()["status_code"] == 100

    assert len(sandbox.web.get("/sms/messages.json").json()["messages"]) == 1


def test_each_phone_has_its_own_fate(sandbox: Sandbox) -> None:
    fates = _send(sandbox, to="79161234567,12345,89161234568", msg="Привет").json()["sms"]

    assert [fate["status_code"] for fate in fates.values()] == [100, 202, 100]
    assert fates["12345"]["status"] == "ERROR"
    assert fates["12345"]["status_text"]


def test_texts_may_differ_by_phone(sandbox: Sandbox) -> None:
    _send(sandbox, **{"to[79161234567]": "Первое", "to[79161234568]": "Второе"})

    kept = sandbox.web.get("/sms/messages.json", params={"to": "79161234568"}).json()["messages"]
    assert [one["text"] for one in kept] == ["Второе"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"api_id": "wrong", "to": "79161234567", "msg": "x"}, 200),
        ({"to": "", "msg": "x"}, 202),
        ({"to": ",".join(f"7916{n:07d}" for n in range(101)), "msg": "x"}, 207),
    ],
)
def test_a_wrong_request_is_refused_as_a_whole(sandbox: Sandbox, fields: dict[str, str], code: int) -> None:
    answer = _send(sandbox, **fields).json()

    assert (answer["status"], answer["status_code"]) == ("ERROR", code)
    assert sandbox.web.get("/sms/messages.json").json()["messages"] == []


@pytest.mark.parametrize(("text", "code"), [(" ", 203), ("ж" * 600, 205)])
def test_a_wrong_text_is_refused(sandbox: Sandbox, text: str, code: int) -> None:
    assert _send(sandbox, to="79161234567", msg=text).json()["sms"]["79161234567"]["status_code"] == code


def test_without_json_the_answer_is_lines(sandbox: Sandbox) -> None:
    lines = _send(sandbox, to="79161234567", msg="x", json="0").text.splitlines()

    assert lines[0] == "100"
    assert lines[1] == sandbox.web.get("/sms/messages.json").json()["messages"][0]["sms_id"]


def test_a_message_taken_is_delivered(sandbox: Sandbox) -> None:
    sms_id = _send(sandbox, to="79161234567", msg="x").json()["sms"]["79161234567"]["sms_id"]
    asked = {"api_id": "sandbox", "json": "1", "sms_id": f"{sms_id},000000-0"}
    fates = sandbox.web.get("/smsru/sms/status", params=asked).json()["sms"]

    assert fates[sms_id]["status_code"] == 103
    assert fates["000000-0"]["status_code"] == -1
    assert sandbox.web.get("/smsru/sms/status", params={**asked, "api_id": "x"}).json()["status_code"] == 200


def test_the_provider_fails_when_told_to(sandbox: Sandbox) -> None:
    sandbox.fault("decline_soft", "sms")
    assert _send(sandbox, to="79161234567", msg="1").json()["status_code"] == 220
    sandbox.fault("decline_hard", "sms")
    assert _send(sandbox, to="79161234567", msg="2").json()["sms"]["79161234567"]["status_code"] == 207
    sandbox.fault("error_before", "sms")
    assert _send(sandbox, to="79161234567", msg="3").status_code == 500
    sandbox.fault("lost_reply", "sms")
    with pytest.raises(httpx.TransportError):
        _send(sandbox, to="79161234567", msg="4")

    assert [one["text"] for one in sandbox.web.get("/sms/messages.json").json()["messages"]] == ["4"]


def test_tests_read_on_from_the_last_message_seen(sandbox: Sandbox) -> None:
    _send(sandbox, to="79161234567", msg="первое")
    last = sandbox.web.get("/sms/messages.json").json()["messages"][-1]["number"]
    _send(sandbox, to="79161234567", msg="второе")

    newer = sandbox.web.get("/sms/messages.json", params={"after": last}).json()["messages"]
    assert [one["text"] for one in newer] == ["второе"]
    assert sandbox.web.get("/sms/messages.json", params={"after": "x"}).status_code == 400


def test_the_page_shows_messages_as_text(sandbox: Sandbox) -> None:
    _send(sandbox, to="79161234567", msg="<b>Код</b> 1")
    _send(sandbox, to="79169999999", msg="другое")

    page = sandbox.web.get("/sms/", params={"to": "916 123"}).text
    assert "&lt;b&gt;Код&lt;/b&gt; 1" in page
    assert "другое" not in page
    assert sandbox.web.get("/sms/").text.index("другое") < sandbox.web.get("/sms/").text.index("&lt;b&gt;")
