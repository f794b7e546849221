#!/usr/bin/env python3
"""The console of the product. Run by any Python: it moves itself into the project's virtual environment."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"


def main() -> None:
    if VENV_PYTHON.exists() and Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        # The same console in the project's own Python: no shell is wanted in between.
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), *sys.argv])  # noqa: S606 - our own interpreter, no shell
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctorlike.config.settings")
    from doctorlike.config.environment import refuse_wrong_environment
    from doctorlike.kit.collector import look_seldom

    look_seldom()
    with refuse_wrong_environment():
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
