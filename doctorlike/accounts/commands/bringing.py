"""People of contracts that were concluded elsewhere, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from doctorlike.accounts.commands.people import name_person
from doctorlike.accounts.models import Person
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class NewPerson:
    """As `create_person` takes one."""

    surname: str
    given_name: str
    patronymic: str
    born_on: date
    sex: str
    identity: Mapping[str, Any]


@transaction.atomic
def create_people(people: Sequence[NewPerson], *, by: Actor, at: datetime) -> list[UUID]:
    """As `create_person`, of many, set by set; ids in the order of the people. The refusals of one stop all."""
    rows = []
    for one in people:
        row = Person(identity=dict(one.identity), created_at=at)
        name_person(row, one.surname, one.given_name, one.patronymic, one.born_on, one.sex, at)
        rows.append(row)
    Person.objects.bulk_create(rows, batch_size=_AT_ONCE)
    ids = [row.pk for row in rows]
    audit.record_many(by=by, at=at, action="person.created", subject_type="person", subject_ids=[*ids])
    return ids
