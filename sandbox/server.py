"""The process: HTTP, SMTP, outgoing notifications and the sweep on one event loop."""

import asyncio
import logging
import signal
import sys

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from sandbox.acquirer import sweep
from sandbox.mail.receiver import serve_smtp
from sandbox.settings import Settings
from sandbox.web import build_app
from sandbox.world import build_world

_log = logging.getLogger("sandbox")


async def serve(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Everything kept is on disk at any moment, so a kill needs no goodbye.

    Granian is embedded rather than started with workers of its own: a worker left behind by a killed parent would
    keep the port.
    """
    world = build_world(settings)
    http = Server(
        build_app(world),
        address=settings.host,
        port=settings.http_port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_level=LogLevels.error,
    )
    smtp = await serve_smtp(world)
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    chores = [
        asyncio.create_task(world.notifications.run(), name="notifications"),
        asyncio.create_task(sweep.run(world), name="sweep"),
        asyncio.create_task(http.serve(), name="http"),
    ]
    stopped = asyncio.create_task(stopping.wait())
    _log.info("HTTP on %s:%s, SMTP on %s", settings.host, settings.http_port, settings.smtp_port)
    await asyncio.wait([*chores, stopped], return_when=asyncio.FIRST_COMPLETED)
    failed = [chore for chore in chores if chore.done() and not chore.cancelled() and chore.exception()]
    for chore in failed:
        _log.error("%s ended", chore.get_name(), exc_info=chore.exception())
    http.stop()
    smtp.close()
    for chore in chores[:2]:
        chore.cancel()
    await asyncio.wait(chores, timeout=3)
    world.db.close()
    if failed:
        sys.exit(1)
