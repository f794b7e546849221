"""The mail server takes everything over SMTP and shows it safely."""

import smtplib
from email.message import EmailMessage
from typing import Any

import pytest

from tests.sandbox.running import Sandbox


def _letter(subject: str = "Ваш полис", to: str = "Анна <anna@example.org>") -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "like@example.org", to, subject
    letter.set_content("Код 4821")
    letter.add_alternative('<h1>Полис</h1><script>alert(1)</script><img src="cid:mark">', subtype="html")
    letter.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<mark>")
    letter.add_attachment(b"%PDF-1.7 body", "application", "pdf", filename="полис.pdf")
    letter.add_attachment(b"<script>alert(1)</script>", "text", "html", filename="x.html")
    return letter


def _send(sandbox: Sandbox, letter: EmailMessage, to: list[str] | None = None) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10) as smtp:
        smtp.send_message(letter, to_addrs=to)


def _messages(sandbox: Sandbox, **asked: Any) -> list[dict[str, Any]]:
    return sandbox.web.get("/mail/messages.json", params=asked).json()["messages"]


def test_a_letter_is_kept_with_its_parts(sandbox: Sandbox) -> None:
    _send(sandbox, _letter())

    (kept,) = _messages(sandbox, to="ANNA@example.org")
    assert kept["subject"] == "Ваш полис"
    assert kept["to"] == ["anna@example.org"]
    assert kept["text"].strip() == "Код 4821"
    assert "<h1>Полис</h1>" in kept["html"]
    names = [(file["name"], file["content_type"]) for file in kept["attachments"]]
    assert ("полис.pdf", "application/pdf") in names


def test_attachments_come_out_as_they_went_in(sandbox: Sandbox) -> None:
    _send(sandbox, _letter())
    (kept,) = _messages(sandbox)
    files = {file["name"]: file["url"] for file in kept["attachments"]}

    pdf = sandbox.web.get(files["полис.pdf"])
    assert pdf.content == b"%PDF-1.7 body"
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"].startswith("inline")
    page = sandbox.web.get(files["x.html"])
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert sandbox.web.get(f"/mail/{kept['number']}/parts/99").status_code == 404


def test_lines_that_begin_with_a_dot_and_an_empty_letter_come_as_they_are(sandbox: Sandbox) -> None:
    lines = b"Subject: dots\r\n\r\n.\r\n..two\r\n.hidden\r\nlast.\r\n"
    _send_raw(sandbox, lines)
    _send_raw(sandbox, b"")
    dots, empty = _messages(sandbox)
    assert sandbox.web.get(f"/mail/{dots['number']}/raw").content == lines
    assert sandbox.web.get(f"/mail/{empty['number']}/raw").content.strip() == b""


def test_a_large_letter_comes_whole(sandbox: Sandbox) -> None:
    lines = b"Subject: large\r\n\r\n" + b"".join(b".%d\r\n" % number for number in range(200_000))
    _send_raw(sandbox, lines)
    (kept,) = _messages(sandbox)
    assert sandbox.web.get(f"/mail/{kept['number']}/raw").content == lines


def test_a_line_that_is_too_long_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(smtplib.SMTPDataError) as refused:
        _send_raw(sandbox, b"Subject: long\r\n\r\n" + b"x" * 1500)
    assert refused.value.smtp_code == 500
    assert _messages(sandbox) == []


def test_a_letter_that_broke_off_is_not_kept_and_holds_nobody_up(sandbox: Sandbox) -> None:
    smtp = smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10)
    smtp.ehlo()
    smtp.mail("like@example.org")
    smtp.rcpt("anna@example.org")
    assert smtp.docmd("DATA")[0] == 354
    smtp.send(b"Subject: half\r\n\r\nhalf of")
    smtp.close()
    _send(sandbox, _letter())
    assert [one["subject"] for one in _messages(sandbox)] == ["Ваш полис"]


def _send_raw(sandbox: Sandbox, lines: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10) as smtp:
        smtp.sendmail("like@example.org", ["anna@example.org"], lines)


def test_html_runs_nothing(sandbox: Sandbox) -> None:
    _send(sandbox, _letter())
    number = _messages(sandbox)[0]["number"]

    body = sandbox.web.get(f"/mail/{number}/html")
    policy = body.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy and "sandbox" in policy
    assert f"/mail/{number}/parts/" in body.text
    page = sandbox.web.get(f"/mail/{number}/").text
    assert "<script>" not in page
    assert "Код 4821" in page
    assert "полис.pdf" in page
    assert 'sandbox="' in page


def test_letters_are_found_by_the_envelopes_recipient(sandbox: Sandbox) -> None:
    _send(sandbox, _letter("Первое"), ["boris@example.org", "Hidden@example.org"])
    _send(sandbox, _letter("Второе"), ["anna@example.org"])

    assert [one["subject"] for one in _messages(sandbox, to="hidden@example.org")] == ["Первое"]
    assert [one["subject"] for one in _messages(sandbox, to="anna")] == ["Второе"]
    assert _messages(sandbox, to="an%na") == []
    first = _messages(sandbox)[0]["number"]
    assert [one["subject"] for one in _messages(sandbox, after=first)] == ["Второе"]
    page = sandbox.web.get("/mail/", params={"to": "boris"}).text
    assert "Первое" in page and "Второе" not in page


def test_a_broken_letter_is_shown_as_far_as_it_goes(sandbox: Sandbox) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=10) as smtp:
        raw = b"Subject: =?x-none?q?a?=\r\nContent-Type: text/plain; charset=x-none\r\n\r\n\xff\xfetext"
        smtp.sendmail("a@example.org", ["b@example.org"], raw)

    (kept,) = _messages(sandbox)
    assert "text" in kept["text"]
    assert sandbox.web.get(f"/mail/{kept['number']}/").status_code == 200
    assert sandbox.web.get(f"/mail/{kept['number']}/raw").content.endswith(b"text\r\n")


@pytest.mark.parametrize(("kind", "code", "kept"), [("decline_soft", 451, 0), ("decline_hard", 550, 0)])
def test_the_server_refuses_when_told_to(sandbox: Sandbox, kind: str, code: int, kept: int) -> None:
    sandbox.fault(kind, "mail")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        _send(sandbox, _letter())

    assert refused.value.smtp_code == code
    assert len(_messages(sandbox)) == kept
    _send(sandbox, _letter())
    assert len(_messages(sandbox)) == kept + 1
