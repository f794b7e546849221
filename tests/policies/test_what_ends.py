"""What goes with a contract that ends: visits after its last day, cover; and what counts as help given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import pytest

from doctorlike.accounts.models import User
from doctorlike.appointments import commands as visits
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.appointments.rules import State
from doctorlike.appointments.tasks import cancel_visits_of_ended_contracts
from doctorlike.care import commands as care
from doctorlike.copay import commands as copay
from doctorlike.copay.errors import PolicyOverError
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.models import Guarantee
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.facts import PolicyCancelled
from doctorlike.policies.models import Policy
from doctorlike.sites.ending import ending_of, had_insured_event
from doctorlike.telemed import commands as telemed
from tests.appointments import builders
from tests.appointments.builders import BY, NOW, TODAY
from tests.care.test_registers import file, row
from tests.policies import builders as people
from tests.telemed.test_consultations import ask, doctor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wednesday_morning() -> Iterator[None]:
    with clock.moved_to(NOW):
        yield


@pytest.fixture
def slots() -> list[Slot]:
    """A therapist's: the last of 25 March (today) and the first of 26 March."""
    therapist = builders.doctor(builders.clinic())
    builders.publish()
    return [builders.slots(therapist, TODAY)[-1], builders.slots(therapist)[0]]


@pytest.fixture
def anna() -> User:
    return people.account(people.ANNA, email=people.ANNA.email)


@pytest.fixture
def own(slots: list[Slot], anna: User) -> UUID:
    return builders.covered_policy(people.ANNA, anna)


def book(slot: Slot, policy_id: UUID, user: User) -> UUID:
    by = Actor.user(user.pk)
    hold_id = visits.hold_slot(slot_id=slot.pk, policy_id=policy_id, by=by, at=NOW)
    return visits.confirm_booking(hold_id=hold_id, by=by, at=NOW)


def end(policy_id: UUID, *, at: datetime = NOW) -> None:
    ending = ending_of(policies.policy(policy_id), now=at)
    assert ending is not None
    commands.cancel_policy(
        policy_id=policy_id,
        insured_event=ending.outcome.insured_event,
        seen_refund=ending.outcome.refund,
        by=BY,
        at=at,
    )


def state(appointment_id: UUID) -> str:
    return Appointment.objects.get(pk=appointment_id).state


def test_visits_after_the_last_day_are_cancelled_and_told_the_one_of_today_stays(
    own: UUID, anna: User, slots: list[Slot]
) -> None:
    today, tomorrow = (book(slot, own, anna) for slot in slots)
    picture = ending_of(policies.policy(own), now=NOW)
    assert picture is not None
    assert [one.id for one in picture.lost_visits] == [tomorrow]
    end(own)
    assert (state(today), state(tomorrow)) == (State.BOOKED, State.CANCELLED)
    assert Message.objects.filter(topic="visit", subject__contains="отменена").count() == 1
    assert Guarantee.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_the_news_told_twice_cancel_once(own: UUID, anna: User, slots: list[Slot]) -> None:
    book(slots[1], own, anna)
    end(own)
    visits.cancel_visits_of_ended_policy(PolicyCancelled(own, date(2026, 3, 26), NOW))
    assert Message.objects.filter(topic="visit", subject__contains="отменена").count() == 1


def test_a_visit_booked_at_the_very_moment_is_found_by_the_sweep(own: UUID, anna: User, slots: list[Slot]) -> None:
    late = book(slots[1], own, anna)
    Policy.objects.filter(pk=own).update(cancelled_on=date(2026, 3, 26))
    cancel_visits_of_ended_contracts(0)
    assert state(late) == State.CANCELLED


def test_today_is_covered_tomorrow_is_not(own: UUID, slots: list[Slot]) -> None:
    end(own)
    clinic_id = slots[0].clinic_id
    told = {
        on: coverage.eligibility(policy_id=own, clinic_id=clinic_id, service_code=builders.THERAPIST, on=on)
        for on in (TODAY, date(2026, 3, 26))
    }
    assert told[TODAY].covered
    assert [one.code for one in told[date(2026, 3, 26)].reasons] == ["cancelled"]
    assert not coverage.eligibility_at_distance(own, date(2026, 3, 26)).covered
    assert coverage.eligibility_at_distance(own, TODAY).covered


def test_the_programme_is_not_begun_after_the_last_day(anna: User) -> None:
    own = people.policy(people.ANNA)
    end(own)
    tomorrow = datetime.fromisoformat("2026-03-26T00:00:00+03:00")
    with pytest.raises(PolicyOverError):
        copay.start_enrolment(
            policy_id=own,
            user_id=anna.pk,
            payment_system="world",
            return_url="http://localhost:8000/back/",
            consent=new_id(),
            by=Actor.user(anna.pk),
            at=tomorrow,
        )


class TestHelpGiven:
    def test_nothing_was_rendered(self, own: UUID, anna: User, slots: list[Slot]) -> None:
        book(slots[1], own, anna)
        assert not had_insured_event(own)

    def test_the_patient_came(self, own: UUID, anna: User, slots: list[Slot]) -> None:
        appointment_id = book(slots[0], own, anna)
        visits.mark_arrival(appointment_id=appointment_id, by=BY, at=NOW)
        assert had_insured_event(own)

    def test_a_service_was_accepted(self, own: UUID, slots: list[Slot]) -> None:
        policy = Policy.objects.select_related("insured").get(pk=own)
        care.import_register(
            content=file(row(policy, slots[0].clinic, visit="25.03.2026")), file_name="март.csv", by=BY, at=NOW
        )
        assert had_insured_event(own)

    def test_a_refused_line_is_no_help(self, own: UUID, slots: list[Slot]) -> None:
        policy = Policy.objects.select_related("insured").get(pk=own)
        care.import_register(
            content=file(row(policy, slots[0].clinic, visit="11.03.2026")), file_name="март.csv", by=BY, at=NOW
        )
        assert not had_insured_event(own)

    def test_a_doctor_answered_at_a_distance(self, own: UUID, anna: User) -> None:
        asked = ask(anna, own, at=NOW)
        assert not had_insured_event(own)
        assert telemed.take_next(doctor_user_id=doctor("vera"), by=BY, at=NOW) == asked
        assert had_insured_event(own)

    def test_it_takes_the_refund_away(self, own: UUID, anna: User, slots: list[Slot]) -> None:
        Policy.objects.filter(pk=own).update(concluded_at=NOW)
        before = ending_of(policies.policy(own), now=NOW)
        visits.mark_arrival(appointment_id=book(slots[0], own, anna), by=BY, at=NOW)
        after = ending_of(policies.policy(own), now=NOW)
        assert before is not None
        assert after is not None
        assert before.outcome.refund > Money.zero()
        assert after.outcome.refund == Money.zero()
