"""A system of one's own on free ports, for a measurement or a journey through the real thing: its folder, its
database, its services. Nothing of a system that runs in the same clone is touched."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from setup import children, keys, one_start, ports, postgres, preparing, services
from setup.console import Problem, step
from setup.settings import ROOT, Settings
from setup.supervisor import Service
from setup.waiting import wait_until

READY_SECONDS = 120.0


@dataclass
class OwnSystem:
    """A migrated database and the services started over it; `environ` holds the settings of all its programs."""

    port_base: int
    var: Path
    environ: dict[str, str]
    _programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """Address of its database."""
        return self.environ["DATABASE_URL"]

    def port(self, service: str) -> int:
        """Where this service listens, on 127.0.0.1."""
        return self.port_base + ports.OFFSETS[service]

    def manage(self, *arguments: str) -> str:
        """What a console command printed; `Problem` when it failed."""
        return preparing.manage(ROOT, self.environ, *arguments)

    def start(self, *names: str, **environ: str) -> None:
        """Start services and wait until they answer; `environ` is added to their settings. From the main thread."""
        known = {service.name: service for service in services.product(ROOT, self.environ | environ, self.port_base)}
        for name in names:
            step(f"Starting {name}")
            with self.log(name).open("ab") as log:
                self._programs[name] = children.start(
                    known[name].command,
                    environ=known[name].environ,
                    folder=ROOT,
                    death_signal=known[name].death_signal,
                    output=log,
                )
        for name in names:
            self._wait_ready(known[name], self._programs[name].pid)

    def _wait_ready(self, service: Service, pid: int) -> None:
        # Asked until it answers once: a site that is flooded at its start may be late with its next answer.
        settled = wait_until(lambda: children.has_died(pid) or self._answers(service), seconds=READY_SECONDS)
        if children.has_died(pid) or not settled:
            said = self.log(service.name).read_text(errors="replace")[-2000:]
            raise Problem(f"{service.name} does not start. It said:\n{said}")

    def _answers(self, service: Service) -> bool:
        return service.is_ready is None or service.is_ready()

    def log(self, name: str) -> Path:
        """The file of a service's messages."""
        return self.var / "log" / f"{name}.log"

    def pid(self, name: str) -> int:
        """Process number of a started service, to measure it."""
        return self._programs[name].pid

    def kill(self, name: str) -> None:
        """End a service as `kill -9` does, with all of its group; `start` brings it back."""
        children.kill_group(self._programs.pop(name))

    def stop(self) -> None:
        """Stop the services, the last started first."""
        while self._programs:
            _, program = self._programs.popitem()
            children.stop(program, signal.SIGTERM, seconds=10)


@contextlib.contextmanager
def own_system(
    name: str, chosen: Settings, *, start: Sequence[str] = (), durable: bool = True, migrate: bool = True
) -> Iterator[OwnSystem]:
    """A system for the block, removed at its end. Its PostgreSQL is embedded, or a new database of DATABASE_URL's."""
    _sweep(chosen.var, name)
    var = chosen.var / f"{name}-{os.getpid()}"
    with one_start.only_one(var):
        try:
            preparing.make_folders(var)
            preparing.build(ROOT, var)
            with (
                _database(chosen, var, durable=durable) as database_url,
                ports.reserved_base() as port_base,
            ):
                system = OwnSystem(port_base, var, _environ(var, port_base, database_url))
                try:
                    preparing.collect_static(ROOT, system.environ, var=var)
                    if migrate:
                        step("Making the tables")
                        system.manage("migrate", "-v", "0")
                    system.start(*start)
                    yield system
                finally:
                    system.stop()
        finally:
            one_start.remove_folder(var)


def _environ(var: Path, port_base: int, database_url: str) -> dict[str, str]:
    """The settings of such a system: none of the running one's, whatever `var/env` says."""
    return {
        **os.environ,
        **preparing.new_secrets(),
        **preparing.SANDBOX_ACCOUNTS,
        **keys.make_if_absent(var / "keys"),
        "DATABASE_URL": database_url,
        "PORT_BASE": str(port_base),
        "VAR_DIR": str(var),
        "SANDBOX_DIR": str(var / "sandbox"),
        "DEMO": "1",
        one_start.MARK: one_start.mark_of(var),
    }


@contextlib.contextmanager
def _database(chosen: Settings, var: Path, *, durable: bool) -> Iterator[str]:
    if chosen.database_url is None:
        step("Starting a PostgreSQL")
        port = ports.free_port()
        cluster = postgres.cluster("postgres", var=var, port=port, programs=chosen.programs, durable=durable)
        with cluster.serving(var / "log" / "postgres.log") as url:
            yield url
        return
    name = var.name.replace("-", "_")
    with psycopg.connect(chosen.database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(chosen.database_url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _sweep(var: Path, name: str) -> None:
    """Remove what such systems that were killed left behind."""
    for folder in var.glob(f"{name}-*"):
        with contextlib.suppress(Problem), one_start.only_one(folder):
            one_start.end_leftovers(folder)
            one_start.remove_folder(folder)
