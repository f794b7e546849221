"""Become another program: `launch.py PARENT DEATH_SIGNAL UID:GID FOLDER COMMAND…`, run as a file of its own.

Between fork and exec of a supervised program stands this small step instead of a function run in the forked child,
which is unsafe once the starting process has threads. It gives up root (UID:GID, or "-" to stay) and asks Linux to
send DEATH_SIGNAL when the starting process dies, even by SIGKILL. The order matters: a change of user clears
the request, and the starting process may have died before the request was made.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, death_signal, account, folder, *command = sys.argv[1:]
    os.chdir(folder)
    if account != "-":
        uid, gid = (int(part) for part in account.split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(parent):
            sys.exit(1)
    # Python ignores these two for itself; a program we become expects the usual meaning.
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execvpe(command[0], command, os.environ)
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main()
