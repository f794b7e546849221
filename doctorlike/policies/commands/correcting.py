"""Putting a misspelt name or a document's data right (docs/rules/correction.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import transaction

from doctorlike.accounts import queries as people
from doctorlike.accounts.commands import correcting as accounts
from doctorlike.audit import commands as audit
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.policies.errors import NothingCorrectedError
from doctorlike.policies.facts import PolicyCorrected
from doctorlike.policies.models import Correction, Policy

NAMES = ("surname", "given_name", "patronymic")


@transaction.atomic
def correct_person(
    *,
    policy_id: UUID,
    whom: Literal["insured", "policyholder"],
    names: dict[str, str],
    identity: dict[str, Any],
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Write a person of the contract as their document does. What was written before is kept, encrypted; every contract
    that names the same person publishes PolicyCorrected, so that its documents are made anew. Links stay.
    NothingCorrectedError when nothing differs, NotFoundError, refusals of `accounts.commands.correct_person`."""
    policy = locked(Policy.objects.only("insured_id", "policyholder_id"), pk=policy_id)
    person_id = policy.insured_id if whom == "insured" else policy.policyholder_id
    before = people.person(person_id)
    told: dict[str, Any] = {**people.identity_of(person_id), **{name: getattr(before, name) for name in NAMES}}
    changed = accounts.correct_person(person_id=person_id, names=names, identity=identity, by=by, at=at)
    if not changed:
        raise NothingCorrectedError
    Correction.objects.create(
        policy=policy,
        person_id=person_id,
        fields=list(changed),
        was={field: told.get(field, "") for field in changed},
        reason=reason,
        corrected_at=at,
        corrected_by=str(by),
    )
    for named_in in sorted(_naming(person_id)):
        audit.record(
            by=by,
            at=at,
            action="policy.corrected",
            subject_type="policy",
            subject_id=named_in,
            details={"fields": list(changed), "reason": reason, "whom": whom},
        )
        facts.publish(PolicyCorrected(named_in, at))


def _naming(person_id: UUID) -> set[UUID]:
    insured = Policy.objects.filter(insured=person_id).values_list("pk", flat=True)
    held = Policy.objects.filter(policyholder=person_id).values_list("pk", flat=True)
    return {*insured, *held}
