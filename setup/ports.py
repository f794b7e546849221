"""TCP ports of the embedded set-up, all on 127.0.0.1."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

# Distance of each port from PORT_BASE.
OFFSETS = {
    "portal": 0,
    "telemed": 1,
    "staff": 2,
    "streams": 3,
    "sandbox": 9,
    "sandbox mail": 10,
    "postgres": 11,
}
HIGHEST_OFFSET = max(OFFSETS.values())
# Below the range from which the kernel takes ports of its own accord.
_BASES = range(20_000, 32_000, 20)


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` now. Connections of a server that has ended do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_port() -> int:
    """A port nobody listens on, from the range the kernel hands out for this."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_port_base(offsets: Iterable[int] = tuple(OFFSETS.values())) -> int:
    """A PORT_BASE whose ports are all free."""
    wanted = list(offsets)
    for base in _BASES:
        if all(is_free(base + offset) for offset in wanted):
            return base
    raise OSError(errno.EADDRINUSE, "no free range of ports between 20000 and 32000")


@contextlib.contextmanager
def reserved_base() -> Iterator[int]:
    """A PORT_BASE of one's own for the block: ports are looked at long before the last server listens on its own, and
    web servers share a port without complaint, so two systems that start at once must not be given the same."""
    folder = Path(tempfile.gettempdir()) / f"doctorlike-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for base in _BASES:
        with (folder / str(base)).open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if all(is_free(base + offset) for offset in OFFSETS.values()):
                yield base
                return
    raise OSError(errno.EADDRINUSE, "no free range of ports between 20000 and 32000")


def user_of(port: int) -> str | None:
    """Name and number of the process that listens on `port`, where the kernel tells us (our own, or as root)."""
    sockets = _listening_inodes(port)
    if not sockets:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        # Another user's process, or one that has just ended, tells nothing.
        with contextlib.suppress(OSError):
            if any(_leads_to(link, sockets) for link in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()}, process {process.name}"
    return None


def _leads_to(link: Path, sockets: set[str]) -> bool:
    try:
        return str(link.readlink()) in sockets
    except OSError:
        # Closed since it was listed.
        return False


def _listening_inodes(port: int) -> set[str]:
    listening = "0A"
    found = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == listening and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
