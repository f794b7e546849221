"""Encryption of personal documents, medical text and files at rest. Keys rotate: the newest encrypts, all decrypt."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(plain: bytes) -> bytes:
    return _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(plain)


def decrypt(token: bytes) -> bytes:
    """`cryptography.fernet.InvalidToken` when the bytes were changed or the key is gone."""
    return _box(tuple(settings.ENCRYPTION_KEYS)).decrypt(token)
