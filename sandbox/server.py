"""The process: HTTP, SMTP, outgoing notifications and the sweep on one event loop."""

import asyncio
import logging
import signal
import socket
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
    keep the port. Raises OSError when a port is taken.
    """
    _refuse_taken_port(settings)
    world = build_world(settings)
    http = Server(
        build_app(world),
        address=settings.host,
        port=settings.http_port,
        interface=Interfaces.ASGINL,
        websockets=False,
        # Replies held back by a fault must not starve the rest.
        backlog=4096,
        backpressure=4096,
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


def _refuse_taken_port(settings: Settings) -> None:
    """Granian tells of a taken port by a backtrace of its own; this tells it as the SMTP side does."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.http_port))
        except OSError as error:
            raise OSError(error.errno, f"port {settings.http_port} is taken") from error
