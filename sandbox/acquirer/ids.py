"""Identifiers in the acquirer's shape: time first, then the kind of object, then chance."""

import secrets
from typing import Literal

# YooKassa counts seconds from a start of its own; 2000-01-01 keeps the first group eight digits for a century.
_START_SECONDS = 946_684_800
_KINDS = {"payment": "000f", "refund": "0015", "method": "0010"}


def new_id(kind: Literal["payment", "refund", "method"], now_ms: int) -> str:
    """An unguessable id: the hosted page is open to whoever knows it, as the real one is."""
    chance = secrets.token_hex(8)
    return f"{now_ms // 1000 - _START_SECONDS:08x}-{_KINDS[kind]}-5{chance[:3]}-8{chance[3:6]}-{secrets.token_hex(6)}"
