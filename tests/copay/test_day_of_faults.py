"""The proof of `make bench-charges`, small: a day of charges in the midst of faults, while the programs that carry it
out (sweeps, worker, portal) are killed in between."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from bench.charges_day import Verdict, bound_methods, charges_due, people, verdict
from doctorlike.copay import commands
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import ChargeState
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments.models import AcquirerEvent, Attempt, LedgerEntry, Payment
from doctorlike.payments.rules import LIVE_ATTEMPT, SURELY_ABANDONED
from setup import children, ports, services
from setup.waiting import wait_until
from tests.copay.stage import BY, moment
from tests.sandbox.running import ROOT, SHOP, Sandbox

CHARGES = 40
FAULTS = (
    ("timeout_after", {"ms": 2500}),
    ("lost_before", {}),
    ("lost_reply", {}),
    ("error_before", {}),
    ("error_after", {}),
    ("late_settlement", {"ms": 200}),
    ("decline_soft", {}),
    ("decline_hard", {}),
)
TIME_LIMIT_SECONDS = 1.5
# Several programs start here, on a machine that may be busy.
PATIENCE_SECONDS = 120


def until(look, what):
    assert wait_until(look, seconds=PATIENCE_SECONDS), f"{what}: not before the deadline"


@pytest.fixture
def port_base():
    return ports.free_port_base()


@pytest.fixture
def outside(tmp_path, settings, port_base):
    """A sandbox of this test's own: it tells the portal of every payment."""
    sandbox = Sandbox(tmp_path / "storage", f"http://127.0.0.1:{port_base}/hooks/yookassa/")
    sandbox.start()
    settings.ACQUIRER_URL, settings.ACQUIRER_TIMEOUT_SECONDS = f"{sandbox.url}/yookassa/v3", TIME_LIMIT_SECONDS
    yield sandbox
    sandbox.close()


@pytest.fixture
def day():
    """The business date: the worker's own sweeps ask for that."""
    return clock.today()


@pytest.fixture
def charge_ids(transactional_db, outside, day):
    at = moment(day - timedelta(days=30))
    payers = people(4, methods=bound_methods(outside.web, SHOP[1], 4), at=at)
    return charges_due(payers, CHARGES, on=day, at=at)


@pytest.fixture
def environment(transactional_db, outside, settings):
    """What programs of the product are told, so that they are of this test's world."""
    database = connection.settings_dict
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
        f":{database['PORT']}/{database['NAME']}",
        # Acquirer, SMS and mail are where the sandbox of these ports has them.
        "PORT_BASE": str(outside.base),
        "ACQUIRER_TIMEOUT_SECONDS": str(settings.ACQUIRER_TIMEOUT_SECONDS),
        "DEMO": "0",
    }


class Programs:
    """The portal and the worker, as the set-up starts them."""

    def __init__(self, environment, port_base):
        self._known = {one.name: one for one in services.product(ROOT, environment, port_base)}
        self._running = {}

    def start(self, name):
        service = self._known[name]
        self._running[name] = children.start(
            service.command, environ=service.environ, folder=ROOT, output=subprocess.DEVNULL
        )
        if service.is_ready:
            until(service.is_ready, f"the {name} answers")

    def kill(self, name):
        """kill -9 of its master alone; what that leaves behind is cleared, as the supervisor does."""
        program = self._running.pop(name)
        os.kill(program.pid, signal.SIGKILL)
        children.kill_group(program)

    def end(self):
        for name in list(self._running):
            self.kill(name)


@pytest.fixture
def programs(environment, port_base):
    programs = Programs(environment, port_base)
    programs.start("worker")
    programs.start("portal")
    yield programs
    programs.end()


def run_charges(environment, day):
    command = [sys.executable, "manage.py", "run_charges", "--on", day.isoformat(), "--at-once", "4"]
    told = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, env={**environment, "SITE": "console"}, **told)


def settle_everything(day):
    """As the sweep does minute by minute, the minutes gone."""

    def settled():
        Attempt.objects.filter(state="sent").update(sent_at=F("sent_at") - SURELY_ABANDONED)
        for payment_id in Attempt.objects.filter(state__in=LIVE_ATTEMPT).values_list("payment_id", flat=True):
            payments.refresh_payment(payment_id=payment_id, at=moment(day))
        return not Attempt.objects.filter(state__in=LIVE_ATTEMPT).exists()

    until(settled, "every attempt has a known fate")


def test_nothing_is_debited_twice_and_nothing_forgotten(outside, programs, environment, day, charge_ids):
    for kind, more in FAULTS:
        outside.fault(kind, "recurring", percent=4, seed=7, **more)
    for tried, victim in ((6, "portal"), (14, "worker")):
        sweep = run_charges(environment, day)
        until(lambda tried=tried: Attempt.objects.count() >= tried, "the program is in the midst of it")
        programs.kill(victim)
        sweep.kill()
        sweep.wait()
        programs.start(victim)
    back_at = clock.now()
    commands.Sweep(on=day, by=BY, now=clock.now).run(at_once=8)
    until(AcquirerEvent.objects.filter(received_at__gt=back_at).exists, "the portal hears of payments again")
    until(Message.objects.filter(accepted_at__gt=back_at).exists, "the worker delivers again")
    assert outside.web.get("/mail/").text.count("payer")
    fired = sum(fault["fired"] for fault in outside.web.get("/control/faults.json").json()["faults"])
    outside.web.delete("/control/faults")
    settle_everything(day)
    tomorrow = day + timedelta(days=1)
    commands.Sweep(on=tomorrow, by=BY, now=lambda: moment(tomorrow)).run(at_once=4)
    assert fired
    assert verdict(charge_ids, outside.web) == Verdict(double=0, missing=0, kopecks_apart=0)
    call_command("check_ledger", stdout=StringIO())


def carry_out(day):
    commands.Sweep(on=day, by=BY, now=clock.now).run(at_once=4)
    # A busy machine may answer later than our time limit.
    settle_everything(day)


def test_the_verdict_sees_what_is_wrong(outside, charge_ids, day):
    carry_out(day)
    assert verdict(charge_ids, outside.web) == Verdict(0, 0, 0)
    forgotten = Charge.objects.get(pk=charge_ids[0])
    Charge.objects.filter(pk=forgotten.pk).update(state=ChargeState.SCHEDULED, paid_at=None)
    known = Attempt.objects.get(payment__subject_id=charge_ids[1])
    outside.pay(key="beside", **known.body)
    found = verdict(charge_ids, outside.web)
    assert (found.double, found.missing) == (1, 1)
    assert found.kopecks_apart == forgotten.amount.kopecks + known.payment.amount.kopecks


@pytest.mark.parametrize("rows", ["payments", "entries"])
def test_the_verdict_sees_a_payment_and_an_entry_that_are_not_there(outside, charge_ids, day, rows):
    carry_out(day)
    paid = Payment.objects.get(subject_id=charge_ids[5])
    if rows == "payments":
        Payment.objects.filter(pk=paid.pk).update(state="declined")
    else:
        LedgerEntry.objects.create(
            event="payment",
            source_id=paid.subject_id,
            debit="acquirer",
            credit="receivable",
            amount=Money.of("0.07"),
            subject_id=paid.subject_id,
            posted_at=clock.now(),
        )
    apart = paid.amount.kopecks if rows == "payments" else 7
    assert verdict(charge_ids, outside.web) == Verdict(double=0, missing=0, kopecks_apart=apart)
