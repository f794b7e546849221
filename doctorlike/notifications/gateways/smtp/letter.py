"""An e-mail with files. The files are put in behind Django's back: the standard library writes them line by line, which
costs a letter with four PDFs more than everything else about it."""

from __future__ import annotations

import secrets
from base64 import b64encode
from email.message import Message
from email.mime.base import MIMEBase
from typing import Any

from django.core.mail import EmailMessage

_LINE = 76  # RFC 2045, 6.8


class Letter(EmailMessage):
    """Django's message; bytes attached by `enclose` go out in Base64 as any others."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self._enclosed: dict[bytes, bytes] = {}

    def enclose(self, name: str, content: bytes, media_type: str) -> None:
        """Attach a file; text, of which the receiver must know the encoding, Django's way."""
        if media_type.startswith("text/"):
            self.attach(name, content, media_type)
            return
        place = f"enclosed-{secrets.token_hex(16)}"
        part = MIMEBase(*media_type.split("/", 1))
        part.set_payload(place)
        part["Content-Transfer-Encoding"] = "base64"
        part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
        self.attach(part)
        self._enclosed[place.encode()] = content

    def message(self, **told: Any) -> Any:
        """What the SMTP backend asks for `as_bytes`."""
        return _Written(super().message(**told), self._enclosed)


class _Written:
    def __init__(self, message: Message, enclosed: dict[bytes, bytes]) -> None:
        self._message, self._enclosed = message, enclosed

    def as_bytes(self, linesep: str = "\n") -> bytes:
        """The letter as it goes out."""
        parts: list[bytes] = []
        rest: bytes = self._message.as_bytes(linesep=linesep)  # type: ignore[call-arg]  # Django's own classes take it
        for place, content in self._enclosed.items():
            before, _, rest = rest.partition(place)
            parts += [before, _in_lines(content, linesep.encode())]
        return b"".join([*parts, rest])


def _in_lines(content: bytes, linesep: bytes) -> bytes:
    text = b64encode(content)
    return linesep.join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
