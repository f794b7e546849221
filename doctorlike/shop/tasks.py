"""Jobs of the shop."""

from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job
from doctorlike.shop import commands

BY = Actor.system("shop")


@job(retry=RetryStrategy(max_attempts=5, exponential_wait=10))
def deliver_documents(order_id: str) -> None:
    """Documents of an issued order, made and sent once."""
    commands.send_documents(order_id=UUID(order_id), by=BY, at=clock.now())


@every("*/10 * * * *")
def deliver_late_documents() -> None:
    """Orders whose job was lost get another."""
    for order_id in commands.undelivered_orders(clock.now()):
        deliver_documents.configure(lock=f"order:{order_id}").defer(order_id=str(order_id))


@every("17 3 * * *")
def forget_given_up_orders() -> None:
    """Answers of orders that nobody finished are not kept."""
    commands.expire_orders(by=BY, at=clock.now())
