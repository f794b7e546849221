"""Jobs of this app."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.kit import clock
from doctorlike.kit.jobs import every, job
from doctorlike.payments import commands
from doctorlike.payments.commands.events import NoReplyError


@job(retry=RetryStrategy(max_attempts=12, exponential_wait=2, retry_exceptions=[NoReplyError]))
def ask_about_event(event_id: str) -> None:
    commands.settle_event(event_id=UUID(event_id), at=clock.now())


@every("* * * * *")
def settle_unknown() -> None:
    commands.settle_unknown(at=clock.now())


@job()
def return_money(refund_id: str) -> None:
    commands.send_refund(refund_id=UUID(refund_id), at=clock.now())


@every("* * * * *")
def settle_refunds() -> None:
    commands.settle_refunds(at=clock.now())
