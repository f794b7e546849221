"""How far somebody without their phone has come, kept for this browser: the mailbox proven, what was told."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace

from django.http import HttpRequest

from doctorlike.accounts.rules.recovery import STEPS_WITHIN

KEY = "recovering"


@dataclass(frozen=True, slots=True)
class Progress:
    """`fits` is None until number and birth date were told; what it is stands nowhere on a page. Neither the number
    nor the date is kept."""

    email: str
    proven_at: float
    fits: bool | None = None

    @property
    def is_old(self) -> bool:
        return time.time() - self.proven_at > STEPS_WITHIN.total_seconds()

    def told(self, *, fits: bool) -> Progress:
        return replace(self, fits=fits)


def begin(request: HttpRequest, email: str) -> None:
    keep(request, Progress(email, time.time()))


def keep(request: HttpRequest, progress: Progress) -> None:
    request.session[KEY] = asdict(progress)


def kept(request: HttpRequest) -> Progress | None:
    """None when the mailbox was not proven here, or too long ago."""
    told = request.session.get(KEY)
    progress = Progress(**told) if told else None
    return None if progress is None or progress.is_old else progress


def drop(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
