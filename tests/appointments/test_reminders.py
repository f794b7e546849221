"""Reminders are found when they are due, go out once, and die with their visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.appointments import commands
from doctorlike.appointments.models import Appointment, NotedVisit, SentReminder
from doctorlike.appointments.rules.reminders import Reminder, is_by_day, is_due, reminder_span
from doctorlike.notifications.models import Message
from tests.appointments import builders, tables
from tests.appointments.builders import BY, NOW
from tests.appointments.test_concurrency import at_once

SAMARA = ZoneInfo("Europe/Samara")
MINUTE = timedelta(minutes=1)
ZONES = ["Europe/Kaliningrad", "Europe/Samara", "Asia/Kamchatka"]


def there(text: str, zone: str) -> datetime:
    """An instant, as the table tells it by the clinic's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("visit", "chosen", "eve", "soon"), tables.rows("visit", 4))
def test_reminders_are_due_as_the_rule_book_says(zone, visit, chosen, eve, soon):
    for kind, due in ((Reminder.EVE, eve), (Reminder.SOON, soon)):
        span = reminder_span(kind, starts_at=there(visit, zone), zone=ZoneInfo(zone), known_at=there(chosen, zone))
        assert (span.from_at if span else None) == (None if due == "—" else there(due, zone))


@given(
    starts=st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 31)),  # noqa: DTZ001  # Hypothesis adds no zone
    known=st.timedeltas(timedelta(0), timedelta(days=3)),
    asked=st.timedeltas(timedelta(0), timedelta(days=3)),
    zone=st.sampled_from(ZONES),
    kind=st.sampled_from(Reminder),
)
def test_nobody_is_woken_or_told_too_late_or_of_what_they_chose_just_now(starts, known, asked, zone, kind):
    starts_at, clinic_zone = starts.replace(tzinfo=UTC), ZoneInfo(zone)
    at, known_at = starts_at - asked, starts_at - known
    if is_due(kind, starts_at=starts_at, zone=clinic_zone, known_at=known_at, at=at):
        assert is_by_day(at, clinic_zone)
        assert timedelta(minutes=45) < starts_at - at <= timedelta(hours=30)
        assert known_at < at


@pytest.fixture
def visit(anna, thursday) -> Appointment:
    """Thursday the 26th, 10:00 in Samara."""
    hold_id = commands.hold_slot(slot_id=thursday[4].pk, policy_id=anna.policy_id, by=BY, at=NOW)
    visit_id = commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW)
    Message.objects.all().delete()
    return Appointment.objects.get(pk=visit_id)


def in_samara(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SAMARA).astimezone(UTC)


def told() -> list[str]:
    return list(Message.objects.order_by("created_at").values_list("to", flat=True))


@pytest.mark.django_db
def test_each_reminder_goes_out_once(visit):
    assert commands.send_due_reminders(at=in_samara(25, 17, 59)) == 0
    assert commands.send_due_reminders(at=in_samara(25, 18)) == 1
    assert commands.send_due_reminders(at=in_samara(25, 18, 5)) == 0
    assert commands.send_due_reminders(at=in_samara(26, 8)) == 1
    assert commands.send_due_reminders(at=in_samara(26, 8, 1)) == 0
    assert told() == ["anna@mail.example", "+79270000012"]


@pytest.mark.django_db
def test_a_reminder_names_the_time_and_no_medical_word(visit):
    commands.send_due_reminders(at=in_samara(25, 18))
    message = Message.objects.get()
    assert "26 марта 2026, 10:00" in message.text
    for word in ("терапевт", "Старшова", "Клиника на Ленина"):
        assert word.lower() not in (message.subject + message.text).lower()


@pytest.mark.django_db
def test_a_cancelled_visit_takes_its_reminders_with_it(visit):
    commands.cancel_appointment(appointment_id=visit.pk, by=BY, at=NOW + MINUTE)
    assert commands.send_due_reminders(at=in_samara(25, 18)) == 0
    assert commands.send_due_reminders(at=in_samara(26, 8)) == 0


@pytest.mark.django_db
def test_a_moved_visit_is_reminded_of_at_its_new_time(visit, therapist):
    commands.send_due_reminders(at=in_samara(25, 18))
    friday = builders.slots(therapist, date(2026, 3, 27))[4]
    at = in_samara(25, 18, 30)
    hold_id = commands.start_move(appointment_id=visit.pk, slot_id=friday.pk, by=BY, at=at)
    commands.move_appointment(hold_id=hold_id, by=BY, at=at)
    assert commands.send_due_reminders(at=in_samara(26, 8)) == 0
    assert commands.send_due_reminders(at=in_samara(26, 18)) == 1
    assert SentReminder.objects.filter(appointment=visit).count() == 2


@pytest.mark.django_db
def test_what_could_not_go_out_in_time_waits_for_the_morning(visit):
    assert commands.send_due_reminders(at=in_samara(25, 23)) == 0
    assert commands.send_due_reminders(at=in_samara(26, 8)) == 1  # the second alone: four hours before is over
    assert SentReminder.objects.get().kind == "soon"


@pytest.mark.django_db
def test_a_clock_that_was_moved_past_the_visit_reminds_of_nothing(visit):
    assert commands.send_due_reminders(at=in_samara(26, 9, 30)) == 0
    assert commands.send_due_reminders(at=in_samara(28, 12)) == 0


@pytest.mark.django_db
def test_a_visit_noted_by_the_client_is_reminded_of_too(anna, clinic):
    noted = NotedVisit.objects.create(
        policy_id=anna.policy_id,
        clinic=clinic,
        starts_at=in_samara(26, 15),
        zone="Europe/Samara",
        noted_at=NOW,
        noted_by=str(BY),
        changed_at=NOW,
        changed_by=str(BY),
    )
    assert commands.send_due_reminders(at=in_samara(25, 18)) == 1
    assert commands.send_due_reminders(at=in_samara(25, 18)) == 0
    noted.removed_at = in_samara(25, 19)
    noted.save()
    assert commands.send_due_reminders(at=in_samara(26, 13)) == 0


@pytest.mark.django_db(transaction=True)
def test_eight_workers_remind_once(visit):
    sent = at_once([lambda: commands.send_due_reminders(at=in_samara(25, 18))] * 8)
    assert sum(sent) == 1
    assert len(told()) == 1


@pytest.mark.django_db
def test_many_reminders_cost_no_more_questions_each(anna, clinic, thursday, django_assert_max_num_queries):
    for number in range(20):
        NotedVisit.objects.create(
            policy_id=anna.policy_id,
            clinic=clinic,
            starts_at=in_samara(26, 15) + number * MINUTE,
            zone="Europe/Samara",
            noted_at=NOW,
            noted_by=str(BY),
            changed_at=NOW,
            changed_by=str(BY),
        )
    # Two a message: itself and its job. The rest is the same for one and for a hundred.
    with django_assert_max_num_queries(2 * 20 + 30):
        assert commands.send_due_reminders(at=in_samara(25, 18)) == 20
