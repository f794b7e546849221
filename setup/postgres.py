"""The embedded PostgreSQL: one server process over one data folder, for `run`, tests and measurements alike.

Only the programs of the package are used. As root the server runs as an unprivileged user; where that user cannot
walk into the clone, data and programs live in a folder of their own outside it (`setup.places`).
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup import children, places
from setup.accounts import Account
from setup.console import Problem
from setup.waiting import wait_until

DATABASE = "doctorlike"
ROLE = "doctorlike"
# Nothing the product asks for is missing in 15, so an older one is the only wrong one.
OLDEST_MAJOR = 15

# Tried in turn: the system's C.UTF-8, PostgreSQL's own (17 and later), and plain C, which folds no Cyrillic case.
LOCALES = (["--locale=C.UTF-8"], ["--locale-provider=builtin", "--locale=C.UTF-8"], ["--locale=C"])

# PostgreSQL reads its environment (PGDATA, PGPORT, LC_MESSAGES…): it gets none of ours.
ENVIRON = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL data folder and how it is served.

    `durable=False` gives up surviving a power cut for speed: for tests alone.
    """

    data: Path
    programs: Path
    account: Account | None
    password_file: Path
    port: int
    durable: bool = True

    @property
    def url(self) -> str:
        """Address of the database, with its password."""
        password = self.password_file.read_text().strip()
        return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def command(self) -> list[str]:
        """The server in the foreground. SIGINT stops it fast (connections end, nothing is lost), SIGQUIT at once."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def create_if_absent(self) -> bool:
        """Make the data folder with its database once. Safe to interrupt: it takes its name only when complete."""
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            return False
        coming = self.data.with_name(self.data.name + ".new")
        _remove(coming)
        coming.mkdir(mode=0o700)
        password = self.password_file
        password.unlink(missing_ok=True)
        with open(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24) + "\n")
        if self.account:
            os.chown(coming, self.account.uid, self.account.gid)
        self._initialise(coming)
        self._run(
            [str(self.programs / "postgres"), "--single", "-D", str(coming), "postgres"],
            given=f"CREATE DATABASE {DATABASE}\n",
            folder=coming,
        )
        _remove(self.data)
        coming.rename(self.data)
        return True

    def clear_remains(self) -> None:
        """End servers left over on this data folder and the lock file they leave.

        Safe only while no server of ours runs. A server process is told by its present folder, so another program
        that has since been given the number in the lock file is neither killed nor in the way.
        """
        if not self.data.exists():
            return
        children.end_all(self._leading_server, signals=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)))
        children.end_all(lambda: children.with_folder(self.data), signals=((signal.SIGKILL, 5.0),))
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server accepts connections."""
        asked = [str(self.programs / "pg_isready"), "-q", "-t", "2", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, env=ENVIRON, capture_output=True, check=False).returncode == 0

    @contextlib.contextmanager
    def serving(self, log: Path) -> Iterator[str]:
        """Serve inside the block, for tests and measurements; gives the address. Its messages go to the file `log`."""
        self.create_if_absent()
        self.clear_remains()
        with log.open("wb") as messages:
            server = children.start(
                self.command(),
                environ=ENVIRON,
                folder=self.data,
                account=self.account,
                death_signal=signal.SIGINT,
                output=messages,
            )
        try:
            wait_until(lambda: self.is_ready() or children.has_died(server.pid), seconds=60)
            if children.has_died(server.pid) or not self.is_ready():
                raise Problem(f"PostgreSQL did not start. It said:\n{_tail(log)}")
            yield self.url
        finally:
            children.stop(server, signal.SIGINT, seconds=20)
            self.clear_remains()

    def remove(self) -> None:
        """Remove data and password. Only while nothing serves it."""
        self.clear_remains()
        _remove(self.data)
        self.password_file.unlink(missing_ok=True)

    def _leading_server(self) -> list[int]:
        try:
            first = (self.data / "postmaster.pid").read_text().partition("\n")[0]
        except FileNotFoundError:
            return []
        return [pid for pid in children.with_folder(self.data) if str(pid) == first]

    def _initialise(self, folder: Path) -> None:
        # Beside the data folder, since initdb reads it as the unprivileged user and wants an empty data folder.
        handed = folder.with_name(folder.name + ".password")
        handed.unlink(missing_ok=True)
        handed.touch(mode=0o600)
        handed.write_text(self.password_file.read_text())
        if self.account:
            os.chown(handed, self.account.uid, self.account.gid)
        try:
            said = ""
            for locale in LOCALES:
                try:
                    self._run(
                        [
                            *(str(self.programs / "initdb"), "-D", str(folder), f"--username={ROLE}"),
                            *(f"--pwfile={handed}", "--auth=scram-sha-256", "--encoding=UTF8", *locale),
                            *([] if self.durable else ["--no-sync"]),
                        ],
                        folder=folder,
                    )
                    return
                except Problem as problem:
                    said = str(problem)
                    for left in folder.iterdir():
                        _remove(left)
            raise Problem(said)
        finally:
            handed.unlink()

    def _run(self, command: Sequence[str], *, folder: Path, given: str | None = None) -> None:
        account = self.account
        done = subprocess.run(
            command,
            env=ENVIRON,
            cwd=folder,
            input=given,
            text=True,
            capture_output=True,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if done.returncode != 0 or "ERROR" in done.stderr:
            raise Problem(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr).strip()}")

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text())
        ours = major_version(self.programs)
        if made_by != ours:
            raise Problem(
                f"The data in {self.data} was made by PostgreSQL {made_by}, the programs in {self.programs} are "
                f"{ours}. Name programs of version {made_by} in POSTGRES_BIN and move the data with pg_dump, or "
                "remove it with: make clean-data"
            )


def cluster(name: str, *, var: Path, port: int, programs: Path | None, durable: bool = True) -> Cluster:
    """The cluster `name` of this clone: its data in `var`/NAME, or outside the clone where its user cannot get there.
    `programs` (POSTGRES_BIN) are used instead of the package's when given."""
    place = places.find(name, var=var, given_programs=programs)
    if (version := major_version(place.programs)) < OLDEST_MAJOR:
        raise Problem(f"POSTGRES_BIN holds PostgreSQL {version}; {OLDEST_MAJOR} or newer is needed.")
    return Cluster(
        data=place.data,
        programs=place.programs,
        account=place.account,
        password_file=var / f"{name}.password",
        port=port,
        durable=durable,
    )


def major_version(programs: Path) -> int:
    """Major version of the server program in this folder."""
    told = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    if not found:
        raise Problem(f"{programs / 'postgres'} does not run: {told.stderr.strip()}")
    return int(found[1])


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
