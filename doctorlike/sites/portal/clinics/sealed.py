"""What a client looks for, sealed into the address of the answer.

People type what they are ill with, and their device tells where they are. The search is posted; the address it leads
to holds the answers encrypted and bound to the account. So the logs of servers and proxies between us, the history of a
shared browser and an address sent to somebody tell nothing, while the back button, pages of a list and several tabs
work, and no state is kept anywhere. Places of devices are rounded to some hundred metres before they are sealed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.fernet import InvalidToken

from doctorlike.kit import crypto

PARAMETER = "for"
# Of an address typed or linked by hand: what says nothing of anybody's health or whereabouts.
OPEN = ("region", "open", "online")
LONGEST_ANSWER = 200
_LONGEST_SEAL = 8_000

Told = dict[str, str]


def sealed(told: Mapping[str, Any], user_id: UUID) -> str:
    """The answers as a part of an address; empty for none. Nothing is said of fields left empty."""
    said = {name: str(value)[:LONGEST_ANSWER] for name, value in told.items() if value not in (None, "", False)}
    if not said:
        return ""
    return crypto.encrypt(json.dumps([user_id.hex, said], ensure_ascii=False).encode()).decode()


def opened(seal: str, user_id: UUID) -> Told:
    """The answers again; nothing of somebody else's seal, a broken one or one of a key that is gone."""
    if not seal or len(seal) > _LONGEST_SEAL:
        return {}
    try:
        owner, said = json.loads(crypto.decrypt(seal.encode(errors="replace")))
    except InvalidToken:
        return {}
    return dict(said) if owner == user_id.hex else {}
