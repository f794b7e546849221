"""aiosmtpd's server with the text of a letter taken as it comes: line by line a letter with documents costs the sandbox
more than everything else about a purchase."""

import re

from aiosmtpd.smtp import SMTP

_END = b"\r\n.\r\n"
_DOT_AT_THE_BEGINNING = re.compile(rb"(^|\r\n)\.")
_BLOCK_BYTES = 256 * 1024


class BlockwiseSMTP(SMTP):
    """Lines are held to the same length, letters to the same size."""

    async def smtp_DATA(self, arg: str) -> None:
        if await self.check_helo_needed() or await self.check_auth_needed("DATA"):
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 Error: need RCPT command")
            return
        if arg:
            await self.push("501 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        sent, problem = await self._text()
        if problem:
            self._set_post_data_state()
            await self.push(problem)
            return
        # A dot that stands first was put before it on the way (RFC 5321, 4.5.2).
        content = _DOT_AT_THE_BEGINNING.sub(rb"\1", sent)
        self.envelope.content = self.envelope.original_content = content
        status = await self._call_handler_hook("DATA")
        self._set_post_data_state()
        await self.push(str(status))

    async def _text(self) -> tuple[bytes, str]:
        """What was sent until the dot on its own line, and why it is refused, if it is. Nothing of a letter that is too
        large is kept."""
        # As if a line had ended before: a letter may be empty.
        text, too_much = bytearray(b"\r\n"), False
        while not text.endswith(_END):
            block = await self._reader.read(_BLOCK_BYTES)
            if not block:
                raise ConnectionResetError("the letter broke off")
            text += block
            if self.data_size_limit and len(text) > self.data_size_limit:
                too_much = True
                del text[: -len(_END)]
        if too_much:
            return b"", "552 Error: Too much mail data"
        sent = bytes(text[2 : -len(_END) + 2])
        if max(map(len, sent.split(b"\r\n"))) + 2 > self.line_length_limit:
            return b"", "500 Line too long (see RFC5321 4.5.3.1.6)"
        return sent, ""
