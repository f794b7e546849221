"""The embedded PostgreSQL: never as root, wherever the clone lies, and back after a hard death with all it promised."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from setup import children, one_start, postgres
from setup.ports import free_port
from setup.waiting import wait_until


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder `var` of a clone whose path has a space, in a folder closed to all but its owner."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    var = closed / "a clone" / "var"
    var.mkdir(parents=True)
    yield var
    one_start.remove_folder(var)


@pytest.fixture(scope="module")
def cluster(clone: Path) -> postgres.Cluster:
    return postgres.cluster("postgres", var=clone, port=free_port(), programs=None)


def leading_server(cluster: postgres.Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def test_it_runs_unprivileged_with_its_data_closed(cluster: postgres.Cluster, clone: Path) -> None:
    with cluster.serving(clone / "log") as url:
        owner = os.stat(f"/proc/{leading_server(cluster)}").st_uid
        assert owner != 0
        assert cluster.data.stat().st_uid == owner
        assert cluster.data.stat().st_mode & 0o777 == 0o700
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT current_setting('listen_addresses'), current_setting('fsync'),"
                " current_setting('synchronous_commit'), lower('ЁЛКА')"
            ).fetchone()
        assert row == ("127.0.0.1", "on", "on", "ёлка")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(cluster.password_file.read_text().strip(), "wrong"))


def test_it_answers_for_what_it_promised_after_a_kill(cluster: postgres.Cluster, clone: Path) -> None:
    with cluster.serving(clone / "log") as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('kept')")
        os.kill(leading_server(cluster), signal.SIGKILL)
        cluster.clear_remains()
        assert children.with_folder(cluster.data) == []
    with cluster.serving(clone / "log") as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("kept",)]


def test_a_server_left_over_is_ended_before_another_begins(cluster: postgres.Cluster, clone: Path) -> None:
    cluster.create_if_absent()
    # Started by a process that is gone without stopping it: our own death would have ended it.
    left = subprocess.Popen(
        [str(cluster.programs / "postgres"), "-D", str(cluster.data), *cluster.command()[3:]],
        env=postgres.ENVIRON,
        cwd=cluster.data,
        stderr=subprocess.DEVNULL,
        user=cluster.account.uid if cluster.account else None,
        group=cluster.account.gid if cluster.account else None,
        extra_groups=[] if cluster.account else None,
    )
    assert wait_until(cluster.is_ready, seconds=20)
    with replace(cluster, port=free_port()).serving(clone / "log") as url:
        assert left.wait(20) == 0
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_lock_file_with_the_number_of_another_program_is_not_in_the_way(
    cluster: postgres.Cluster, clone: Path
) -> None:
    cluster.create_if_absent()
    (cluster.data / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster.data}\n")
    with cluster.serving(clone / "log") as url:
        assert url.startswith("postgresql://")


def test_another_start_finds_the_same_data(cluster: postgres.Cluster, clone: Path) -> None:
    cluster.create_if_absent()
    again = postgres.cluster("postgres", var=clone, port=cluster.port, programs=None)
    assert again == cluster
    assert again.create_if_absent() is False


def test_programs_that_cannot_run_are_named(clone: Path) -> None:
    asked = [sys.executable, "-m", "setup", "run"]
    told = subprocess.run(
        asked, env={**os.environ, "POSTGRES_BIN": "/nowhere"}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert "POSTGRES_BIN is «/nowhere»" in told.stderr
