from __future__ import annotations

from datetime import date
from uuid import UUID

from doctorlike.appointments import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job


@every("7 * * * *")
def publish_due_slots() -> None:
    """New days of each clinic's horizon, by the business date: a clock that was moved on finds them all at the next
    run."""
    commands.publish_slots(by=Actor.system("publish_due_slots"), at=clock.now())


@every("*/10 * * * *")
def cancel_visits_of_ended_contracts() -> None:
    """Visits that were being booked at the very moment their contract ended."""
    commands.cancel_visits_of_ended_policies(at=clock.now())


@job()
def tell_of_departure(*, clinic_id: str, scopes: list[str], left_on: str) -> None:
    commands.tell_clients_of_departure(
        clinic_id=UUID(clinic_id), scopes=scopes, left_on=date.fromisoformat(left_on), at=clock.now()
    )


@job()
def tell_of_stay(*, clinic_id: str, scopes: list[str]) -> None:
    commands.tell_clients_of_stay(clinic_id=UUID(clinic_id), scopes=scopes, at=clock.now())


@every("* * * * *")
def tend_waiting_lists() -> None:
    """Offers nobody answered, places whose time is over, times that became free unnoticed."""
    at = clock.now()
    commands.end_waiting(at=at)
    commands.pass_unanswered_offers(at=at)
    commands.offer_free_time(at=at)


@job()
def offer_left_time(*, slot_ids: list[str]) -> None:
    commands.offer_left_time(slot_ids=[UUID(one) for one in slot_ids], at=clock.now())


@every("* * * * *")
def remind_of_visits() -> None:
    """By the business clock, so a clock that was moved on finds what is due."""
    commands.send_due_reminders(at=clock.now())


@job()
def publish_slots_of(*, clinic_id: str) -> None:
    """After the clinic moved its horizon."""
    commands.publish_slots(clinic_id=UUID(clinic_id), by=Actor.system("publish_due_slots"), at=clock.now())


@job()
def tell_of_taken_times(*, clinic_id: str, account_url: str) -> None:
    commands.tell_clients_of_taken_times(clinic_id=UUID(clinic_id), account_url=account_url, at=clock.now())
