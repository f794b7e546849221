"""`make test` and `make check`: the checks, and the whole test suite on a PostgreSQL of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from setup import keys, one_start, ports, postgres, preparing
from setup.console import Problem, note, step
from setup.settings import Settings

CHECKS = {
    "style": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    "product's own checks": ["manage.py", "check", "--fail-level", "WARNING"],
}
# Two processes share the tests out by `tests/conftest.py`, in their order: the long journeys begin early.
TOGETHER = ("-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def test(settings: Settings, arguments: Sequence[str]) -> int:
    """All checks, then pytest with `arguments`; 0 only when everything passed."""
    _provide_chromium()
    with _surroundings(settings) as environ:
        failed = _check(settings, environ)
        step("Tests")
        command = [sys.executable, "-m", "pytest", *TOGETHER, *arguments]
        code = subprocess.run(command, cwd=settings.root, env=environ).returncode
    if failed:
        note(f"Checks that failed: {', '.join(failed)}")
    return code or (1 if failed else 0)


def check(settings: Settings) -> int:
    """The checks alone; 0 when all passed."""
    environ = {**os.environ, **_stand_alone(settings), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    failed = _check(settings, environ)
    if failed:
        note(f"Checks that failed: {', '.join(failed)}")
    return 1 if failed else 0


def with_database(settings: Settings, command: Sequence[str]) -> int:
    """Run `command` in the surroundings of the tests; its exit code."""
    if not command:
        raise Problem("Say which command: python3 -m setup with-database COMMAND")
    with _surroundings(settings) as environ:
        return subprocess.run(list(command), cwd=settings.root, env=environ, check=False).returncode


def _check(settings: Settings, environ: dict[str, str]) -> list[str]:
    failed = []
    for name, command in CHECKS.items():
        step(f"Check: {name}")
        if subprocess.run([sys.executable, *command], cwd=settings.root, env=environ, check=False).returncode != 0:
            failed.append(name)
    return failed


@contextlib.contextmanager
def _surroundings(settings: Settings) -> Iterator[dict[str, str]]:
    """The environment of a test run: a folder of its own below `var`, and a database, given by DATABASE_URL or served
    for this run alone."""
    own = replace(settings, var=settings.var / "test")
    with one_start.only_one(own.var):
        preparing.make_folders(own.var)
        step("Building the typeface and the translations")
        preparing.build(own.root, own.var)
        with _database(own) as database_url:
            yield {**os.environ, **_stand_alone(own), "DATABASE_URL": database_url}


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[str]:
    if settings.database_url:
        note("The tests use the PostgreSQL of DATABASE_URL.")
        yield settings.database_url
        return
    cluster = postgres.cluster(
        "postgres", var=settings.var, port=ports.free_port(), programs=settings.programs, durable=False
    )
    step("Starting a PostgreSQL for the tests")
    # Nothing in it is worth keeping, and without fsync a crash may have spoiled it.
    cluster.remove()
    with cluster.serving(settings.var / "log" / "postgres.log") as url:
        yield url


def _stand_alone(settings: Settings) -> dict[str, str]:
    """Settings that keep a test run apart from a running system of the same clone."""
    settings.var.mkdir(parents=True, exist_ok=True)
    return {
        **preparing.new_secrets(),
        **keys.make_if_absent(settings.var / "keys"),
        "VAR_DIR": str(settings.var),
        "DEMO": "1",
    }


def _provide_chromium() -> None:
    """Browser tests need Chromium; installed by apt where we may."""
    if any(shutil.which(name) for name in CHROMIUM_NAMES):
        return
    how = "apt-get install -y chromium"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Problem(f"The browser tests need Chromium, and it is not here. As root: {how}")
    step("Installing Chromium for the browser tests")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "-q", "update"], ["apt-get", "-q", "install", "-y", "chromium"]):
        if subprocess.run(command, env=quiet, stdout=sys.stderr, check=False).returncode != 0:
            raise Problem(f"Chromium could not be installed; try it by hand: {how}")
