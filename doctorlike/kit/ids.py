"""Identifiers: UUIDv7, so that they cannot be guessed and still follow time in an index."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """A new identifier; unique without asking anybody."""
    return compat.uuid7()
