"""`var/env`: settings as KEY=VALUE lines. The first block is written anew at each start; what stands below it is the
person's own, holds the secrets generated once, and wins over the block."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

BEGIN = "# --- written anew at each start; your own lines go below this block and win over it"
END = "# ---"


def read_own(path: Path) -> dict[str, str]:
    """The lines outside the rewritten block; nothing when there is no file."""
    return _parse(_own_lines(path))


def write(path: Path, *, rewritten: Mapping[str, str], generated: Mapping[str, str]) -> None:
    """Write the block and add those of `generated` that the file does not have yet. The file is for its owner alone
    and replaced as a whole: whoever reads it meanwhile sees the old or the new one."""
    own = _own_lines(path)
    present = _parse(own)
    own += [_line(name, value) for name, value in generated.items() if name not in present]
    lines = [BEGIN, *(_line(name, value) for name, value in rewritten.items()), END, *own]
    coming = path.with_name(path.name + ".new")
    coming.unlink(missing_ok=True)
    with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    coming.replace(path)


def _own_lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    if BEGIN in lines and END in lines[lines.index(BEGIN) :]:
        begin = lines.index(BEGIN)
        end = lines.index(END, begin)
        lines = lines[:begin] + lines[end + 1 :]
    return lines


def _parse(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and not name.startswith("#"):
            value = value.strip()
            if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1].replace("\\'", "'").replace("\\\\", "\\")
            found[name.strip()] = value
    return found


def _line(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{name}='{escaped}'"
