"""Stopping when `make`, which started us, is stopped."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def _started_by_make() -> bool:
    return "MAKELEVEL" in os.environ and sys.platform == "linux"


def follow() -> None:
    """Have SIGTERM sent to us when make dies, even by SIGKILL: nobody would be left to press Ctrl-C."""
    if _started_by_make():
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)


def is_interrupted() -> bool:
    """Whether make alone was sent SIGINT (a script's `kill -INT`; Ctrl-C reaches us too).

    make does not pass it on but waits for us, having set the signal back to its default: it no longer catches it.
    """
    if not _started_by_make():
        return False
    try:
        fields = dict(
            line.split(":\t", 1)
            for line in Path(f"/proc/{os.getppid()}/status").read_text().splitlines()
            if ":\t" in line
        )
    except OSError:
        return False
    bit = 1 << (signal.SIGINT - 1)
    # A shell that starts make in the background has it ignore SIGINT from the first: that is no interruption.
    is_default = not (int(fields["SigCgt"], 16) | int(fields["SigIgn"], 16)) & bit
    return fields["Name"] == "make" and is_default
