"""The day a chosen region opens is told, once, to whoever the insured is reached at."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doctorlike.coverage import commands
from doctorlike.coverage.openings import tell_openings
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policies
from doctorlike.policies.commands.linking import link_policy
from doctorlike.policies.models import Policy
from doctorlike.policies.rules import LinkRole
from doctorlike.regions import commands as regions
from tests.coverage.builders import AT, BY, STARTS_ON, activate, policy, suspend
from tests.policies.builders import ANNA, MITYA, Someone, account
from tests.policies.builders import policy as policy_of

pytestmark = pytest.mark.django_db
CHOSEN_AT = datetime(2026, 4, 1, 12, tzinfo=UTC)
OPENS_ON = date(2026, 4, 2)
GROWN = Someone("Серова", "Вера", date(2001, 7, 1), "female", "+79270000044", "vera@mail.example")


@pytest.fixture(autouse=True)
def _regions() -> None:
    regions.load_shipped_regions(by=BY, at=AT)


def choose(policy_id: UUID, *codes: str, at: datetime = CHOSEN_AT) -> None:
    commands.select_regions(policy_id=policy_id, region_codes=codes, by=BY, at=at)


def sweep(on: date) -> int:
    return tell_openings(on=on, by=BY, at=datetime(on.year, on.month, on.day, 9, tzinfo=UTC))


def told() -> list[Message]:
    return list(Message.objects.filter(topic="region_opening").order_by("created_at", "id"))


@pytest.fixture
def annas() -> UUID:
    policy_id = policy("regions")
    activate(policy_id, account(ANNA, email=ANNA.email))
    return policy_id


def test_on_its_day_an_open_region_is_told_once(annas: UUID) -> None:
    choose(annas, "RU-SAM", "RU-TA")
    assert [sweep(OPENS_ON - timedelta(days=1)), sweep(OPENS_ON), sweep(OPENS_ON)] == [0, 1, 0]
    (letter,) = told()
    text = letter.text.replace("\u00a0", " ")
    assert letter.to == ANNA.email
    assert "С 2 апреля 2026" in text
    assert "Самарская область, Татарстан" in text
    assert f"/cabinet/policies/{annas}/regions/" in text
    assert sweep(OPENS_ON + timedelta(days=1)) == 0


def test_no_word_speaks_of_health_or_names_the_insured(annas: UUID) -> None:
    choose(annas, "RU-SAM")
    suspend(annas, CHOSEN_AT)
    sweep(OPENS_ON)
    (letter,) = told()
    assert not re.search(r"Анн|Серов|здоров|визит|врач|клиник|медицин|ЛПУ", letter.text + letter.subject, re.I)


def test_a_missed_day_is_made_up_for_and_an_old_one_is_no_news(annas: UUID) -> None:
    choose(annas, "RU-SAM")
    choose(annas, "RU-TA", at=CHOSEN_AT + timedelta(days=20))
    assert sweep(OPENS_ON + timedelta(days=31)) == 1
    (letter,) = told()
    assert "Татарстан" in letter.text
    assert "Самарская" not in letter.text


def test_regions_that_open_with_the_policy_are_told_with_the_day_from_which_it_pays(annas: UUID) -> None:
    choose(annas, "RU-SAM", at=AT)
    sweep(STARTS_ON)
    (letter,) = told()
    assert "24 марта 2026" in letter.text.replace("\u00a0", " ")
    choose(annas, "RU-TA")
    sweep(OPENS_ON)
    assert "временная франшиза" not in told()[1].text


def test_a_programme_that_stands_still_is_told_of(annas: UUID) -> None:
    choose(annas, "RU-SAM")
    suspend(annas, CHOSEN_AT + timedelta(hours=1))
    sweep(OPENS_ON)
    assert "приостановлена" in told()[0].text


def test_without_an_address_an_sms_names_the_first_few() -> None:
    policy_id = policy_of(GROWN, ANNA, percent=0)
    vera = account(GROWN)
    link_policy(policy=Policy.objects.get(pk=policy_id), user_id=vera.pk, role=LinkRole.SELF, by=BY, at=AT)
    activate(policy_id, account(ANNA, email=ANNA.email))
    choose(policy_id, "RU-SAM", "RU-TA", "RU-PER", "RU-KIR", "RU-UD")
    sweep(OPENS_ON)
    (message,) = told()
    assert (message.channel, message.to) == ("sms", GROWN.phone)
    assert "Кировская область, Пермский край, Самарская область и ещё 2" in message.text


def test_whoever_only_pays_is_not_told() -> None:
    policy_id = policy_of(GROWN, ANNA, percent=0)
    activate(policy_id, account(ANNA, email=ANNA.email))
    choose(policy_id, "RU-SAM")
    assert [sweep(OPENS_ON), sweep(OPENS_ON)] == [1, 0]
    assert told() == []


def test_a_childs_adult_is_told() -> None:
    policy_id = policy_of(MITYA, ANNA, percent=0)
    activate(policy_id, account(ANNA, email=ANNA.email))
    choose(policy_id, "RU-SAM")
    sweep(OPENS_ON)
    assert [one.to for one in told()] == [ANNA.email]


def test_a_contract_that_is_over_is_no_news(annas: UUID) -> None:
    choose(annas, "RU-SAM")
    policies.cancel_policy(policy_id=annas, insured_event=False, seen_refund=Money.zero(), by=BY, at=CHOSEN_AT)
    assert [sweep(OPENS_ON), sweep(OPENS_ON)] == [1, 0]
    assert told() == []


def test_many_policies_cost_as_many_questions_as_one() -> None:
    def queries_for(number: int) -> int:
        for one in range(number):
            serial = f"{Message.objects.count():02}{one:02}"
            who = Someone("Серова", "Анна", date(1988, 5, 14), "female", f"+7927001{serial}", f"a{serial}@mail.example")
            policy_id = policy("regions", insured=who)
            activate(policy_id, account(who))
            choose(policy_id, "RU-SAM")
        before = Message.objects.count()
        with CaptureQueriesContext(connection) as captured:
            sweep(OPENS_ON)
        sent = [one for one in captured if "notifications_message" in one["sql"] or "procrastinate" in one["sql"]]
        assert Message.objects.count() == before + number
        return len(captured) - len(sent)

    assert queries_for(1) == queries_for(4)
