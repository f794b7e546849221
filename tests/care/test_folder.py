"""Registers that clinics put into a folder (docs/rules/registers.md)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from doctorlike.care import commands
from doctorlike.care.models import Register
from doctorlike.care.rules import CameBy
from doctorlike.clinics.models import Clinic
from doctorlike.kit import clock
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.appointments.builders import BY
from tests.care.test_registers import AT, file, row
from tests.jobs import run_jobs
from tests.policies import builders as people

LONG_AGO = 3600


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def anna(clinic: Clinic) -> Policy:
    policy_id = builders.covered_policy(people.ANNA, people.account(people.ANNA))
    return Policy.objects.select_related("insured").get(pk=policy_id)


def put(folder: Path, name: str, content: bytes, *, seconds_ago: int = LONG_AGO) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    written = clock.real_now().timestamp() - seconds_ago
    os.utime(folder / name, (written, written))
    return folder / name


def sweep(folder: Path) -> int:
    return commands.take_from_folder(folder, by=BY, at=AT)


def test_a_clinics_file_is_taken_answered_and_the_answer_put_down(
    anna: Policy, clinic: Clinic, tmp_path: Path, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    place = tmp_path / clinic.source_key
    put(place, "апрель.csv", file(row(anna, clinic)))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's is a callable
        assert sweep(tmp_path) == 1
    register = Register.objects.get()
    assert (register.clinic_id, register.came_by) == (clinic.pk, CameBy.FOLDER)
    assert (place / "taken" / "апрель.csv").exists()
    commands.go_on_with_registers()
    run_jobs()
    assert sweep(tmp_path) == 0
    assert "Принято" in (place / "answers" / "апрель.csv").read_text(encoding="utf-8-sig")
    assert not (place / "taken" / "апрель.csv").exists()


def test_a_file_that_is_still_being_written_waits(anna: Policy, clinic: Clinic, tmp_path: Path) -> None:
    put(tmp_path, "апрель.csv", file(row(anna, clinic)), seconds_ago=5)
    put(tmp_path, ".апрель.csv.part", b"x")
    put(tmp_path, "readme.md", b"x")
    assert sweep(tmp_path) == 0
    assert Register.objects.count() == 0


def test_whoever_is_killed_before_the_file_is_moved_takes_it_once(anna: Policy, clinic: Clinic, tmp_path: Path) -> None:
    left = put(tmp_path, "апрель.csv", file(row(anna, clinic)))
    assert sweep(tmp_path) == 1
    assert left.exists(), "this test's transaction is not committed, as of one who is killed"
    assert sweep(tmp_path) == 1
    assert Register.objects.count() == 1


def test_an_unreadable_file_is_put_aside_with_its_reason(clinic: Clinic, tmp_path: Path) -> None:
    put(tmp_path / clinic.source_key, "кот.csv", b"%PDF-1.7 x")
    assert sweep(tmp_path) == 0
    refused = tmp_path / clinic.source_key / "refused"
    assert (refused / "кот.csv").exists()
    assert "PDF" in (refused / "кот.csv.txt").read_text()


def test_a_folder_of_nobodys_and_a_link_are_left_alone(
    clinic: Clinic, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(tmp_path / "нет такой", "апрель.csv", b"a;b")
    elsewhere = put(tmp_path / "elsewhere-outside", "тайна.csv", b"a;b")
    (tmp_path / clinic.source_key).mkdir()
    (tmp_path / clinic.source_key / "ссылка.csv").symlink_to(elsewhere)
    assert sweep(tmp_path) == 0
    assert "no clinic is called" in caplog.text
    assert Register.objects.count() == 0
