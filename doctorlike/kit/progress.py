"""How far long work has come, told while its transaction is still open.

What a transaction writes nobody else sees until it ends, so rows cannot tell. A shared lock that nobody waits for can:
its second key is the hundredth part reached, everybody sees it in the list of locks at once, and it goes with the
transaction, however that ends.
"""

from __future__ import annotations

from django.db import connection

_TELL = "select pg_advisory_xact_lock_shared(hashtext(%s), %s)"
_TOLD = """select max(objid::bigint) from pg_locks
where locktype = 'advisory' and objsubid = 2 and classid::bigint = (hashtext(%s)::bigint & 4294967295)
and database = (select oid from pg_database where datname = current_database())"""


class Progress:
    """Of one piece of work, inside its transaction; `name` is what others ask by."""

    def __init__(self, name: str) -> None:
        self.name, self._told = name, -1

    def tell(self, done: int, total: int) -> None:
        """May be called as often as one likes: whole hundredths alone are told."""
        hundredths = min(100, done * 100 // total) if total else 100
        if hundredths > self._told:
            self._told = hundredths
            with connection.cursor() as cursor:
                cursor.execute(_TELL, [f"progress:{self.name}", hundredths])


def progress_of(name: str) -> int | None:
    """Hundredths done of work that is under way somewhere; None when none is. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [f"progress:{name}"])
        told: int | None = cursor.fetchone()[0]
    return told
