"""Jobs of the shop."""

from __future__ import annotations

from datetime import datetime
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


@job(retry=RetryStrategy(max_attempts=5, exponential_wait=10))
def deliver_corrected_documents(policy_id: str, corrected_at: str) -> None:
    """New versions of a corrected policy's documents, made and sent once."""
    commands.send_corrected_documents(
        policy_id=UUID(policy_id), corrected_at=datetime.fromisoformat(corrected_at), by=BY, at=clock.now()
    )


@every("17 3 * * *")
def forget_given_up_orders() -> None:
    """Answers of orders that nobody finished are not kept."""
    commands.expire_orders(by=BY, at=clock.now())


@every("47 6 * * *")
def tell_expiring_drafts() -> None:
    """Those who asked for the link of their draft learn three days ahead that it will be deleted."""
    commands.tell_expiring_drafts(by=BY, at=clock.now())


@every("41 5 * * *")
def offer_due_renewals() -> None:
    """Policyholders whose contracts end soon are written to, once; by the business date."""
    commands.offer_renewals(by=BY, at=clock.now())


@every("*/15 * * * *")
def hand_over_due_gifts() -> None:
    """Gifts whose day has come reach their people; by the business date."""
    commands.hand_over_gifts(by=BY, at=clock.now())
