"""Leaving an order and coming back to it (docs/rules/orders.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from doctorlike.kit import clock
from doctorlike.shop.errors import TooManyLettersError

FORGET_AFTER = timedelta(days=30)
# Somebody who asked for the link is told three days before the answers go.
TELL_AFTER = FORGET_AFTER - timedelta(days=3)
MOST_LETTERS_A_DAY = 3
SAME_LETTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Resume:
    """Where the link of an order was sent, lower-case address, and when (true instants, oldest first)."""

    email: str
    link: str
    sent: tuple[datetime, ...] = ()


def with_letter(resume: Resume | None, *, email: str, link: str, at: datetime) -> Resume | None:
    """What is kept once another letter goes out; None when it is the same wish within a minute (a double click).
    TooManyLettersError after three in a day, to whatever address."""
    lately = tuple(one for one in (resume.sent if resume else ()) if at - timedelta(days=1) < one)
    if resume and resume.email == email and lately and at - lately[-1] < SAME_LETTER:
        return None
    if len(lately) >= MOST_LETTERS_A_DAY:
        raise TooManyLettersError
    return Resume(email, link, (*lately, at))


def forgotten_on(changed_at: datetime) -> date:
    """The insurer's day until which the answers are kept."""
    return clock.insurer_date(changed_at + FORGET_AFTER)


def write_resume(resume: Resume) -> dict[str, Any]:
    return {"email": resume.email, "link": resume.link, "sent": [one.isoformat() for one in resume.sent]}


def read_resume(written: Mapping[str, Any] | None) -> Resume | None:
    if not written:
        return None
    resume = Resume(email=written["email"], link=written["link"])
    return replace(resume, sent=tuple(datetime.fromisoformat(one) for one in written["sent"]))
