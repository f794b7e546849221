"""A policy of any scope, its programme, and the network it serves in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from doctorlike.accounts.models import User
from doctorlike.clinics import commands as clinics
from doctorlike.clinics import queries as directory
from doctorlike.clinics.queries import ClinicCard, ClinicFilters
from doctorlike.copay import commands as copay
from doctorlike.copay.models import EnrolmentSpan
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.policies import commands as policies
from doctorlike.products import commands as products
from doctorlike.regions import commands as regions
from tests.policies.builders import ANNA, Someone, person

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor.system("tests")
STARTS_ON = date(2026, 3, 10)
COVERED_ON = date(2026, 4, 1)
THERAPIST = "B01.047.001"
IMPLANT = "A16.07.054"
MRI = "A05.23.009"


LIST = """address,clinic
"Самарская обл, г Самара, ул Садовая, д.1",Клиника Самарская
"Пермский край, г Пермь, ул Садовая, д.1",Клиника Пермская
"г Москва, ул Садовая, д.1",Клиника Московская
"Московская обл, г Химки, ул Садовая, д.1",Клиника Подмосковная
"Ленинградская обл, г Гатчина, ул Садовая, д.1",Клиника Гатчинская
"""


def network() -> None:
    """A clinic in each of five regions."""
    regions.load_shipped_regions(by=BY, at=AT)
    clinics.import_clinics(content=LIST.encode(), file_name="list.csv", by=BY, at=AT)


def clinic_in(region_code: str) -> ClinicCard:
    filters = ClinicFilters(scope="russia", on=STARTS_ON, regions=(region_code,))
    return directory.search(filters).clinics[0]


def policy(scope: str = "regions", *, insured: Someone = ANNA, percent: int = 0, starts_on: date = STARTS_ON) -> UUID:
    insured_id = person(insured)
    return policies.issue_policy(
        version_id=products.seed_demo_product(by=BY, at=AT),
        policyholder_id=insured_id,
        insured_id=insured_id,
        programme="polyclinic",
        scope=scope,
        copay_percent=percent,
        starts_on=starts_on,
        premium=Money.of("9500.00"),
        contact_phone=insured.phone,
        contact_email=insured.email,
        order_id=None,
        by=BY,
        at=AT,
    )


def activate(policy_id: UUID, user: User, at: datetime = AT) -> None:
    """At 0 percent the programme is active as soon as the terms are accepted."""
    copay.start_enrolment(
        policy_id=policy_id,
        user_id=user.pk,
        payment_system="world",
        return_url="http://localhost:8000/cabinet/",
        consent=new_id(),
        by=Actor.user(user.pk),
        at=at,
    )


def suspend(policy_id: UUID, at: datetime) -> None:
    EnrolmentSpan.objects.filter(enrolment__policy=policy_id, ends_at__isnull=True).update(ends_at=at)
