"""Private files: encrypted at rest, reached only by key, never served by path."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from doctorlike.kit import crypto
from doctorlike.kit.ids import new_id


def keep(content: bytes, *, folder: str) -> str:
    """Store encrypted bytes; returns the key to read them by."""
    name = f"{folder}/{new_id()}"
    return storages["private"].save(name, ContentFile(crypto.encrypt(content)))


def read(key: str) -> bytes:
    """The bytes as they were kept; FileNotFoundError, or InvalidToken when somebody changed them."""
    with storages["private"].open(key, "rb") as stored:
        return crypto.decrypt(stored.read())


def forget(key: str) -> None:
    """Remove the file; repeating is safe."""
    storages["private"].delete(key)
