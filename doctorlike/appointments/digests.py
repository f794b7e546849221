"""What is kept of a secret address."""

from __future__ import annotations

import hashlib


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal. The secret has 256 random bits: no salt, nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
