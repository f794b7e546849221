"""«Кто смотрел мои данные»: by work, never by name, and only for who may see the records themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts.rules import Role
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.rights import queries
from doctorlike.rights.rules import READINGS_ON_A_PAGE
from tests.care.dispute_stage import colleague
from tests.desk.test_pages import browser_of
from tests.policies.builders import ANNA, AT, BORIS, MITYA, account, policy
from tests.telemed import test_consultations as talks

pytestmark = pytest.mark.django_db
TODAY = AT.date()
TEENAGER = date(2030, 4, 1)


def look(policy_id: UUID, by: Actor, *, at: datetime = AT, action: str = "medical.opened") -> None:
    details = {"reason": "complaint"} if action == "medical.opened" else {}
    audit.record(by=by, at=at, action=action, subject_type="policy", subject_id=policy_id, details=details)


def test_the_desk_that_opened_records_is_seen_by_the_client(on_site: Callable[[str], None]) -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    on_site("staff")
    operator = browser_of(Role.OPERATOR)
    operator.post(f"/desk/clients/{own}/open/", {"reason": "client_asked"})
    operator.get(f"/desk/clients/{own}/")
    read, opened = queries.readings_of(anna.pk, TODAY).lines
    assert (opened.reader, opened.reason) == ("Оператор контактного центра", "вы обратились с вопросом об услугах")
    assert (read.reader, read.reason) == ("Оператор контактного центра", "")
    assert "Сотрудникова" not in f"{read}{opened}"


def test_the_doctor_who_took_the_consultation_is_seen() -> None:
    anna, policy_id = talks.insured(ANNA)
    talks.ask(anna, policy_id)
    talks.take(talks.doctor("vera"))
    [line] = queries.readings_of(anna.pk, talks.NOW.date()).lines
    assert (line.reader, line.reason) == ("Врач телемедицины", "ваша консультация")
    assert "Врачова" not in str(line)


def test_whatever_else_was_done_is_not_in_it() -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    look(own, colleague("olga"), action="policy.corrected")
    assert queries.readings_of(anna.pk, TODAY).lines == []


def test_a_stranger_and_a_payer_see_nothing_of_it() -> None:
    boris = account(BORIS)
    look(policy(ANNA, BORIS), colleague("olga"))
    assert queries.readings_of(boris.pk, TODAY).lines == []


def test_an_adult_sees_who_looked_at_a_child_until_the_fifteenth_birthday() -> None:
    anna = account(ANNA)
    look(policy(MITYA, ANNA), colleague("olga"))
    [line] = queries.readings_of(anna.pk, TODAY).lines
    assert line.person == "Серов Д."
    assert queries.readings_of(anna.pk, TEENAGER).lines == []


def test_the_newest_come_first_and_the_rest_on_further_pages() -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    olga = colleague("olga")
    began = datetime(2026, 3, 2, tzinfo=UTC)
    for minute in range(READINGS_ON_A_PAGE + 1):
        look(own, olga, at=began + timedelta(minutes=minute))
    first, second = (queries.readings_of(anna.pk, TODAY, page) for page in (1, 2))
    assert (len(first.lines), first.has_more) == (READINGS_ON_A_PAGE, True)
    assert first.lines[0].at == began + timedelta(minutes=READINGS_ON_A_PAGE)
    assert ([one.at for one in second.lines], second.has_more) == ([began], False)


def test_the_trail_is_asked_once() -> None:
    anna = account(ANNA)
    own = policy(ANNA)
    for name in ("olga", "oleg", "irina"):
        look(own, colleague(name))
    with CaptureQueriesContext(connection) as asked:
        assert len(queries.readings_of(anna.pk, TODAY).lines) == 3
    assert len([one for one in asked if "audit_entry" in one["sql"]]) == 1
    assert len(asked) == 4
