"""What refuses a start, each time in plain words and before anything is started; and what a start keeps."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from setup import envfile, one_start, ports, preparing, running, settings
from setup.console import Problem

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PORT_BASE", "abc"),
        ("PORT_BASE", "80"),
        ("PORT_BASE", "65530"),
        ("PORT_BASE", "８０００"),
        ("DEMO", "maybe"),
        ("DATABASE_URL", "mysql://somebody:secret-word@host/base"),
        ("DATABASE_URL", "postgresql://somebody:secret-word@host"),
        ("PORTAL_URL", "localhost:8000"),
        ("STREAMS_URL", "http://localhost:none"),
        ("ACQUIRER_URL", "ftp://acquirer"),
    ],
)
def test_a_wrong_setting_is_named_without_a_traceback(name: str, wrong: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "setup", "run"],
        cwd=ROOT,
        env={**os.environ, name: wrong},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert name in told.stderr
    assert "Traceback" not in told.stderr
    assert "secret-word" not in told.stderr


def test_settings_of_the_file_are_checked_too_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("DEMO=maybe\n")
    with pytest.raises(Problem, match="DEMO is «maybe»"):
        settings.read({"VAR_DIR": str(tmp_path)})
    assert settings.read({"VAR_DIR": str(tmp_path), "DEMO": "0"}).demo is False


def chosen(var: Path, port_base: int) -> settings.Settings:
    return settings.read({"VAR_DIR": str(var), "PORT_BASE": str(port_base)})


def test_a_used_port_is_told_with_its_user_and_nothing_is_started(tmp_path: Path) -> None:
    base = ports.free_port_base()
    with socket.create_server(("127.0.0.1", base + 2)), pytest.raises(Problem) as told:
        running.run(chosen(tmp_path, base))
    assert f"port {base + 2} (staff)" in str(told.value)
    assert f"process {os.getpid()}" in str(told.value)
    assert "PORT_BASE=" in str(told.value)
    assert not (tmp_path / "postgres").exists()


def test_a_second_start_of_the_clone_is_told(tmp_path: Path) -> None:
    with one_start.only_one(tmp_path), pytest.raises(Problem, match=f"already running .process {os.getpid()}"):
        running.run(chosen(tmp_path, ports.free_port_base()))
    with one_start.only_one(tmp_path):
        """Free again."""


def test_programs_left_over_from_a_killed_start_are_ended(tmp_path: Path) -> None:
    left = subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.pause()"],
        env={**os.environ, one_start.MARK: one_start.mark_of(tmp_path)},
        start_new_session=True,
    )
    one_start.end_leftovers(tmp_path / "another clone")
    assert left.poll() is None
    one_start.end_leftovers(tmp_path)
    assert left.wait(10) < 0


def test_secrets_are_made_once_and_are_for_the_owner_alone(tmp_path: Path) -> None:
    preparing.make_folders(tmp_path)
    first = preparing.write_env(chosen(tmp_path, 8000), "postgresql://a@b/c")
    second = preparing.write_env(chosen(tmp_path, 9000), "postgresql://a@b/c")
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        assert envfile.read_own(tmp_path / "env")[name]
        assert first[name] == second[name]
    assert second["PORT_BASE"] == "9000"
    for path in [tmp_path / "env", *(tmp_path / "keys").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_persons_own_lines_stay_and_win_over_the_rewritten_ones(tmp_path: Path) -> None:
    path = tmp_path / "env"
    envfile.write(path, rewritten={"PORT_BASE": "8000"}, generated={"SECRET_KEY": "it's a \\ key"})
    with path.open("a") as file:
        file.write("# mine\nBRAND_FILE=/somewhere/with space.toml\n")
    envfile.write(path, rewritten={"PORT_BASE": "9000"}, generated={"SECRET_KEY": "another"})
    assert envfile.read_own(path) == {"SECRET_KEY": "it's a \\ key", "BRAND_FILE": "/somewhere/with space.toml"}
    assert "# mine" in path.read_text()
    assert path.read_text().count("PORT_BASE") == 1


def test_lost_keys_of_an_encrypted_database_refuse_the_start(tmp_path: Path) -> None:
    (tmp_path / "postgres.place").write_text('{"folder": ".", "var": ""}')
    (tmp_path / "postgres.password").write_text("x")
    with pytest.raises(Problem, match="is missing, but there is a database"):
        running.run(chosen(tmp_path, ports.free_port_base()))


def test_two_systems_that_start_at_once_get_ports_of_their_own() -> None:
    """Neither listens yet, so looking at the ports alone would not tell them apart."""
    with ports.reserved_base() as one, ports.reserved_base() as other:
        assert one != other
    with ports.reserved_base() as again:
        assert again == one
