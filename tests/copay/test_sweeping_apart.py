"""One sweep by several processes: each charge once, and the processes end with whoever started them."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from bench.charges_day import bound_methods, charges_due, people
from doctorlike.copay.commands.sweeping import due_charges
from doctorlike.copay.models import Charge
from doctorlike.payments.models import Attempt
from setup.waiting import wait_until
from tests.copay.stage import debits, moment
from tests.sandbox.running import SHOP

DAY = date(2026, 4, 15)
# The acquirer answers so slowly that whoever works is caught at it.
SLOWLY = {"ms": 400}
# A program starts first, on a machine that may be busy.
PATIENCE_SECONDS = 120


def until(look, what):
    assert wait_until(look, seconds=PATIENCE_SECONDS), f"{what}: not before the deadline"


@pytest.fixture
def charge_ids(transactional_db, outside):
    payers = people(2, methods=bound_methods(outside.web, SHOP[1], 2), at=moment(date(2026, 3, 1)))
    return charges_due(payers, 24, on=DAY, at=moment(date(2026, 3, 20)))


@pytest.fixture
def run_charges(settings):
    started = []

    def start():
        database = connection.settings_dict
        environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
            f":{database['PORT']}/{database['NAME']}",
            "ACQUIRER_URL": settings.ACQUIRER_URL,
            "DEMO": "0",
            "SITE": "console",
        }
        command = [sys.executable, "manage.py", "run_charges", "--on", DAY.isoformat()]
        command += ["--at-once", "4", "--processes", "2"]
        program = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()
        program.communicate()


def parts_of(program):
    return [int(pid) for pid in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()]


def ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def in_the_midst(program):
    until(lambda: Attempt.objects.count() >= 2, "it is in the midst of it")
    assert len(parts_of(program)) == 2


def test_each_charge_is_in_one_part_and_debited_once(outside, charge_ids, run_charges):
    parts = [set(due_charges(on=DAY, part=part, parts=3)) for part in range(3)]
    assert sorted(charge_id for part in parts for charge_id in part) == sorted(charge_ids)
    program = run_charges()
    told, wrong = program.communicate(timeout=PATIENCE_SECONDS)
    assert (program.returncode, wrong) == (0, "")
    assert told.splitlines() == [f"{DAY}: due 24", "  paid: 24"]
    assert {debits(outside, charge_id) for charge_id in charge_ids} == {1}


def test_due_charges_are_read_on_over_the_end_of_a_slice(charge_ids):
    Charge.objects.filter(pk=charge_ids[-1]).update(next_try_on=date(2026, 4, 1))
    assert list(due_charges(on=DAY, ids_at_once=5)) == [charge_ids[-1], *sorted(charge_ids[:-1])]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_ends_the_tries_under_way_and_begins_no_more(outside, charge_ids, run_charges, number):
    outside.web.post("/control/latency", json=SLOWLY)
    program = run_charges()
    in_the_midst(program)
    program.send_signal(number)
    _told, wrong = program.communicate(timeout=PATIENCE_SECONDS)
    assert program.returncode == 1
    assert "stopped before the end" in wrong
    states = set(Charge.objects.values_list("state", flat=True))
    assert states == {"paid", "scheduled"}


def test_the_processes_end_with_a_killed_starter(outside, charge_ids, run_charges):
    outside.web.post("/control/latency", json=SLOWLY)
    program = run_charges()
    in_the_midst(program)
    parts = parts_of(program)
    program.kill()
    until(lambda: all(map(ended, parts)), "its processes have ended")
    assert Charge.objects.filter(state="scheduled").exists()


def test_a_killed_process_is_told_of_and_the_others_do_their_part(outside, charge_ids, run_charges):
    outside.web.post("/control/latency", json={"ms": 100})
    program = run_charges()
    in_the_midst(program)
    os.kill(parts_of(program)[0], signal.SIGKILL)
    _told, wrong = program.communicate(timeout=PATIENCE_SECONDS)
    assert program.returncode == 1
    assert "ended before their part was done: 1" in wrong
    assert not list(due_charges(on=DAY, part=1, parts=2))
