"""Putting right how a contract's person is written."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from doctorlike.accounts.models import Person
from doctorlike.accounts.rules import check_name
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked


@transaction.atomic
def correct_person(
    *, person_id: UUID, names: dict[str, str], identity: dict[str, Any], by: Actor, at: datetime
) -> tuple[str, ...]:
    """Put right how a contract's person is written: `names` (surname, given_name, patronymic) and parts of `identity`.
    Birth date and sex stay: the price and whose account it is rest on them. Returns the fields that changed; none when
    everything was so already. NotFoundError, refusals of `check_name`."""
    person = locked(Person.objects.all(), pk=person_id)
    written = {key: check_name(one) if one.strip() or key != "patronymic" else "" for key, one in names.items()}
    changed = [key for key, one in written.items() if getattr(person, key) != one]
    stored: dict[str, Any] = dict(person.identity or {})
    changed += [key for key, one in identity.items() if stored.get(key) != one]
    for key, one in written.items():
        setattr(person, key, one)
    person.identity = {**stored, **identity}
    if changed:
        person.save()
        audit.record(
            by=by,
            at=at,
            action="person.corrected",
            subject_type="person",
            subject_id=person_id,
            details={"fields": changed},
        )
    return tuple(changed)
