"""The directory and a clinic's page, as Anna's policy sees them."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.clinics import commands as clinics
from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.coverage import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.policies import commands as policies
from tests.coverage.builders import AT, BY, IMPLANT, MRI, THERAPIST, activate, clinic_in, network, policy
from tests.policies.builders import ANNA, account

pytestmark = pytest.mark.django_db
IN_APRIL = datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def anna() -> User:
    network()
    return account(ANNA)


@pytest.fixture
def client(anna: User) -> Client:
    signed_in = Client()
    signed_in.force_login(anna)
    return signed_in


def linked(anna: User, *regions: str, percent: int = 0) -> UUID:
    policy_id = policy("regions", percent=percent)
    policies.link_matching_policies(user_id=anna.pk, by=Actor.user(anna.pk), at=AT)
    if percent == 0:
        activate(policy_id, anna)
        if regions:
            commands.select_regions(policy_id=policy_id, region_codes=regions, by=BY, at=AT)
    return policy_id


def words(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def directory(client: Client, query: str = "", at: datetime = IN_APRIL) -> str:
    with clock.moved_to(at):
        return words(client.get(reverse("clinics:index") + query))


def price(clinic_id: UUID, code: str, roubles: str) -> None:
    ServicePrice.objects.create(
        clinic_id=clinic_id,
        service_code=code,
        service_name=f"Услуга {code}",
        price=roubles,
        valid_from_on=date(2026, 1, 1),
    )


def test_without_a_policy_the_page_says_what_will_be_here(client: Client) -> None:
    assert "Здесь будут клиники вашего полиса" in directory(client)


def test_without_regions_the_directory_leads_to_choosing_them(anna: User, client: Client) -> None:
    policy_id = linked(anna)
    shown = directory(client)
    assert "Регионы ещё не выбраны" in shown
    assert reverse("regions:index", args=[policy_id]) in shown


def test_only_the_policys_regions_are_shown(anna: User, client: Client) -> None:
    linked(anna, "RU-SAM")
    shown = directory(client)
    assert "Клиника Самарская" in shown
    assert "Клиника Пермская" not in shown
    assert "Клиника Московская" not in shown


def test_a_pending_region_is_shown_with_the_day_it_opens(anna: User, client: Client) -> None:
    policy_id = linked(anna, "RU-SAM")
    commands.select_regions(policy_id=policy_id, region_codes=["RU-PER"], by=BY, at=IN_APRIL)
    shown = directory(client)
    assert "Клиника Пермская" in shown
    assert "Откроется 2 апреля 2026" in shown


def test_the_list_of_a_region_can_be_seen_before_it_is_chosen(anna: User, client: Client) -> None:
    linked(anna, "RU-SAM")
    shown = directory(client, "?region=RU-PER")
    assert "Клиника Пермская" in shown
    assert "Регион не выбран" in shown
    assert "Клиника Московская" not in directory(client, "?region=RU-MOW")


@pytest.mark.parametrize(
    "query", ["?q=пермская", "?page=x&region=%00&specialty=nobody", "?for=AAAA", "?for=%00", "?page=99999&map=1"]
)
def test_wrong_addresses_do_no_harm(anna: User, client: Client, query: str) -> None:
    """Words in an address typed by hand are not read at all: nobody shall get used to writing them there."""
    linked(anna, "RU-SAM", "RU-PER")
    shown = directory(client, query)
    assert "Клиника Самарская" in shown or "page=99999" in query


def test_ten_and_a_hundred_clinics_cost_the_same_queries(anna: User, client: Client) -> None:
    linked(anna, "RU-SAM")

    def queries_for(number: int) -> int:
        rows = "".join(f'"Самарская обл, г Самара, ул Полевая, д.{n}",Клиника {n},\n' for n in range(number))
        clinics.import_clinics(content=f"address,clinic,phone\n{rows}".encode(), file_name="l.csv", by=BY, at=AT)
        directory(client)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            directory(client)
        return len(captured)

    assert queries_for(10) == queries_for(100)


def test_a_clinics_page_tells_my_price_and_what_is_not_covered(anna: User, client: Client) -> None:
    linked(anna, "RU-SAM")
    clinic = clinic_in("RU-SAM")
    for code, roubles in ((THERAPIST, "1900.00"), (IMPLANT, "38000.00"), (MRI, "6400.00")):
        price(clinic.id, code, roubles)
    with clock.moved_to(IN_APRIL):
        shown = words(client.get(reverse("clinics:card", args=[clinic.id])))
    assert "1 900,00 ₽" in shown
    assert "Покрыто" in shown
    assert "Программа полиса не включает эту услугу." in shown
    assert "Сегодня визит сюда полис не покроет" not in shown


def test_every_reason_is_told_in_words_before_leaving_home(anna: User, client: Client) -> None:
    linked(anna, percent=30)
    clinic = clinic_in("RU-SAM")
    price(clinic.id, THERAPIST, "1000.05")
    with clock.moved_to(datetime(2026, 3, 12, 9, tzinfo=UTC)):
        shown = words(client.get(reverse("clinics:card", args=[clinic.id])))
    for reason in ("страхование начнётся 24 марта 2026", "программа ещё не подключена", "регион ещё не выбран"):
        assert reason in shown
    assert "300,02 ₽" in shown
    assert "700,03 ₽" in shown


def test_phones_are_for_tapping_and_the_zone_is_named_where_it_differs(anna: User, client: Client) -> None:
    linked(anna, "RU-SAM")
    clinic = clinic_in("RU-SAM")
    Clinic.objects.filter(pk=clinic.id).update(phones=[["+78460000001", "12"]], hours=[[[480, 1200]]] * 7)
    with clock.moved_to(IN_APRIL):
        shown = words(client.get(reverse("clinics:card", args=[clinic.id])))
    assert "tel:+78460000001;ext=12" in shown
    assert "08:00–20:00" in shown
    assert "МСК+1" in shown


def test_booking_online_is_offered_only_where_the_clinic_has_it(anna: User, client: Client) -> None:
    linked(anna, "RU-SAM")
    clinic = clinic_in("RU-SAM")
    book = reverse("visits:book", args=[clinic.id])
    with clock.moved_to(IN_APRIL):
        assert book not in words(client.get(reverse("clinics:card", args=[clinic.id])))
        Clinic.objects.filter(pk=clinic.id).update(online_booking=True)
        assert book in words(client.get(reverse("clinics:card", args=[clinic.id])))


def test_an_unknown_clinic_is_not_found(anna: User, client: Client) -> None:
    assert client.get(reverse("clinics:card", args=[new_id()])).status_code == 404
    assert Client().get(reverse("clinics:index")).status_code == 302
