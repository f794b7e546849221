"""Who does a thing: the `by` of every command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["user", "staff", "visitor", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` user: a client in an account; staff: insurer's, clinic's people and doctors; visitor: somebody not
    signed in (the shop); system: a job or the console, named by `ref`."""

    kind: Kind
    ref: str

    @classmethod
    def user(cls, user_id: UUID) -> Actor:
        return cls("user", str(user_id))

    @classmethod
    def staff(cls, user_id: UUID) -> Actor:
        return cls("staff", str(user_id))

    @classmethod
    def visitor(cls, ref: str) -> Actor:
        return cls("visitor", ref)

    @classmethod
    def system(cls, name: str) -> Actor:
        return cls("system", name)

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"
