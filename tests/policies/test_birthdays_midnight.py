"""Midnight of the fifteenth birthday in Moscow: each address of medical content that the mother had open a second
before is not there any more, and what she pays stays."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.http import Http404
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.appointments import commands as appointments
from doctorlike.appointments.models import Appointment
from doctorlike.care import commands as care
from doctorlike.care.models import Dispute, DisputeFile, Encounter, RegisterLine
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.policies.models import PolicyLink
from doctorlike.rights import commands as rights
from doctorlike.rights import queries as my_data
from doctorlike.rights.errors import CopyGoneError
from doctorlike.telemed import commands as telemed
from doctorlike.telemed import queries as rooms
from doctorlike.telemed.rules import State
from tests.appointments import builders
from tests.appointments.builders import BY
from tests.care import dispute_stage as stage
from tests.jobs import run_jobs
from tests.policies.builders import ANNA, Someone, account, policy
from tests.streams.test_room_events import in_a_loop, next_event, open_stream
from tests.telemed import test_consultations as talks

TEEN = Someone("Серов", "Дмитрий", date(2011, 4, 20), "male", "+79270000055")
MIDNIGHT = datetime(2026, 4, 19, 21, tzinfo=UTC)  # 20 April begins in Moscow
BEFORE = MIDNIGHT - timedelta(seconds=40)
AFTER = MIDNIGHT + timedelta(seconds=1)


@dataclass
class Childhood:
    """Mitya's visit of two lines (one disputed, with a file), a booked visit and a finished talk with a doctor."""

    anna: User
    policy_id: UUID
    encounter_id: UUID
    line_id: UUID
    free_line_id: UUID
    dispute_id: UUID
    file_id: UUID
    charge_id: UUID
    visit_id: UUID
    talk_id: UUID
    clinic_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor.user(self.anna.pk)


@pytest.fixture
def childhood(db: None) -> Childhood:
    return live_through_childhood()


def live_through_childhood() -> Childhood:
    anna, clinic = account(ANNA, email=ANNA.email), builders.clinic()
    policy_id = builders.cover(policy(TEEN, ANNA), anna)
    line, other = stage.visit_of_two_lines(policy_id, clinic)
    dispute_id = stage.dispute(line, anna)
    doctor = builders.doctor(clinic)
    builders.publish(date(2026, 5, 1), at=stage.NOW)
    slot = builders.slots(doctor, date(2026, 4, 28))[0]
    by = Actor.user(anna.pk)
    hold_id = appointments.hold_slot(slot_id=slot.pk, policy_id=policy_id, by=by, at=stage.NOW)
    visit_id = appointments.confirm_booking(hold_id=hold_id, by=by, at=stage.NOW, account_url="")
    vera = talks.doctor("vera")
    talk_id = talks.ask(anna, policy_id, at=stage.NOW)
    talks.take(vera, at=stage.NOW)
    talks.conclude(talk_id, vera)
    return Childhood(
        anna=anna,
        policy_id=policy_id,
        encounter_id=Encounter.objects.get().pk,
        line_id=line.pk,
        free_line_id=other.pk,
        dispute_id=dispute_id,
        file_id=DisputeFile.objects.get().pk,
        charge_id=Charge.objects.get().pk,
        visit_id=visit_id,
        talk_id=talk_id,
        clinic_id=clinic.pk,
    )


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def closed_addresses(child: Childhood) -> Iterator[str]:
    """Of the portal."""
    yield reverse("services:encounter", args=[child.encounter_id])
    yield reverse("services:open_dispute", args=[child.free_line_id])
    yield reverse("services:dispute", args=[child.dispute_id])
    yield reverse("services:dispute_file", args=[child.dispute_id, child.file_id])
    yield reverse("visits:visit", args=[child.visit_id])
    yield reverse("visits:booked", args=[child.visit_id])
    yield reverse("visits:cancel", args=[child.visit_id])
    yield reverse("visits:calendar", args=[child.visit_id])
    yield reverse("visits:book", args=[child.clinic_id])
    yield reverse("visits:slots", args=[child.clinic_id, "therapist"])
    yield reverse("regions:index", args=[child.policy_id])


MEDICAL = re.compile(
    r"терапевт|Прием|Клиника на Ленина|ул\. Ленина|Старшова|горло|питьё|другого врача|01\.04|\b1 апреля|28 апреля"
)


def test_every_medical_address_closes_in_the_open_session(childhood: Childhood, on_site: Callable[[str], None]) -> None:
    on_site("portal")
    browser = browser_of(childhood.anna)
    with clock.moved_to(BEFORE):
        for address in closed_addresses(childhood):
            assert browser.get(address).status_code in (200, 302), address
    with clock.moved_to(AFTER):
        for address in closed_addresses(childhood):
            assert browser.get(address).status_code == 404, address


def test_pages_that_stay_say_amounts_and_days_alone(childhood: Childhood, on_site: Callable[[str], None]) -> None:
    on_site("portal")
    browser = browser_of(childhood.anna)
    stay = [
        reverse("home:index"),
        reverse("services:index"),
        reverse("visits:index"),
        reverse("clinics:index"),
        reverse("charges:charge", args=[childhood.charge_id]),
        reverse("activation:index", args=[childhood.policy_id]),
        reverse("cards:index"),
        reverse("policy:index"),
        reverse("policy:show", args=[childhood.policy_id]),
        reverse("policy:cancel", args=[childhood.policy_id]),
        reverse("documents:index"),
        reverse("rights:index"),
        reverse("rights:readings"),
        reverse("coming_of_age:index", args=[childhood.policy_id]),
    ]
    with clock.moved_to(BEFORE):
        assert MEDICAL.search(text_of(browser, reverse("services:index")))
    with clock.moved_to(AFTER):
        for address in stay:
            told = text_of(browser, address)
            assert not (found := MEDICAL.search(told)), f"{address}: {found and found[0]}"
        paid = text_of(browser, reverse("services:index"))
        assert "150,00 ₽" in paid
        assert "Спишем 1 мая" in paid
        assert "ONDL-300000" in text_of(browser, reverse("policy:show", args=[childhood.policy_id]))


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    assert "no-store" in answer["Cache-Control"], address
    return answer.content.decode().replace("\u00a0", " ")


def test_an_action_of_the_page_left_open_does_nothing(childhood: Childhood, on_site: Callable[[str], None]) -> None:
    on_site("portal")
    browser = browser_of(childhood.anna)
    with clock.moved_to(AFTER):
        assert browser.post(reverse("visits:cancel", args=[childhood.visit_id])).status_code == 404
        dispute = browser.post(
            reverse("services:open_dispute", args=[childhood.free_line_id]), {"kind": "not_given", "text": "Не было"}
        )
        assert dispute.status_code == 404
    assert Appointment.objects.get().state == "booked"
    assert Dispute.objects.count() == 1


def test_telemedicine_closes_with_its_archive(childhood: Childhood, on_site: Callable[[str], None]) -> None:
    run_jobs()  # the conclusion's PDF
    on_site("telemed")
    browser = browser_of(childhood.anna)
    archived = [
        reverse(name, urlconf="doctorlike.sites.telemed.urls", args=[childhood.talk_id])
        for name in ("archive:consultation", "archive:conclusion", "room:index", "room:talk")
    ]
    with clock.moved_to(BEFORE):
        for address in archived:
            assert browser.get(address).status_code == 200, address
    with clock.moved_to(AFTER):
        for address in archived:
            assert browser.get(address).status_code == 404, address
        for address in ("/", "/archive/", "/urgent/"):
            assert not MEDICAL.search(browser.get(address).content.decode()), address


def test_a_room_that_is_open_at_midnight_closes_to_the_mother_and_stays_the_doctors(childhood: Childhood) -> None:
    vera, anna = talks.doctor("olga"), childhood.anna
    room = talks.ask(anna, childhood.policy_id, at=BEFORE)
    talks.take(vera, at=BEFORE)

    def say(user_id: UUID, at: datetime) -> None:
        telemed.send_message(consultation_id=room, user_id=user_id, text="Алло", sent_key=uuid4(), by=BY, at=at)

    say(anna.pk, BEFORE)
    with pytest.raises(NotFoundError):
        say(anna.pk, AFTER)
    with pytest.raises(NotFoundError):
        rooms.room(room, anna.pk, on=clock.insurer_date(AFTER))
    assert rooms.live_of(anna.pk, on=clock.insurer_date(BEFORE)) is not None
    assert rooms.live_of(anna.pk, on=clock.insurer_date(AFTER)) is None
    say(vera, AFTER)
    mitya = account(TEEN)
    PolicyLink.objects.create(policy_id=childhood.policy_id, user=mitya, role="self", linked_at=AFTER, linked_by="test")
    assert len(rooms.room(room, mitya.pk, on=clock.insurer_date(AFTER)).messages) == 2
    say(mitya.pk, AFTER)


def test_a_queue_place_nobody_can_come_back_to_is_passed_over(childhood: Childhood) -> None:
    room = talks.ask(childhood.anna, childhood.policy_id, at=BEFORE)
    assert talks.take(talks.doctor("olga"), at=AFTER) is None
    assert rooms.archived(room, [childhood.policy_id]).card.state == State.LEFT


@pytest.mark.django_db(transaction=True)
def test_a_stream_open_at_midnight_ends_without_another_word() -> None:
    child = live_through_childhood()
    room = talks.ask(child.anna, child.policy_id, at=BEFORE)

    async def work() -> None:
        with clock.moved_to(BEFORE):
            stream = aiter(await open_stream(child.anna, room))
            assert "data: asked" in await next_event(stream)
        with clock.moved_to(AFTER):
            await sync_to_async(talks.take)(await sync_to_async(talks.doctor)("olga"), BEFORE)
            with pytest.raises(AssertionError, match="the stream ended"):
                await next_event(stream)
            with pytest.raises(Http404):
                await open_stream(child.anna, room)

    in_a_loop(work)
    connections.close_all()


def test_a_copy_made_the_day_before_cannot_be_fetched_any_more(childhood: Childhood) -> None:
    anna = childhood.anna
    copy_id = rights.ask_copy(user_id=anna.pk, by=childhood.actor, at=BEFORE)
    rights.make_copy(copy_id=copy_id, by=BY, at=BEFORE)
    content = my_data.read_copy(anna.pk, copy_id, BEFORE)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert MEDICAL.search(bundle.read("data.json").decode())
    with pytest.raises(CopyGoneError):
        my_data.read_copy(anna.pk, copy_id, AFTER)


def test_a_copy_made_after_it_holds_amounts_and_days(childhood: Childhood) -> None:
    later = AFTER + timedelta(days=2)
    copy_id = rights.ask_copy(user_id=childhood.anna.pk, by=childhood.actor, at=later)
    rights.make_copy(copy_id=copy_id, by=BY, at=later)
    with zipfile.ZipFile(io.BytesIO(my_data.read_copy(childhood.anna.pk, copy_id, later))) as bundle:
        told = bundle.read("data.json").decode()
    assert not MEDICAL.search(told)
    assert '"2026-05-01"' in told


def test_news_of_the_visit_go_to_the_teenager_from_then_on(childhood: Childhood) -> None:
    def told() -> list[str]:
        return list(Message.objects.filter(topic="visit").order_by("id").values_list("to", flat=True))

    before = len(told())
    appointments.cancel_appointment(
        appointment_id=childhood.visit_id, by=Actor.staff(childhood.anna.pk), at=AFTER, account_url=""
    )
    assert len(told()) == before  # nobody but the payer is known yet


def test_the_teenagers_own_account_hears_of_the_visit(childhood: Childhood) -> None:
    mitya = account(TEEN)
    PolicyLink.objects.create(policy_id=childhood.policy_id, user=mitya, role="self", linked_at=AFTER, linked_by="test")
    appointments.cancel_appointment(
        appointment_id=childhood.visit_id, by=Actor.staff(childhood.anna.pk), at=AFTER, account_url=""
    )
    assert Message.objects.filter(topic="visit").latest("id").to == TEEN.phone


def test_the_answer_to_her_dispute_is_told_to_whoever_may_read_it(childhood: Childhood) -> None:
    mitya = account(TEEN)
    PolicyLink.objects.create(policy_id=childhood.policy_id, user=mitya, role="self", linked_at=AFTER, linked_by="test")
    care.reject_dispute(dispute_id=childhood.dispute_id, answer="Была", by=stage.colleague("olga"), at=AFTER)
    assert [one.to for one in Message.objects.filter(topic="dispute")] == [TEEN.phone]


def test_the_teenager_sees_it_all_and_may_dispute(childhood: Childhood, on_site: Callable[[str], None]) -> None:
    on_site("portal")
    mitya = account(TEEN)
    PolicyLink.objects.create(policy_id=childhood.policy_id, user=mitya, role="self", linked_at=AFTER, linked_by="test")
    browser = browser_of(mitya)
    with clock.moved_to(AFTER):
        for address in closed_addresses(childhood):
            assert browser.get(address).status_code in (200, 302), address
        stage.dispute(RegisterLine.objects.get(pk=childhood.free_line_id), mitya, on=clock.insurer_date(AFTER))
    assert Dispute.objects.filter(opened_by=mitya).count() == 1


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        (datetime(2026, 4, 19, 12, tzinfo=UTC), True),  # 20 April begins in Kamchatka: still the 19th in Moscow
        (datetime(2026, 4, 19, 20, 59, tzinfo=UTC), True),
        (datetime(2026, 4, 19, 21, tzinfo=UTC), False),
        (datetime(2026, 4, 19, 21, 30, tzinfo=UTC), False),  # 23:30 of the 19th in Kaliningrad
    ],
)
def test_the_day_is_moscows_wherever_the_clinic_or_the_family_is(
    childhood: Childhood, on_site: Callable[[str], None], instant: datetime, is_open: bool
) -> None:
    on_site("portal")
    with clock.moved_to(instant):
        answer = browser_of(childhood.anna).get(reverse("services:encounter", args=[childhood.encounter_id]))
    assert answer.status_code == (200 if is_open else 404)
