"""The virtual environment and its hash-checked packages. Runs on the bare Python, before anything is installed."""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from setup.console import Problem, note, step

# What pip's configuration of this machine means to uv, which does not read it.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
# uv wants these lists separated by commas, pip's are separated by blanks.
UV_COMMA_LISTS = {"UV_FIND_LINKS"}


def prepare(root: Path) -> Path:
    """Make `.venv` hold exactly the pinned packages; the path of its Python. A second call is instant."""
    python = root / ".venv" / "bin" / "python"
    with _one_at_a_time(root):
        if not _is_usable(python):
            _make_environment(root)
        stamp = root / ".venv" / "installed"
        wanted = _fingerprint(root)
        if not stamp.exists() or stamp.read_text() != wanted:
            stamp.unlink(missing_ok=True)
            _install(root, python)
            stamp.write_text(wanted)
    return python


@contextlib.contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Two set-ups of one clone (a start and a test run) take turns."""
    folder = root / "var" / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "packages.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            step("Another set-up of this clone is installing packages; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_usable(python: Path) -> bool:
    """Whether the environment is of our version and its interpreter still exists."""
    if not python.exists():
        return False
    asked = "import sys; print(sys.version_info[:2] == (3, 11) and sys.prefix != sys.base_prefix)"
    told = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    return told.stdout.strip() == "True"


def _make_environment(root: Path) -> None:
    step("Making the virtual environment .venv")
    shutil.rmtree(root / ".venv", ignore_errors=True)
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    if not has_ensurepip and importlib.util.find_spec("pip") is None:
        raise Problem(
            "This Python has neither ensurepip nor pip, so nothing can be installed. "
            "On Debian and Ubuntu: apt-get install python3.11-venv"
        )
    made = subprocess.run(
        [sys.executable, "-m", "venv", *([] if has_ensurepip else ["--without-pip"]), root / ".venv"],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        shutil.rmtree(root / ".venv", ignore_errors=True)
        raise Problem(f"The virtual environment could not be made:\n{(made.stdout + made.stderr).strip()}")


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in ("requirements-bootstrap.txt", "requirements.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _install(root: Path, python: Path) -> None:
    step("Installing packages, each checked against its hash (a minute or two the first time)")
    # An environment made without pip is filled by the pip of the Python that made it.
    has_pip = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0
    pip = [str(python), "-m", "pip"] if has_pip else [sys.executable, "-m", "pip", "--python", str(python)]
    checked = ["install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "--no-input"]
    if _run([*pip, *checked, "-q", "-r", str(root / "requirements-bootstrap.txt")], os.environ) == 0:
        sync = [str(python), "-m", "uv", "--no-config", "pip", "sync", "--require-hashes"]
        environ = {**os.environ, **_as_uv_settings(pip)}
        if _run([*sync, "--python", str(python), str(root / "requirements.txt")], environ) == 0:
            return
        note("uv could not install them; trying pip itself, which is slower")
    if _run([*pip, *checked, "-r", str(root / "requirements.txt")], os.environ) != 0:
        raise Problem(
            "The packages could not be installed; the reason stands above. Is the package registry reachable? "
            "Start again once it is: what was fetched is kept."
        )


def _run(command: list[str], environ: Mapping[str, str]) -> int:
    # Both write to the console of errors, as does all of the set-up: its own output is for results.
    return subprocess.run(command, env=dict(environ), stdout=sys.stderr, check=False).returncode


def _as_uv_settings(pip: list[str]) -> dict[str, str]:
    """pip's configuration of this machine (files and PIP_… variables) as variables of uv. Those set already stay."""
    told = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    found: dict[str, str] = {}
    for line in told.splitlines():
        key, sign, value = line.partition("=")
        name = UV_NAMES.get(key.rpartition(".")[2])
        if not sign or name is None or not key.startswith(("global.", "install.", ":env:.")):
            continue
        words = str(ast.literal_eval(value)).split()
        found[name] = ("," if name in UV_COMMA_LISTS else " ").join(words)
    # pip looks at all its indexes alike; uv would stop at the first that knows the name. Hashes make this safe.
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    found["UV_LINK_MODE"] = "copy"
    return {name: value for name, value in found.items() if name not in os.environ}
