"""Where everything is kept: one SQLite file, written by one thread."""

from sandbox.storage.database import Database

__all__ = ["Database"]
