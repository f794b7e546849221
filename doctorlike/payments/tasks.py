"""Jobs of this app."""

from __future__ import annotations

from uuid import UUID

from doctorlike.kit import clock
from doctorlike.kit.jobs import every, job
from doctorlike.payments import commands
from doctorlike.payments.commands.events import INBOX


# A queue of its own: where notifications are many, workers may be given to it alone.
@job(queue="acquirer", queueing_lock=INBOX)
def ask_about_events() -> None:
    commands.settle_events(at=clock.now())


@every("* * * * *", queue="acquirer")
def sweep_events() -> None:
    commands.settle_events(at=clock.now())


@job()
def ask_about_event(event_id: str) -> None:
    """One enqueued before hints were taken many at once."""
    commands.settle_events(at=clock.now())


@every("* * * * *")
def settle_unknown() -> None:
    commands.settle_unknown(at=clock.now())


@job()
def return_money(refund_id: str) -> None:
    commands.send_refund(refund_id=UUID(refund_id), at=clock.now())


@every("* * * * *")
def settle_refunds() -> None:
    commands.settle_refunds(at=clock.now())
