"""Load from many clients that costs the machine little: ready-made requests over kept connections.

The machine that serves also loads, so the client's own work lies within every figure; the limit is measured with the
same client.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.harness import percentile


@dataclass(frozen=True)
class Answer:
    """What came back, in how many milliseconds."""

    status: int
    head: bytes
    body: bytes
    ms: float

    def header(self, name: str) -> list[str]:
        """Values of all headers of this name."""
        begin = f"{name.lower()}:".encode()
        return [
            line[len(begin) :].strip().decode() for line in self.head.split(b"\r\n") if line.lower().startswith(begin)
        ]


@dataclass(frozen=True)
class Load:
    """What a load measured; times in milliseconds, one for each request."""

    times_ms: tuple[float, ...]
    seconds: float
    bytes: int

    @property
    def per_s(self) -> float:
        """Requests answered in a second, by all clients together."""
        return len(self.times_ms) / self.seconds

    @property
    def p50_ms(self) -> float:
        """Half of the requests took no longer."""
        return percentile(self.times_ms, 50)

    @property
    def p95_ms(self) -> float:
        """95 of 100 requests took no longer."""
        return percentile(self.times_ms, 95)


def request(
    method: str,
    path: str,
    *,
    port: int,
    cookies: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{port}"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Client:
    """One kept connection to 127.0.0.1, from the address `source`; opened anew when the server has closed it between
    two requests."""

    def __init__(self, port: int, *, timeout_seconds: float = 30.0, source: str = "127.0.0.1") -> None:
        self._port, self._timeout_seconds, self._source = port, timeout_seconds, source
        self._connection: socket.socket | None = None
        self._received = b""

    def send(self, raw: bytes) -> Answer:
        """The answer to a ready-made request."""
        begun = time.perf_counter()
        was_kept = self._connection is not None
        try:
            status, head, body = self._exchange(raw)
        except ConnectionError:
            # A server may close an idle connection at the very moment a request is sent; a new one is not excused.
            self.close()
            if not was_kept:
                raise
            status, head, body = self._exchange(raw)
        return Answer(status, head, body, (time.perf_counter() - begun) * 1000)

    def close(self) -> None:
        """Close the connection."""
        if self._connection:
            self._connection.close()
        self._connection, self._received = None, b""

    def _exchange(self, raw: bytes) -> tuple[int, bytes, bytes]:
        if self._connection is None:
            self._connection = socket.create_connection(
                ("127.0.0.1", self._port), self._timeout_seconds, (self._source, 0)
            )
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = self._connection
        connection.sendall(raw)
        head = self._until(connection, b"\r\n\r\n")
        status = int(head[9:12])
        lowered = head.lower()
        if b"transfer-encoding: chunked" in lowered:
            return status, head, self._chunks(connection)
        if status in (204, 304) or raw.startswith(b"HEAD "):
            return status, head, b""
        length = int(lowered.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        return status, head, self._exactly(connection, length)

    def _chunks(self, connection: socket.socket) -> bytes:
        body = b""
        while size := int(self._until(connection, b"\r\n").split(b";")[0], 16):
            body += self._exactly(connection, size)
            self._until(connection, b"\r\n")
        self._until(connection, b"\r\n")
        return body

    def _until(self, connection: socket.socket, end: bytes) -> bytes:
        while end not in self._received:
            self._receive(connection)
        found, _, self._received = self._received.partition(end)
        return found

    def _exactly(self, connection: socket.socket, length: int) -> bytes:
        while len(self._received) < length:
            self._receive(connection)
        found, self._received = self._received[:length], self._received[length:]
        return found

    def _receive(self, connection: socket.socket) -> None:
        chunk = connection.recv(262_144)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        self._received += chunk


def load(
    port: int,
    next_request: Callable[[int, int], bytes],
    *,
    clients: int = 8,
    seconds: float = 3.0,
    expected: frozenset[int] = frozenset({200}),
) -> Load:
    """Keep `clients` busy for so many seconds. `next_request(client, number)` gives each its next ready-made request:
    different signed-in people, different objects. An answer with another status than `expected` ends it all."""
    deadline = time.perf_counter() + seconds

    def keep_busy(client: int) -> tuple[list[float], int]:
        connection, times, size, number = Client(port), [], 0, 0
        try:
            while time.perf_counter() < deadline:
                answer = connection.send(next_request(client, number))
                if answer.status not in expected:
                    raise AssertionError(f"answered {answer.status}: {answer.body[:300]!r}")
                times.append(answer.ms)
                size += len(answer.body)
                number += 1
        finally:
            connection.close()
        return times, size

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        results = list(pool.map(keep_busy, range(clients)))
    taken = time.perf_counter() - begun
    return Load(tuple(ms for times, _ in results for ms in times), taken, sum(size for _, size in results))
