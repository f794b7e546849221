"""The commands of `python3 -m setup`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from setup import make, packages, settings
from setup.console import Problem


def run(arguments: Sequence[str]) -> int:
    """Carry out one command; its exit code. `Problem` for what the person can put right."""
    name, *rest = arguments
    if name == "run":
        make.follow()
    chosen = settings.read()
    match name:
        case "stop":
            from setup import one_start

            return one_start.stop(chosen.var)
        case "clean-data":
            from setup import one_start

            return one_start.clean_data(chosen.var, without_asking="--yes" in rest)
        case "run" | "test" | "check" | "with-database" | "bench" | "translations":
            _move_into_environment(chosen.root, arguments)
        case _:
            raise Problem(f"There is no command «{name}»; python3 -m setup help lists them.")
    match name:
        case "run":
            from setup import running

            return running.run(chosen)
        case "test":
            from setup import testing

            return testing.test(chosen, rest)
        case "check":
            from setup import testing

            return testing.check(chosen)
        case "with-database":
            from setup import testing

            return testing.with_database(chosen, rest)
        case "translations":
            from setup import translations

            for language, empty in translations.update(chosen.root).items():
                print(f"locale/{language}: {empty} to translate")
            return 0
    return _bench(chosen.root, rest)


def _move_into_environment(root: Path, arguments: Sequence[str]) -> None:
    """Go on as the Python of `.venv`, made and filled if need be; returns once there."""
    python = packages.prepare(root)
    if Path(sys.prefix).resolve() != (root / ".venv").resolve():
        os.chdir(root)
        os.execv(python, [str(python), "-m", "setup", *arguments])


def _bench(root: Path, rest: Sequence[str]) -> int:
    known = sorted(
        path.stem.replace("_", "-") for path in (root / "bench").glob("[a-z]*.py") if "\ndef main(" in path.read_text()
    )
    if not rest or rest[0] not in known:
        raise Problem(f"There is no measurement «{' '.join(rest)}». There are: {', '.join(known) or 'none yet'}.")
    module = f"bench.{rest[0].replace('-', '_')}"
    return subprocess.run([sys.executable, "-m", module, *rest[1:]], check=False).returncode
