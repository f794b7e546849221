"""Output of the supervised programs: each line to the program's own file, and to the terminal under its name."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path
from typing import IO

LARGEST_BYTES = 5_000_000
# A program that never stops writing must not keep us from the others.
CHUNKS_AT_ONCE = 16
# Widest name in the table of services; the names stand in a column.
NAME_WIDTH = 9
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93)
# A pipe that is ready takes so much without blocking.
PIPE_BYTES = 4096


class Log:
    """Appends to FOLDER/NAME.log; when that gets too large it becomes NAME.log.1 and a new one begins."""

    def __init__(self, name: str, folder: Path, *, colour: int) -> None:
        self._path = folder / f"{name}.log"
        self._file = self._path.open("ab")
        self._unfinished = b""
        label = f"{name:<{NAME_WIDTH}} "
        is_coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._label = (f"\033[{COLOURS[colour % len(COLOURS)]}m{label}\033[0m" if is_coloured else label).encode()

    def say(self, text: str) -> None:
        """A line of the supervisor's own about this program."""
        self._write(f"· {text}\n".encode())

    def copy_from(self, output: IO[bytes]) -> bool:
        """Take what the program has written so far (`output` does not block); False at its end."""
        for _ in range(CHUNKS_AT_ONCE):
            try:
                chunk = os.read(output.fileno(), 65_536)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            *lines, self._unfinished = (self._unfinished + chunk).split(b"\n")
            if len(self._unfinished) > 65_536:
                lines, self._unfinished = [*lines, self._unfinished], b""
            for line in lines:
                self._write(line + b"\n")
        return True

    def close(self) -> None:
        """Write the last line, should it have no end, and close the file."""
        if self._unfinished:
            self._write(self._unfinished + b"\n")
            self._unfinished = b""
        self._file.close()

    def _write(self, line: bytes) -> None:
        if self._file.tell() > LARGEST_BYTES:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._path.open("ab")
        self._file.write(line)
        self._file.flush()
        _show(self._label + line)


def _show(line: bytes) -> None:
    """To the terminal, unless that would block: a reader that has stopped reading (a pager, a script that does not
    drain its pipe) must not stop the whole system. The file has every line."""
    try:
        output = sys.stdout.fileno()
        for begin in range(0, len(line), PIPE_BYTES):
            if not select.select([], [output], [], 0)[1]:
                return
            os.write(output, line[begin : begin + PIPE_BYTES])
    except OSError:
        # The terminal or the reader is gone.
        return
