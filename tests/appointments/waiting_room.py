"""People who wait, for the tests of the waiting list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from doctorlike.appointments import commands
from doctorlike.appointments.models import Doctor, Slot, WaitingEntry, WaitingOffer
from doctorlike.appointments.rules import Wish
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.policies import builders as people

LATER = timedelta(minutes=1)


def named(number: int) -> people.Someone:
    """One of many people."""
    letters = "абвгдежзиклмнопрстуфхцчшэюя"
    given_name = f"Имя{letters[number % 27]}{letters[number // 27]}"
    return people.Someone(
        "Толпин", given_name, people.BORIS.born_on, "male", f"+7927{number:07d}", "crowd@mail.example"
    )


def crowd(many: int) -> list[UUID]:
    """Policies of so many people, each covered in Samara."""
    user = people.account(named(700))
    return [builders.covered_policy(named(number), user) for number in range(many)]


def for_doctor(doctor: Doctor, **changes: object) -> Wish:
    """Any of the published days."""
    wish = Wish(doctor.specialty_code, date(2026, 3, 25), date(2026, 4, 1), doctor_id=doctor.pk)
    return replace(wish, **changes)  # type: ignore[arg-type]


def book_out(slots: Sequence[Slot], policy_id: UUID) -> list[UUID]:
    """All of these times become that person's visits."""
    visits = []
    for slot in slots:
        hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=policy_id, by=BY, at=NOW)
        visits.append(commands.confirm_booking(hold_id=hold_id, by=BY, at=NOW))
    return visits


def join(policy_id: UUID, wish: Wish, *, minutes: int = 0) -> WaitingEntry:
    entry_id = commands.join_waiting_list(policy_id=policy_id, wish=wish, by=BY, at=NOW + minutes * LATER)
    return WaitingEntry.objects.get(pk=entry_id)


def open_offer(slot: Slot) -> WaitingOffer:
    return WaitingOffer.objects.get(slot=slot, state="open")
