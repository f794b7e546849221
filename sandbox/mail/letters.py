"""A stored message taken apart: headers, text, HTML, attachments."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from functools import lru_cache
from typing import Any

from sandbox.clock import iso
from sandbox.storage.database import Row

_HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID")


@dataclass(frozen=True)
class Part:
    """An attachment or an inline picture; `number` is its place among the message's leaves."""

    number: int
    name: str
    content_type: str
    content_id: str | None
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a reader sees of a message."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    parts: tuple[Part, ...]


@lru_cache(maxsize=16)
def read_letter(raw: bytes) -> Letter:
    """Takes a raw message apart. A broken message gives what can be read of it."""
    message = message_from_bytes(raw, policy=modern)
    headers = tuple((name, str(message[name])) for name in _HEADERS if message[name])
    bodies = {"plain": "", "html": ""}
    parts = []
    for number, leaf in enumerate(leaf for leaf in message.walk() if not leaf.is_multipart()):
        kind = leaf.get_content_type()
        shown_inside = leaf.get_content_disposition() != "attachment" and leaf.get_filename() is None
        if shown_inside and kind in ("text/plain", "text/html") and not bodies[leaf.get_content_subtype()]:
            bodies[leaf.get_content_subtype()] = _text(leaf)
        else:
            parts.append(_part(number, leaf))
    return Letter(headers, bodies["plain"], bodies["html"], tuple(parts))


def _part(number: int, leaf: EmailMessage) -> Part:
    content = leaf.get_payload(decode=True)
    content_id = leaf.get("Content-ID")
    return Part(
        number=number,
        name=leaf.get_filename() or f"part-{number}",
        content_type=leaf.get_content_type(),
        content_id=str(content_id).strip("<> ") if content_id else None,
        content=content if isinstance(content, bytes) else b"",
    )


def _text(leaf: EmailMessage) -> str:
    content = leaf.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    try:
        return raw.decode(leaf.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return raw.decode("utf-8", errors="replace")


def summary(row: Row, *, whole: bool) -> dict[str, Any]:
    """A message for JSON; `whole` adds its bodies and attachments."""
    shown: dict[str, Any] = {
        "number": row["number"],
        "from": row["sender"],
        "to": [address for address in row["recipients"].split(", ") if address],
        "subject": row["subject"],
        "size": row["size"],
        "created_at": iso(row["created_at"]),
    }
    if whole:
        letter = read_letter(row["raw"])
        shown |= {
            "headers": dict(letter.headers),
            "text": letter.text,
            "html": letter.html,
            "attachments": [
                {
                    "name": part.name,
                    "content_type": part.content_type,
                    "size": len(part.content),
                    "url": f"/mail/{row['number']}/parts/{part.number}",
                }
                for part in letter.parts
            ],
        }
    return shown
