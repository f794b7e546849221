from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from doctorlike.appointments import commands, rules
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every, job


@every("7 * * * *")
def publish_due_slots() -> None:
    """New days of the horizon, by the business date: a clock that was moved on finds them all at the next run."""
    until = clock.today() + timedelta(days=rules.HORIZON_DAYS)
    commands.publish_slots(until=until, by=Actor.system("publish_due_slots"), at=clock.now())


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
