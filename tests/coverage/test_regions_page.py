"""The page «Регионы полиса» beyond the choice itself: the map, what a search answers, who chose what and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.clinics import commands as clinics
from doctorlike.coverage import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import commands as policies
from doctorlike.policies.commands.linking import link_policy
from doctorlike.policies.models import Policy
from doctorlike.policies.rules import LinkRole
from doctorlike.regions.rules import FederalDistrict, RegionCard, Tile, tile_map
from tests.coverage.builders import AT, BY, activate, network, policy, suspend
from tests.policies.builders import ANNA, BORIS, MITYA, account
from tests.policies.builders import policy as policy_of

AFTERNOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
NEXT_DAY = datetime(2026, 3, 21, 12, tzinfo=UTC)
database = pytest.mark.django_db


@dataclass(frozen=True)
class Anna:
    """At the page of her policy, whose programme is active."""

    user: User
    policy_id: UUID

    def sees(self, query: str = "", *, at: datetime = AFTERNOON, of: UUID | None = None, **headers: str) -> str:
        client = Client(headers=headers)
        client.force_login(self.user)
        with clock.moved_to(at):
            answer = client.get(reverse("regions:index", args=[of or self.policy_id]) + query)
        return words(answer)

    def chooses(self, *codes: str, at: datetime = AFTERNOON, by: Actor | None = None) -> None:
        by = by or Actor.user(self.user.pk)
        commands.select_regions(policy_id=self.policy_id, region_codes=codes, by=by, at=at)


@pytest.fixture
def with_scope(db: None) -> Callable[[str], Anna]:
    network()

    def open_page(scope: str) -> Anna:
        user = account(ANNA, email=ANNA.email)
        policy_id = policy(scope, starts_on=date(2026, 1, 10))
        policies.link_matching_policies(user_id=user.pk, by=Actor.user(user.pk), at=AT)
        activate(policy_id, user)
        return Anna(user, policy_id)

    return open_page


@pytest.fixture
def anna(with_scope: Callable[[str], Anna]) -> Anna:
    return with_scope("regions")


def words(answer: HttpResponse) -> str:
    return answer.content.decode().replace("\u00a0", " ")


def square(shown: str, region: str) -> str:
    """The region's square on the map, as it is drawn where there is room."""
    found = re.search(rf'<(?P<tag>a|g) [^>]*aria-label="{region}\.[^"]*"[^>]*>.*?</(?P=tag)>', shown)
    assert found, region
    return found[0]


def test_the_map_shows_counts_and_how_each_region_stands(anna: Anna) -> None:
    anna.chooses("RU-PER", at=AT)
    anna.chooses("RU-TA")
    shown = anna.sees()
    assert 'href="#region-RU-SAM" aria-label="Самарская область. Клиник: 1"' in square(shown, "Самарская область")
    assert 'id="region-RU-SAM"' in shown
    assert "Клиник: 1. Открыт" in square(shown, "Пермский край")
    assert "✓ 1<" in square(shown, "Пермский край")
    assert "Клиник: 0. Откроется 21 марта 2026" in square(shown, "Татарстан")
    assert "◷ 0<" in square(shown, "Татарстан")
    assert "Не входит в покрытие полиса" in square(shown, "Москва")
    assert "href" not in square(shown, "Москва")
    assert shown.count("<title>") >= 83, "a square for every region"


def test_no_style_or_script_stands_in_the_map(anna: Anna) -> None:
    drawn = re.findall(r"<svg class=\"country.*?</svg>", anna.sees(), re.DOTALL)
    assert len(drawn) > 2
    for one in drawn:
        assert not re.search(r"style|<script|\bon\w+=", one)


def test_whoever_cannot_choose_now_comes_from_the_map_to_the_clinics(anna: Anna) -> None:
    suspend(anna.policy_id, AFTERNOON)
    shown = anna.sees()
    assert f'href="{reverse("clinics:list")}?region=RU-SAM"' in square(shown, "Самарская область")
    assert 'type="checkbox"' not in shown


def test_the_lists_the_page_leads_to_are_of_its_own_policy(anna: Anna) -> None:
    of_the_capital = policy("moscow", starts_on=date(2026, 2, 1))
    policies.link_matching_policies(user_id=anna.user.pk, by=Actor.user(anna.user.pk), at=AT)
    anna.chooses("RU-SAM")
    client = Client()
    client.force_login(anna.user)
    for policy_id, clinic in ((anna.policy_id, "Клиника Самарская"), (of_the_capital, "Клиника Подмосковная")):
        with clock.moved_to(NEXT_DAY):
            page = words(client.get(reverse("regions:index", args=[policy_id])))
            (address, *_others) = re.findall(rf'href="({reverse("clinics:list")}\?region=RU-(?:SAM|MOS))"', page)
            assert clinic in words(client.get(address))


@pytest.mark.parametrize(
    ("scope", "fixed"),
    [("moscow", ["Москва", "Московская область"]), ("saint_petersburg", ["Санкт-Петербург", "Ленинградская область"])],
)
def test_a_fixed_scope_has_no_map_and_no_choice(
    with_scope: Callable[[str], Anna], scope: str, fixed: list[str]
) -> None:
    shown = with_scope(scope).sees()
    for name in fixed:
        assert name in shown
    assert "Клиник: 1" in shown
    assert 'class="country' not in shown
    assert 'type="checkbox"' not in shown
    assert "История выбора" not in shown


def test_the_whole_country_is_offered_to_its_policy(with_scope: Callable[[str], Anna]) -> None:
    shown = with_scope("russia").sees()
    assert len(re.findall(r'name="region" value="RU-', shown)) == 83
    assert "Не входит" not in shown


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("москва", "Не входят в покрытие вашего полиса: Москва"),
        ("vjcrdf", "Не входят в покрытие вашего полиса: Москва"),
        ("пермь", "Уже выбраны: Пермский край (откроется 21 марта 2026)"),
        ("щщщщщщщщ", "По запросу «щщщщщщщщ» региона не нашлось"),
    ],
)
def test_a_search_says_what_is_held_and_what_is_not_in_the_scope(anna: Anna, typed: str, answer: str) -> None:
    anna.chooses("RU-PER")
    shown = re.sub(r"\s+", " ", anna.sees(f"?q={typed}&region=RU-TA"))
    assert answer in shown
    assert 'value="RU-TA" checked' in shown
    assert 'class="country' not in shown, "what was found stands where one looks"


def test_history_tells_who_chose_when_and_from_when(anna: Anna) -> None:
    boris = account(BORIS)
    anna.chooses("RU-PER", "RU-SAM", at=AT)
    anna.chooses("RU-TA", by=Actor.staff(boris.pk))
    shown = re.sub(r"\s+", " ", anna.sees(at=NEXT_DAY))
    told = re.search(r"История выбора.*?</details>", shown)
    assert told
    first = told[0].index("Пермский край, Самарская область")
    assert told[0].index("Татарстан") < first
    assert (
        "20.03.2026 15:00, время московское. Кто выбрал: сотрудник контактного центра. Клиники открыты с 21 марта 2026."
        in told[0]
    )
    assert "01.03.2026 12:00, время московское. Кто выбрал: вы. Клиники открыты с 2 марта 2026." in told[0]


@database
def test_the_other_parent_reads_that_the_policyholder_chose() -> None:
    network()
    anna, boris = account(ANNA, email=ANNA.email), account(BORIS)
    policy_id = policy_of(MITYA, ANNA, percent=0)
    policies.link_matching_policies(user_id=anna.pk, by=Actor.user(anna.pk), at=AT)
    link_policy(policy=Policy.objects.get(pk=policy_id), user_id=boris.pk, role=LinkRole.PARENT, by=BY, at=AT)
    activate(policy_id, anna)
    Anna(anna, policy_id).chooses("RU-SAM")
    shown = Anna(boris, policy_id).sees()
    assert "Кто выбрал: страхователь. Клиники открыты с 21 марта 2026" in re.sub(r"\s+", " ", shown)


def test_the_page_asks_as_much_for_many_regions_and_clinics_as_for_few(anna: Anna) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            anna.sees()
        return len(captured)

    few = asked()
    rows = "".join(f'"Самарская обл, г Самара, ул Полевая, д.{number}",Клиника {number}\n' for number in range(30))
    clinics.import_clinics(content=f"address,clinic\n{rows}".encode(), file_name="l.csv", by=BY, at=AT)
    anna.chooses("RU-SAM", "RU-PER", "RU-TA", "RU-KGD", "RU-KAM")
    assert asked() == few


def test_the_confirmation_tells_the_day_of_each_region(anna: Anna) -> None:
    client = Client()
    client.force_login(anna.user)
    with clock.moved_to(AFTERNOON):
        answer = client.get(reverse("regions:confirm", args=[anna.policy_id]), {"region": ["RU-SAM", "RU-TA"]})
    assert words(answer).count("Откроется 21 марта 2026") == 2


def test_a_region_that_an_insurer_added_has_a_square_of_its_own() -> None:
    def region(code: str) -> RegionCard:
        return RegionCard(code, code, "Новая область", code, (), FederalDistrict.SOUTH, ("Europe/Moscow",))

    placed = tile_map(
        [region("RU-SAM"), *(region(f"XX-{number}") for number in range(20))], {"RU-SAM": Tile("Самара", 8, 5)}
    )
    assert placed["RU-SAM"].column == 8
    assert len({(one.column, one.row) for one in placed.values()}) == 21
    assert placed["XX-0"].label == "Новая"


def test_the_first_page_tells_of_regions_that_opened_today(anna: Anna) -> None:
    anna.chooses("RU-PER", "RU-SAM")
    client = Client()
    client.force_login(anna.user)

    def home(at: datetime) -> str:
        with clock.moved_to(at):
            return re.sub(r"\s+", " ", words(client.get(reverse("home:index"))))

    told = "Сегодня открылись ваши регионы"
    assert told not in home(AFTERNOON)
    assert told in home(NEXT_DAY)
    assert told not in home(NEXT_DAY + timedelta(days=1))
