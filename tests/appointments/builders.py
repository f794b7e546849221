"""A clinic with doctors and slots, and policies that may book there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from doctorlike.accounts.models import User
from doctorlike.appointments import commands
from doctorlike.appointments.models import Doctor, Slot, WeeklyPattern
from doctorlike.clinics.models import Clinic, NetworkMembership, ServicePrice
from doctorlike.copay.models import Enrolment, EnrolmentSpan
from doctorlike.coverage.models import RegionSelection
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments.models import Card
from doctorlike.regions.models import Region
from tests.policies import builders as people

BY = Actor.system("tests")
# A Wednesday in Samara, 10:00 by its clock; the policies below are insured from the day before.
NOW = datetime(2026, 3, 25, 6, tzinfo=UTC)
TODAY = date(2026, 3, 25)
THERAPIST = "B01.047.001"


def clinic(name: str = "Клиника на Ленина", *, region: str = "RU-SAM", zone: str = "Europe/Samara") -> Clinic:
    """In the network of regional policies, with online booking and a price for a therapist's visit."""
    Region.objects.get_or_create(
        code=region,
        defaults={
            "name": f"Область {region}",
            "name_en": region,
            "short_name": region,
            "federal_district": "volga",
            "zones": [zone],
            "sort_key": region,
        },
    )
    made = Clinic.objects.create(
        source_key=f"tests-{name}",
        name=name,
        region_id=region,
        address="ул. Ленина, 14",
        zone=zone,
        phones=[["+78460000000", ""]],
        online_booking=True,
    )
    NetworkMembership.objects.create(clinic=made, scope="regions", from_on=date(2025, 1, 1))
    ServicePrice.objects.create(
        clinic=made,
        service_code=THERAPIST,
        service_name="Прием врача-терапевта",
        price=Money.of("1200.00"),
        valid_from_on=date(2025, 1, 1),
    )
    return made


def doctor(
    at_clinic: Clinic,
    name: str = "Старшова Ирина Павловна",
    *,
    hours: tuple[time, time] = (time(8), time(14)),
    minutes: int = 30,
    weekdays: Sequence[int] = range(7),
    specialty: str = "therapist",
) -> Doctor:
    made = Doctor.objects.create(
        clinic=at_clinic, full_name=name, specialty_code=specialty, service_code=THERAPIST, room="214"
    )
    for weekday in weekdays:
        WeeklyPattern.objects.create(
            doctor=made,
            weekday=weekday,
            from_local=hours[0],
            to_local=hours[1],
            slot_minutes=minutes,
            valid_from_on=date(2026, 1, 1),
        )
    return made


def publish(until: date = date(2026, 4, 1), *, at: datetime = NOW) -> int:
    return commands.publish_slots(until=until, by=BY, at=at)


def slots(of: Doctor, on: date = date(2026, 3, 26)) -> list[Slot]:
    return list(Slot.objects.filter(doctor=of, visit_on=on).order_by("starts_at"))


def covered_policy(who: people.Someone, user: User, *, percent: int = 30, region: str = "RU-SAM") -> UUID:
    """In force, past its waiting period, programme active, region open."""
    policy_id = people.policy(who, percent=percent)
    return cover(policy_id, user, percent=percent, region=region)


def cover(policy_id: UUID, user: User, *, percent: int = 30, region: str = "RU-SAM") -> UUID:
    card = None
    if percent:
        card = Card.objects.create(
            owner=user,
            shop_id="100001",
            token=str(new_id()),
            brand="Mir",
            last_four="4417",
            expires_year=2030,
            expires_month=1,
            bound_at=people.AT,
        )
    enrolment = Enrolment.objects.create(
        policy_id=policy_id,
        user=user,
        card=card,
        consent_id=new_id(),
        needs_card=bool(percent),
        state="active",
        created_at=people.AT,
        activated_at=people.AT,
        changed_at=people.AT,
    )
    EnrolmentSpan.objects.create(enrolment=enrolment, starts_at=people.AT)
    RegionSelection.objects.create(
        policy_id=policy_id,
        region_id=region,
        selected_at=people.AT,
        selected_by=str(BY),
        serves_from_on=date(2026, 3, 10),
    )
    return policy_id
