from __future__ import annotations

from uuid import UUID

from procrastinate import RetryStrategy

from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import job
from doctorlike.telemed import commands


@job(retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def make_conclusion_document(consultation_id: str) -> None:
    commands.make_conclusion_pdf(consultation_id=UUID(consultation_id), by=Actor.system("telemed"))


@job(retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def make_addendum_document(addendum_id: str) -> None:
    commands.make_addendum_pdf(addendum_id=UUID(addendum_id), by=Actor.system("telemed"))
