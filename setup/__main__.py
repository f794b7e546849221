"""`python3 -m setup COMMAND`: what the Makefile calls. `python3 -m setup help` lists the commands."""

import os
import signal
import sys

COMMANDS = """\
run             the whole system on this machine: sites, worker, sandbox, PostgreSQL
stop            stop it from another window
test [ARGS]     checks, then the whole test suite; ARGS go to pytest
check           the checks alone (style, types, layers)
with-database COMMAND
                a command with a PostgreSQL for tests in DATABASE_URL
bench NAME      a measurement of bench/
translations    gather the texts to translate from the source into locale/
clean-data      remove the data of the embedded set-up, after a question
"""


def main(arguments: "list[str]") -> int:
    """The exit code. Works from Python 3.6 on, so that a wrong version can be told in words."""
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(COMMANDS, end="")
        return 0
    if sys.version_info[:2] != (3, 11):
        print(
            f"Python 3.11 is needed; this is {sys.version.split()[0]} ({sys.executable}).\n"
            f"Name the right one: PYTHON=python3.11 make {arguments[0]}",
            file=sys.stderr,
        )
        return 2
    # A stop while setting up is a plain stop. SIGINT too: scripts start background jobs with it ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)

    from setup import commands
    from setup.console import Problem

    try:
        return commands.run(arguments)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    sys.exit(main(sys.argv[1:]))
