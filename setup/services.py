"""The programs of the embedded set-up, in the order of their start."""

from __future__ import annotations

import http.client
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from setup import ports, postgres
from setup.supervisor import Service

WEB, WORKER, OUTSIDE, DATABASE = range(4)  # the order in which they are stopped

# What the sandbox, which plays the world outside, has no business to know.
OURS_ALONE = ("SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL", "OIDC_PRIVATE_KEY_FILE", "SIGNING_KEY_FILE")


def database(cluster: postgres.Cluster) -> Service:
    """The embedded PostgreSQL."""
    return Service(
        name="postgres",
        command=cluster.command(),
        environ=postgres.ENVIRON,
        folder=cluster.data,
        account=cluster.account,
        # Fast shutdown: connections are ended instead of waited for.
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
        stop_order=DATABASE,
        is_ready=cluster.is_ready,
        before_start=cluster.clear_remains,
    )


def product(root: Path, environ: Mapping[str, str], port_base: int) -> list[Service]:
    """Sites, worker and sandbox; `environ` holds the settings of the product."""
    python = str(root / ".venv" / "bin" / "python")

    def site(name: str, *, interface: str, workers: int) -> Service:
        port = port_base + ports.OFFSETS[name]
        serving = [python, "-m", "granian", "--host", "127.0.0.1", "--port", str(port)]
        workers_options = ["--workers", str(workers), "--respawn-failed-workers", "--respawn-interval", "0.5"]
        if interface == "wsgi":
            workers_options += ["--blocking-threads", "2"]
        return Service(
            name=name,
            # An open stream would hold the stop back for good without a limit.
            command=[
                *(*serving, "--interface", interface, *workers_options, "--workers-kill-timeout", "3", "--no-ws"),
                "doctorlike.config.wsgi:application" if interface == "wsgi" else "doctorlike.config.asgi:application",
            ],
            environ={**environ, "SITE": name},
            folder=root,
            stop_order=WEB,
            is_ready=healthy(port),
        )

    return [
        Service(
            name="sandbox",
            command=[python, "-m", "sandbox"],
            environ={name: value for name, value in environ.items() if name not in OURS_ALONE},
            folder=root,
            stop_order=OUTSIDE,
            is_ready=healthy(port_base + ports.OFFSETS["sandbox"]),
        ),
        Service(
            name="worker",
            command=[
                *(python, "manage.py", "procrastinate", "worker"),
                # Two, so that a code does not wait for somebody's documents.
                *("--concurrency", environ.get("WORKER_JOBS", "2")),
            ],
            environ={**environ, "SITE": "worker"},
            # With the database going away at the same moment an orderly stop may wait for it for good.
            death_signal=signal.SIGKILL,
            folder=root,
            stop_order=WORKER,
        ),
        site("portal", interface="wsgi", workers=int(environ.get("PORTAL_WORKERS", "2"))),
        site("telemed", interface="wsgi", workers=1),
        site("staff", interface="wsgi", workers=1),
        site("streams", interface="asginl", workers=1),
    ]


def healthy(port: int) -> Callable[[], bool]:
    """A question whether the program at `port` answers 200 to /healthz."""

    def ask() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask
