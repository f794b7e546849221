"""The SMTP side: every message is stored as it came before it is accepted."""

import asyncio
import re
from email.parser import BytesHeaderParser
from email.policy import default as modern

from aiosmtpd.smtp import SMTP, Envelope

from sandbox.mail.blockwise import BlockwiseSMTP
from sandbox.world import World

_LARGEST_BYTES = 32 * 1024 * 1024
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")


class Receiver:
    """aiosmtpd's handler. Faults of operation `mail` refuse a message: for a while (451) or for good (550)."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_DATA(self, server: SMTP, peer: object, envelope: Envelope) -> str:
        """Stores the message; the answer is given after the commit."""
        effects = self._world.faults.draw("mail")
        if effects.delay_ms:
            await asyncio.sleep(effects.delay_ms / 1000)
        if effects.before or effects.decline == "insufficient_funds":
            return "451 4.3.0 Not now, try later"
        if effects.decline:
            return "550 5.1.1 No such mailbox"
        raw = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        store(self._world, envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return "451 4.3.0 Not now, try later" if effects.after else "250 2.0.0 Stored"


def store(world: World, sender: str, recipients: list[str], raw: bytes) -> int:
    """Keeps a raw message under its envelope's recipients, whatever its own headers say; returns its number."""
    # Attachments are read when somebody looks at them.
    head = _END_OF_HEADERS.split(raw, maxsplit=1)[0]
    subject = str(BytesHeaderParser(policy=modern).parsebytes(head).get("Subject", ""))
    with world.db.transaction():
        number = world.db.insert(
            "mail",
            sender=sender,
            recipients=", ".join(recipients),
            subject=subject,
            size=len(raw),
            raw=raw,
            created_at=world.clock.now_ms(),
        )
        for address in {recipient.lower() for recipient in recipients}:
            world.db.insert("mail_recipients", address=address, number=number)
    return number


async def serve_smtp(world: World) -> asyncio.Server:
    """Opens the SMTP port on the running loop."""

    def connection() -> SMTP:
        return BlockwiseSMTP(
            Receiver(world),
            data_size_limit=_LARGEST_BYTES,
            enable_SMTPUTF8=True,
            hostname="sandbox",
            ident="sandbox mail",
        )

    return await asyncio.get_running_loop().create_server(
        connection, host=world.settings.host, port=world.settings.smtp_port
    )
