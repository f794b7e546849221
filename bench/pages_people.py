"""Clients with a year of care behind them, for a load on pages: made by the rooms' own commands where a rule decides
(numbers, links, regions, visits), in bulk where only rows are wanted.

Everybody is signed in on the portal, insured for ten months past, active in the programme, has eight regions, eleven
past visits with four services each, a charge for each visit (paid but for the latest two) and a visit to come; every
fifth has a child in the account. Import this only after `Measurement.enter_django("portal")`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from itertools import cycle, islice
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.urls import reverse
from django.utils.crypto import get_random_string

from doctorlike.accounts.models import Person, User
from doctorlike.appointments import commands as appointments
from doctorlike.appointments import queries as schedules
from doctorlike.appointments.queries import SlotCard
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.copay.models import Enrolment, EnrolmentSpan
from doctorlike.copay.rules import EnrolmentState
from doctorlike.coverage import commands as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments.models import Card
from doctorlike.policies import commands as policies
from doctorlike.policies import queries as issued
from doctorlike.products import queries as products
from doctorlike.regions import queries as regions

REGIONS_EACH = 8
DAYS_INSURED = 300
CHILD_OF_EVERY = 5
SCOPE = "russia"
PROGRAMME = "polyclinic"
PERCENT = 30
PREMIUM = Money.of(21_000)

_BY = Actor.system("bench")


@dataclass(frozen=True)
class Client:
    """A signed-in client: what their browser sends, and where their pages are."""

    user_id: UUID
    policy_id: UUID
    policy_number: str
    cookies: dict[str, str]
    clinic_id: UUID
    specialty: str
    clinic_ids: tuple[UUID, ...]

    def address(self, page: str) -> str:
        """Path of one of the measured pages for this client."""
        match page:
            case "shop":
                return reverse("shop:index")
            case "home":
                return reverse("home:index")
            case "directory":
                return reverse("clinics:index")
            case "clinic":
                return reverse("clinics:card", args=[self.clinic_id])
            case "booking":
                return reverse("visits:slots", args=[self.clinic_id, self.specialty])
            case "services":
                return reverse("services:index")
        raise ValueError(page)


def insured_clients(count: int, *, at: datetime) -> list[Client]:
    """So many clients as described above. The demo must have been seeded."""
    since_on = clock.insurer_date(at) - timedelta(days=DAYS_INSURED)
    since_at = datetime.combine(since_on, time(9), clock.insurer_zone())
    with transaction.atomic():
        insured = insured_users(count, since_on=since_on, at=since_at)
        users, policy_ids = list(insured), {user.pk: policy_id for user, policy_id in insured.items()}
        _enrol(users, policy_ids, at=since_at)
        for user in users[::CHILD_OF_EVERY]:
            _insure_child(user, since_on, at=since_at)
    network = _network()
    chosen = _choose_regions([policy_ids[user.pk] for user in users], sorted(network), at=since_at)
    booked = _book([(policy_ids[user.pk], network[chosen[policy_ids[user.pk]][0]]) for user in users], at=at)
    numbers = _numbers(policy_ids.values())
    return [
        Client(
            user_id=user.pk,
            policy_id=policy_ids[user.pk],
            policy_number=numbers[policy_ids[user.pk]],
            cookies={
                settings.SESSION_COOKIE_NAME: sign_in(user, at),
                settings.CSRF_COOKIE_NAME: get_random_string(CSRF_SECRET_LENGTH),
            },
            clinic_id=booked[policy_ids[user.pk]].doctor.clinic_id,
            specialty=booked[policy_ids[user.pk]].doctor.specialty_code,
            clinic_ids=tuple(one.id for code in chosen[policy_ids[user.pk]] for one in network[code]),
        )
        for user in users
    ]


def insured_users(count: int, *, since_on: date, at: datetime) -> dict[User, UUID]:
    """New accounts, each with the policy of its holder."""
    return {user: _insure(user, since_on, at=at) for user in _users(count)}


def _users(count: int) -> list[User]:
    people = [
        Person(
            surname="Нагрузкина",
            given_name="Вера",
            patronymic="Ивановна",
            born_on=date(1960 + number % 40, 1 + number % 12, 1 + number % 28),
            sex="female",
            identity={"citizenship": "RU"},
            created_at=clock.real_now(),
        )
        for number in range(count)
    ]
    users = [
        User(
            phone=f"+7900{number:07}",
            phone_verified_at=clock.real_now(),
            email=f"client{number}@bench.example",
            email_verified_at=clock.real_now(),
            person=person,
        )
        for number, person in enumerate(people)
    ]
    for user in users:
        user.set_unusable_password()
    Person.objects.bulk_create(people)
    return User.objects.bulk_create(users)


def _insure(user: User, since_on: date, *, at: datetime, insured_id: UUID | None = None) -> UUID:
    """The policy is linked by its contacts, as one just bought is."""
    return policies.issue_policy(
        version_id=products.terms_on_sale(since_on).version_id,
        policyholder_id=user.person_id,
        insured_id=insured_id or user.person_id,
        programme=PROGRAMME,
        scope=SCOPE,
        copay_percent=PERCENT,
        starts_on=since_on,
        premium=PREMIUM,
        contact_phone=user.phone,
        contact_email=user.email,
        order_id=None,
        by=_BY,
        at=at,
    )


def _insure_child(user: User, since_on: date, *, at: datetime) -> None:
    child = Person.objects.create(
        surname="Нагрузкин", given_name="Митя", born_on=date(since_on.year - 7, 5, 17), sex="male", created_at=at
    )
    _insure(user, since_on, at=at, insured_id=child.pk)


def _enrol(users: Sequence[User], policy_ids: dict[UUID, UUID], *, at: datetime) -> None:
    cards = [
        Card(
            id=new_id(),
            owner=user,
            shop_id="100001",
            token=f"bench-{user.pk}",
            brand="mir",
            last_four="4417",
            expires_year=at.year + 4,
            expires_month=12,
            bound_at=at,
        )
        for user in users
    ]
    enrolments = [
        Enrolment(
            policy_id=policy_ids[user.pk],
            user=user,
            card=card,
            consent_id=new_id(),
            needs_card=True,
            state=EnrolmentState.ACTIVE,
            created_at=at,
            activated_at=at,
            changed_at=at,
        )
        for user, card in zip(users, cards, strict=True)
    ]
    Card.objects.bulk_create(cards)
    Enrolment.objects.bulk_create(enrolments)
    EnrolmentSpan.objects.bulk_create([EnrolmentSpan(enrolment=one, starts_at=at) for one in enrolments])


def _network() -> dict[str, list[ClinicCard]]:
    """Clinics of each region that has one to book at, those first."""
    found = {region.code: clinics.demo_clinics_in(region.code) for region in regions.all_regions()}
    return {
        code: sorted(some, key=lambda one: not one.online_booking)
        for code, some in found.items()
        if any(one.online_booking for one in some)
    }


def _choose_regions(policy_ids: Sequence[UUID], codes: Sequence[str], *, at: datetime) -> dict[UUID, list[str]]:
    chosen = {}
    for number, policy_id in enumerate(policy_ids):
        first = number % len(codes)
        chosen[policy_id] = list(islice(cycle(codes), first, first + REGIONS_EACH))
        coverage.select_regions(policy_id=policy_id, region_codes=chosen[policy_id], by=_BY, at=at)
    return chosen


def _book(wanted: Sequence[tuple[UUID, list[ClinicCard]]], *, at: datetime) -> dict[UUID, SlotCard]:
    """A visit to come for each policy in the first of its clinics, each at a time of its own."""
    free: dict[UUID, Iterator[SlotCard]] = {}
    booked = {}
    for policy_id, some in wanted:
        clinic = some[0]
        if clinic.id not in free:
            today = clock.insurer_date(at)
            free[clinic.id] = iter(schedules.free_slots(clinic_id=clinic.id, from_on=today, days=20, at=at))
        booked[policy_id] = slot = next(free[clinic.id])
        hold_id = appointments.hold_slot(slot_id=slot.id, policy_id=policy_id, by=_BY, at=at)
        appointments.confirm_booking(hold_id=hold_id, by=_BY, at=at, account_url="http://localhost/cabinet/visits/")
    return booked


def _numbers(policy_ids: Iterable[UUID]) -> dict[UUID, str]:
    return {one.id: one.number for one in issued.policies_by_id(policy_ids).values()}


def sign_in(user: User, at: datetime) -> str:
    """What the door leaves in the session, and the cookie that names it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "code", "at": at.timestamp(), "phone": user.phone}]
    session.save()
    return session.session_key
