"""The page «Регионы полиса»: choosing on a phone, without scripts."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import commands as policies
from doctorlike.policies.models import PolicyLink
from tests.coverage.builders import AT, activate, network, policy, suspend
from tests.policies.builders import ANNA, BORIS, account

pytestmark = pytest.mark.django_db
AFTERNOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
LAST_SECOND = datetime(2026, 3, 20, 20, 59, 59, tzinfo=UTC)


@pytest.fixture
def anna() -> User:
    network()
    return account(ANNA)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def linked(user: User, scope: str = "regions", starts_on: date = date(2026, 1, 10)) -> UUID:
    policy_id = policy(scope, starts_on=starts_on)
    policies.link_matching_policies(user_id=user.pk, by=Actor.user(user.pk), at=AT)
    assert PolicyLink.objects.filter(policy=policy_id, user=user.pk).exists()
    return policy_id


def words(answer: HttpResponse) -> str:
    """What the page says, with the spaces that keep a date together as plain ones."""
    return answer.content.decode().replace("\u00a0", " ")


def page(client: Client, policy_id: UUID, query: str = "") -> str:
    with clock.moved_to(AFTERNOON):
        return words(client.get(reverse("regions:index", args=[policy_id]) + query))


def test_regions_are_listed_by_district_with_their_clinics(anna: User) -> None:
    policy_id = linked(anna)
    activate(policy_id, anna)
    shown = page(signed_in(anna), policy_id)
    assert "Приволжский федеральный округ" in shown
    assert "Самарская область" in shown
    assert 'value="RU-SAM"' in shown
    assert 'value="RU-MOW"' not in shown
    assert "21 марта 2026" in shown


@pytest.mark.parametrize("typed", ["самара", "cfvfhf", "сасара", "куйбышев"])
def test_quick_search_forgives_and_keeps_what_was_ticked(anna: User, typed: str) -> None:
    policy_id = linked(anna)
    activate(policy_id, anna)
    shown = page(signed_in(anna), policy_id, f"?region=RU-TA&q={typed}")
    assert "Самарская область" in shown
    assert 'value="RU-TA" checked' in shown
    assert "Пермский край" not in shown


def test_the_day_is_said_before_it_is_confirmed(anna: User) -> None:
    policy_id = linked(anna)
    activate(policy_id, anna)
    client = signed_in(anna)
    address = reverse("regions:confirm", args=[policy_id])
    with clock.moved_to(LAST_SECOND):
        asked = words(client.get(address, {"region": ["RU-SAM", "RU-TA"]}))
        assert "21 марта 2026" in asked
        assert not RegionSelection.objects.exists()
        told = {"region": ["RU-SAM", "RU-TA"], "opens_on": "2026-03-21"}
        answer = words(client.post(address, told, follow=True))
    assert "Регионы выбраны, клиники откроются 21 марта 2026." in answer
    assert "Откроется 21 марта 2026" in answer
    assert RegionSelection.objects.filter(policy=policy_id, serves_from_on=date(2026, 3, 21)).count() == 2


def test_at_midnight_the_new_day_is_said_before_anything_is_chosen(anna: User) -> None:
    policy_id = linked(anna)
    activate(policy_id, anna)
    client = signed_in(anna)
    told = {"region": ["RU-SAM"], "opens_on": "2026-03-21"}
    with clock.moved_to(datetime(2026, 3, 20, 21, 0, 0, tzinfo=UTC)):
        answer = client.post(reverse("regions:confirm", args=[policy_id]), told)
    assert answer.status_code == 200
    assert "22 марта 2026" in words(answer)
    assert not RegionSelection.objects.exists()


def test_nothing_ticked_is_said_in_words(anna: User) -> None:
    policy_id = linked(anna)
    activate(policy_id, anna)
    with clock.moved_to(AFTERNOON):
        answer = signed_in(anna).get(reverse("regions:confirm", args=[policy_id]), follow=True)
    assert "Отметьте хотя бы один регион" in words(answer)


def test_a_fixed_scope_shows_its_regions_and_no_choice(anna: User) -> None:
    policy_id = linked(anna, scope="moscow")
    activate(policy_id, anna)
    shown = page(signed_in(anna), policy_id)
    assert "Московская область" in shown
    assert "закреплены" in shown
    assert 'type="checkbox"' not in shown


def test_without_the_programme_the_page_leads_to_activation(anna: User) -> None:
    policy_id = linked(anna)
    shown = page(signed_in(anna), policy_id)
    assert reverse("activation:index", args=[policy_id]) in shown
    assert 'type="checkbox"' not in shown
    activate(policy_id, anna)
    suspend(policy_id, AT)
    assert "приостановлена" in page(signed_in(anna), policy_id)


def test_boris_finds_nothing_of_annas(anna: User) -> None:
    policy_id = linked(anna)
    activate(policy_id, anna)
    client = signed_in(account(BORIS))
    for address in (reverse("regions:index", args=[policy_id]), reverse("regions:confirm", args=[policy_id])):
        assert client.get(address).status_code == 404
        assert client.post(address, {"region": "RU-SAM", "opens_on": "2026-03-21"}).status_code in (404, 405)
    assert not RegionSelection.objects.exists()
    assert Client().get(reverse("regions:index", args=[policy_id])).status_code == 302
