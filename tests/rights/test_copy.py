"""A copy of one's data: what is in it, who gets what, how long it can be fetched."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from doctorlike.accounts.models import User
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.rights import commands, queries
from doctorlike.rights.errors import CopyGoneError, CopyRecentlyError
from doctorlike.rights.models import DataCopy
from doctorlike.rights.rules import CopyState
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, account, policy

pytestmark = pytest.mark.django_db


def made_copy(user: User, at: Any = AT) -> UUID:
    copy_id = commands.ask_copy(user_id=user.pk, by=Actor.user(user.pk), at=at)
    commands.make_copy(copy_id=copy_id, by=BY, at=at)
    return copy_id


def contents(user: User, at: Any = AT) -> dict[str, Any]:
    content = queries.read_copy(user.pk, made_copy(user, at), at)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        told: dict[str, Any] = json.loads(bundle.read("data.json"))
    return told


def test_the_insured_takes_away_the_contract_with_its_people() -> None:
    anna = account(ANNA, email=ANNA.email)
    policy(ANNA)
    told = contents(anna)
    [contract] = told["contracts"]
    assert contract["insured"]["surname"] == "Серова"
    assert contract["premium"] == "9500.00"
    assert told["account"]["phone"] == ANNA.phone
    assert set(told) >= {"consents", "visits", "services", "disputes", "charges", "payments", "consultations"}
