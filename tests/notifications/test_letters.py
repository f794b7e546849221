"""Files of a letter arrive as they were put in, whatever their names and lengths."""

from __future__ import annotations

from email import message_from_bytes, policy

from doctorlike.notifications.gateways.smtp.letter import Letter

FILES = [
    ("Полис.pdf", b"%PDF-1.7\r\n.\r\n" + bytes(range(256)) * 300, "application/pdf"),
    ("receipt.pdf", b"enclosed-" * 57, "application/pdf"),
    ("empty.bin", b"", "application/octet-stream"),
    ("note.txt", "Приходите".encode(), "text/plain"),
]


def test_files_arrive_as_they_were_enclosed() -> None:
    letter = Letter(subject="Документы", body="Здравствуйте!\n.\n", to=["anna@example.org"], headers={"X-One": "1"})
    for name, content, media_type in FILES:
        letter.enclose(name, content, media_type)
    written = letter.message().as_bytes(linesep="\r\n")
    assert max(map(len, written.split(b"\r\n"))) <= 998
    assert b"\n" not in written.replace(b"\r\n", b"")
    arrived = message_from_bytes(written, policy=policy.default)
    assert (arrived["Subject"], arrived["To"], arrived["X-One"]) == ("Документы", "anna@example.org", "1")
    parts = list(arrived.iter_attachments())
    assert [(part.get_filename(), part.get_content_type()) for part in parts] == [
        (name, media_type) for name, _, media_type in FILES
    ]
    assert [part.get_payload(decode=True) for part in parts] == [content for _, content, _ in FILES]


def test_a_letter_without_files_is_djangos_own() -> None:
    letter = Letter(
        subject="Код", body="Здравствуйте!", to=["anna@example.org"], headers={"Message-ID": "<1@example.org>"}
    )
    arrived = message_from_bytes(letter.message().as_bytes(linesep="\r\n"), policy=policy.default)
    assert arrived.get_content().strip() == "Здравствуйте!"
    assert not arrived.is_multipart()
