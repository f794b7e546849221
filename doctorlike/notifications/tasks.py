from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.kit import clock
from doctorlike.kit.jobs import job
from doctorlike.notifications import commands
from doctorlike.notifications.gateways import UnreachableError
from doctorlike.notifications.rules import MOST_TRIES


@job(retry=RetryStrategy(max_attempts=MOST_TRIES, exponential_wait=3, retry_exceptions=[UnreachableError]))
def deliver(message_id: str) -> None:
    commands.deliver_message(message_id=UUID(message_id), at=clock.now())
