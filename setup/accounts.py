"""The unprivileged user that PostgreSQL runs as when the set-up itself runs as root, which PostgreSQL refuses."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

# Used only where neither name below exists; a number needs no entry in /etc/passwd.
NUMBER_OF_NOBODY_ELSE = 64_999


@dataclass(frozen=True)
class Account:
    """A user and group to run as."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """The user to run PostgreSQL as; `None` when we are not root and simply stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    return Account(NUMBER_OF_NOBODY_ELSE, NUMBER_OF_NOBODY_ELSE)


def owner_of(path: Path) -> Account:
    """The user and group that `path` belongs to."""
    status = path.stat()
    return Account(status.st_uid, status.st_gid)


def may_use(account: Account | None, path: Path, mode: int) -> bool:
    """Whether `account` has the rights `mode` (os.R_OK, os.X_OK) on `path` and may walk there: asked of the kernel
    by a child that becomes this user, since folder modes alone do not tell (access lists, mounts)."""
    if account is None:
        return os.access(path, mode)
    child = os.fork()
    if child == 0:
        allowed = False
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            allowed = os.access(path, mode)
        finally:
            os._exit(0 if allowed else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
