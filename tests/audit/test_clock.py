"""The demo clock: moved by the console, in a demo alone, and what becomes due is swept at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from doctorlike.audit import queries
from doctorlike.audit.management.commands.clock import parse_shift
from doctorlike.audit.models import ClockMove
from doctorlike.kit import clock


@pytest.fixture
def demo(db: None, settings: Any) -> Iterator[None]:
    settings.DEMO = True
    clock.configure(insurer_zone=settings.INSURER_ZONE, read_shift=queries.clock_shift)
    yield
    clock.configure(insurer_zone=settings.INSURER_ZONE, read_shift=lambda: timedelta())
    clock.refresh()
    clock.configure(insurer_zone=settings.INSURER_ZONE, read_shift=None)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("31d", timedelta(days=31)),
        ("2w", timedelta(weeks=2)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("90m", timedelta(minutes=90)),
        ("10s", timedelta(seconds=10)),
    ],
)
def test_shifts_are_read_as_people_write_them(text: str, shift: timedelta) -> None:
    assert parse_shift(text) == shift


@pytest.mark.parametrize("text", ["", "31", "d31", "-1d", "1y", "1d x"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_shift(text)
    assert str(refusal.value) == text


def test_moves_add_up_and_a_reset_takes_them_all_back(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("clock", advance="20d")
    call_command("clock", advance="12h")
    assert clock.shift() == timedelta(days=20, hours=12)
    call_command("clock", reset=True)
    assert clock.shift() == timedelta()


def test_what_becomes_due_is_swept_at_once_and_once(demo: None) -> None:
    call_command("clock", advance="20d")
    call_command("clock", advance="20d")
    waiting = list(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True))
    assert "doctorlike.appointments.tasks.publish_due_slots" in waiting
    assert "doctorlike.copay.tasks.try_due_charges" in waiting
    assert len(waiting) == len(set(waiting))


@pytest.mark.django_db
def test_outside_a_demo_the_clock_is_true() -> None:
    with pytest.raises(CommandError, match="только в демонстрации"):
        call_command("clock", advance="20d")
    assert ClockMove.objects.count() == 0


def test_a_move_cannot_be_changed_afterwards(demo: None) -> None:
    call_command("clock", advance="20d")
    with pytest.raises(DatabaseError), transaction.atomic():
        ClockMove.objects.update(shift_seconds=0)
