"""Idempotence keys: the same key and data give the same object for 24 hours, other data are refused."""

import hashlib
import json
from typing import Any

from sandbox.acquirer.errors import ApiError, invalid
from sandbox.storage import Database

REMEMBERED_MS = 24 * 3600 * 1000
LONGEST_KEY = 64


def checked_key(given: str | None) -> str:
    """The key of a request. Raises ApiError `invalid_request` when it is missing or too long."""
    if not given:
        raise invalid("Idempotence-Key", "Idempotence key is required")
    if len(given) > LONGEST_KEY:
        raise invalid("Idempotence-Key", f"Idempotence key is longer than {LONGEST_KEY} characters")
    return given


def fingerprint(path: str, body: dict[str, Any]) -> str:
    """What makes two requests the same: where they go and what they say, whatever the order of the fields."""
    said = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{path}\n{said}".encode()).hexdigest()


def remembered(db: Database, shop_id: str, key: str, print_: str, now_ms: int) -> tuple[str, str] | None:
    """(kind, id) of the object this key made before, or nothing. Raises ApiError when it was used for other data."""
    row = db.one("SELECT * FROM idempotence_keys WHERE shop_id = ? AND key = ?", (shop_id, key))
    if row is None:
        return None
    if now_ms - row["created_at"] >= REMEMBERED_MS:
        db.write("DELETE FROM idempotence_keys WHERE shop_id = ? AND key = ?", (shop_id, key))
        return None
    if row["fingerprint"] != print_:
        raise ApiError("invalid_request", "Idempotence key duplicated", "Idempotence-Key")
    return row["kind"], row["object_id"]


def remember(db: Database, shop_id: str, key: str, print_: str, kind: str, object_id: str, now_ms: int) -> None:
    """Keeps the key; call it in the transaction that made the object."""
    db.insert(
        "idempotence_keys",
        shop_id=shop_id,
        key=key,
        fingerprint=print_,
        kind=kind,
        object_id=object_id,
        created_at=now_ms,
    )


def forget_old(db: Database, now_ms: int) -> int:
    """Drops the keys older than 24 hours; returns how many."""
    return db.write("DELETE FROM idempotence_keys WHERE created_at <= ?", (now_ms - REMEMBERED_MS,))
