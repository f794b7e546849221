"""Replies that never arrive."""

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class LostReply(Response):
    """Keeps the caller waiting, then breaks the connection in the middle of the answer.

    A head is sent first because the server gives no way to cut the connection before it; the promised body never
    comes, so every HTTP client reports a broken connection and no outcome.
    """

    def __init__(self, hold_ms: int = 0) -> None:
        super().__init__()
        self._hold_ms = hold_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._hold_ms and await _left_within(receive, self._hold_ms / 1000):
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        await send({"type": "http.response.body", "body": b"", "more_body": True})


async def _left_within(receive: Receive, seconds: float) -> bool:
    """Waits; True when the caller gave up before the time was over."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return False
    return True
