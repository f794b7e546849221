"""Boris is insured by Anna. He links the policy in his own account and sees what is done under it; she sees the
contract and what was paid, on every page, whether the shop sold the policy or it came from a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.care import commands as care
from doctorlike.care import queries as visits
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.policies import commands, queries
from doctorlike.policies.models import Policy
from doctorlike.products import commands as products
from doctorlike.products.commands.publishing import DEMO_CODE
from tests.appointments import builders
from tests.care.test_registers import AT as LOADED_AT
from tests.care.test_registers import file, row
from tests.policies.builders import ANNA, AT, BORIS, BY, account, policy
from tests.policies.lists import ANNAS, BORISES, as_csv

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 4, 12, 9, tzinfo=UTC)
MEDICAL = ("терапевт", "Клиника на Ленина", "ул. Ленина", "1 апреля", "01.04")


@dataclass(frozen=True)
class Two:
    """The policy, whose visit on 1 April was told by its clinic, and both accounts."""

    anna: User
    boris: User
    policy_id: UUID


def from_the_list() -> UUID:
    products.seed_demo_product(by=BY, at=AT)
    row_told = {**ANNAS, **BORISES, "Продукт": DEMO_CODE}
    commands.import_policies(content=as_csv(row_told), apply=True, by=BY, at=AT)
    return queries.find_by_number("ONDL-300100").id


def from_the_shop() -> UUID:
    """Bought with Anna's contacts and handed to Boris as a gift is."""
    policy_id = policy(BORIS, ANNA)
    commands.hand_over_policy(policy_id=policy_id, phone=BORIS.phone, email=BORIS.email, by=BY, at=AT)
    return policy_id


@pytest.fixture(params=[from_the_list, from_the_shop])
def two(request: pytest.FixtureRequest, on_site: Callable[[str], None]) -> Two:
    on_site("portal")
    anna, boris = account(ANNA), account(BORIS)
    policy_id = request.param()
    builders.cover(policy_id, boris)
    found = Policy.objects.select_related("insured").get(pk=policy_id)
    care.import_register(content=file(row(found, builders.clinic())), file_name="апрель.csv", by=BY, at=LOADED_AT)
    return Two(anna, boris, policy_id)


def page(user: User, address: str) -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\u00a0", " ")


def test_the_policy_stands_in_the_insureds_account_alone(two: Two) -> None:
    today = clock.insurer_date(LATER)
    assert [(one.id, one.role) for one in queries.policies_of(two.boris.pk, today)] == [(two.policy_id, "self")]
    assert queries.policies_of(two.anna.pk, today) == []


def test_the_insured_sees_the_visit_and_the_share(two: Two) -> None:
    with clock.moved_to(LATER):
        shown = page(two.boris, reverse("services:index"))
    assert "Клиника на Ленина" in shown
    assert "300,02 ₽" in shown


def test_the_policyholder_sees_the_contract_and_the_premium(two: Two) -> None:
    with clock.moved_to(LATER):
        shown = page(two.anna, reverse("policy:show", args=[two.policy_id]))
        assert queries.policy(two.policy_id).number in shown
        assert "9 500,00 ₽" in shown
        assert queries.policy(two.policy_id).number in page(two.anna, reverse("policy:index"))


def test_no_page_of_the_policyholder_tells_what_was_done(two: Two) -> None:
    stay = ["home:index", "services:index", "visits:index", "clinics:index", "cards:index", "policy:index"]
    stay += ["documents:index", "rights:index", "rights:readings"]
    with clock.moved_to(LATER):
        for address in (*map(reverse, stay), reverse("policy:show", args=[two.policy_id])):
            shown = page(two.anna, address)
            assert [word for word in MEDICAL if word in shown] == [], address


def test_addresses_of_the_insured_do_not_exist_for_the_policyholder(two: Two) -> None:
    (visit,) = visits.encounters_of([two.policy_id])
    charge_id = Charge.objects.values_list("pk", flat=True).get(policy=two.policy_id)
    closed = [
        reverse("services:encounter", args=[visit.id]),
        reverse("services:open_dispute", args=[visit.lines[0].id]),
        reverse("charges:charge", args=[charge_id]),
        reverse("regions:index", args=[two.policy_id]),
        reverse("activation:index", args=[two.policy_id]),
    ]
    for user, status in ((two.boris, 200), (two.anna, 404)):
        browser = Client()
        browser.force_login(user)
        with clock.moved_to(LATER):
            assert [(one, browser.get(one).status_code) for one in closed] == [(one, status) for one in closed]


def test_the_insured_does_not_end_the_contract_and_the_policyholder_may(two: Two) -> None:
    address = reverse("policy:cancel", args=[two.policy_id])
    for user, status in ((two.boris, 404), (two.anna, 200)):
        browser = Client()
        browser.force_login(user)
        with clock.moved_to(LATER):
            assert browser.get(address).status_code == status
