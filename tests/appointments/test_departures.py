"""A clinic leaves the network: its visits stay, their holders are told once and shown what to do, and told when it
stays after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from doctorlike.accounts.models import User
from doctorlike.appointments import commands, queries
from doctorlike.appointments.models import Appointment, DepartureNotice
from doctorlike.clinics import commands as network
from doctorlike.clinics.errors import MembershipDayError
from doctorlike.clinics.facts import ClinicLeft, Departure
from doctorlike.clinics.models import Clinic, NetworkMembership
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from tests.appointments import builders
from tests.appointments.builders import BY, NOW, THERAPIST, TODAY
from tests.policies import builders as people

FRIDAY = date(2026, 3, 27)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return builders.clinic()


@pytest.fixture
def anna(clinic: Clinic) -> User:
    """With visits on Thursday and on Friday under one policy."""
    account = people.account(people.ANNA, email=people.ANNA.email)
    policy_id = builders.covered_policy(people.ANNA, account)
    doctor = builders.doctor(clinic)
    builders.publish()
    for day in (date(2026, 3, 26), FRIDAY):
        book(account, policy_id, builders.slots(doctor, day)[0].pk)
    Message.objects.all().delete()
    return account


def book(account: User, policy_id: UUID, slot_id: UUID) -> UUID:
    by = Actor.user(account.pk)
    hold_id = commands.hold_slot(slot_id=slot_id, policy_id=policy_id, by=by, at=NOW)
    return commands.confirm_booking(hold_id=hold_id, by=by, at=NOW)


def leave(clinic: Clinic, on: date = FRIDAY, *scopes: str) -> int:
    ended = network.take_clinic_out(clinic_id=clinic.pk, scopes=scopes or ("regions",), on=on, by=BY, at=NOW)
    tell()
    return ended


def tell() -> None:
    """Runs the jobs of departures, and leaves the messages they wrote unsent."""
    for job in ProcrastinateJob.objects.filter(task_name__contains=".tell_of_").order_by("id"):
        app.tasks[job.task_name](**job.args)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where task_name like '%%.tell_of_%%'")


def told() -> list[str]:
    return list(Message.objects.filter(topic="visit").order_by("pk").values_list("text", flat=True))


def test_whoever_has_visits_after_that_day_is_told_once(anna: User, clinic: Clinic) -> None:
    assert leave(clinic) == 1
    (text,) = told()
    assert "27 марта 2026, 08:00" in text
    assert "26 марта" not in text  # the clinic still serves on Thursday
    assert "не отменили" in text
    assert clinic.name not in text
    assert Appointment.objects.filter(state="booked").count() == 2
    assert leave(clinic) == 0
    fact = ClinicLeft((Departure(clinic.pk, ("regions",)),), FRIDAY, NOW)
    commands.tell_of_departures(fact)
    tell()
    assert len(told()) == 1


def test_one_client_with_two_policies_gets_one_message(anna: User, clinic: Clinic) -> None:
    child = builders.cover(people.policy(people.MITYA, people.ANNA), anna)
    doctor = builders.doctor(clinic, "Юдин Роман Ильич")
    builders.publish()
    book(anna, child, builders.slots(doctor, FRIDAY)[0].pk)
    Message.objects.all().delete()
    leave(clinic)
    assert len(told()) == 1
    assert DepartureNotice.objects.count() == 2


def test_other_scopes_are_left_in_peace(anna: User, clinic: Clinic) -> None:
    NetworkMembership.objects.create(clinic=clinic, scope="russia", from_on=date(2025, 1, 1))
    leave(clinic, FRIDAY, "russia")
    assert told() == []


def test_what_was_guaranteed_stays_covered(anna: User, clinic: Clinic) -> None:
    leave(clinic)
    visit = Appointment.objects.get(slot__visit_on=FRIDAY)
    ask = {"policy_id": visit.policy_id, "clinic_id": clinic.pk, "on": FRIDAY}
    assert coverage.eligibility(**ask, service_code=THERAPIST).covered
    other = coverage.eligibility(**ask, service_code="B01.001.001")
    assert "clinic_out_of_network" in [reason.code for reason in other.reasons]


def test_the_page_of_the_visit_says_what_to_do(anna: User, clinic: Clinic, on_site: Callable[[str], None]) -> None:
    leave(clinic)
    on_site("portal")
    browser = Client()
    browser.force_login(anna, backend="doctorlike.accounts.recognition.AccountBackend")
    visits = {visit.visit_on: visit for visit in queries.appointments_of([Appointment.objects.first().policy_id])}
    with clock.moved_to(NOW):
        page = browser.get(f"/cabinet/visits/{visits[FRIDAY].id}/").content.decode()
        before = browser.get(f"/cabinet/visits/{visits[date(2026, 3, 26)].id}/").content.decode()
    assert "Клиника уходит из сети" in page
    assert "Выбрать другую клинику" in page
    assert "уходит из сети" not in before


def test_when_it_stays_after_all_the_same_people_are_told(anna: User, clinic: Clinic) -> None:
    leave(clinic)
    network.take_clinic_in(clinic_id=clinic.pk, scopes=("regions",), on=TODAY, by=BY, at=NOW)
    tell()
    assert "Она остаётся" in told()[-1]
    assert len(told()) == 2
    assert queries.departure_of(queries.appointments_of([Appointment.objects.first().policy_id])[0]) is None
    assert NetworkMembership.objects.get(clinic=clinic).to_on is None


def test_a_departure_taken_back_before_the_job_ran_tells_nobody(anna: User, clinic: Clinic) -> None:
    network.take_clinic_out(clinic_id=clinic.pk, scopes=("regions",), on=FRIDAY, by=BY, at=NOW)
    network.take_clinic_in(clinic_id=clinic.pk, scopes=("regions",), on=TODAY, by=BY, at=NOW)
    tell()
    assert told() == []


def test_days_that_are_over_do_not_change(clinic: Clinic) -> None:
    for change in (network.take_clinic_out, network.take_clinic_in):
        with pytest.raises(MembershipDayError, match="прошла"):
            change(clinic_id=clinic.pk, scopes=("regions",), on=TODAY - timedelta(days=1), by=BY, at=NOW)


def test_a_scope_without_the_clinics_region_is_refused(clinic: Clinic) -> None:
    with pytest.raises(MembershipDayError):
        network.take_clinic_in(clinic_id=clinic.pk, scopes=("moscow",), on=TODAY, by=BY, at=NOW)


def test_after_its_last_day_it_comes_back_as_a_new_member(clinic: Clinic) -> None:
    leave(clinic, TODAY)
    back_on = TODAY + timedelta(days=10)
    network.take_clinic_in(clinic_id=clinic.pk, scopes=("regions",), on=back_on, by=BY, at=NOW)
    held = NetworkMembership.objects.filter(clinic=clinic).order_by("from_on").values_list("from_on", "to_on")
    assert list(held) == [(date(2025, 1, 1), TODAY), (back_on, None)]
