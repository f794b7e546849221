"""The proof of `make bench-charges`, small: a day of charges in the midst of faults, its programs killed in between."""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F

from bench.charges_day import Verdict, bound_methods, charges_due, people, verdict
from doctorlike.copay import commands
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import ChargeState
from doctorlike.payments import commands as payments
from doctorlike.payments.models import Attempt
from doctorlike.payments.rules import LIVE_ATTEMPT, SURELY_ABANDONED
from tests.copay.stage import BY, moment
from tests.sandbox.running import SHOP, until

DAY = date(2026, 4, 15)
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


@pytest.fixture
def charge_ids(transactional_db, outside):
    methods = bound_methods(outside.web, SHOP[1], 4)
    payers = people(4, methods=methods, at=moment(date(2026, 3, 1)))
    return charges_due(payers, CHARGES, on=DAY, at=moment(date(2026, 3, 20)))


def run_charges(settings):
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
        f":{database['PORT']}/{database['NAME']}",
        "ACQUIRER_URL": settings.ACQUIRER_URL,
        "ACQUIRER_TIMEOUT_SECONDS": str(settings.ACQUIRER_TIMEOUT_SECONDS),
        "DEMO": "0",
        "SITE": "console",
    }
    command = [sys.executable, "manage.py", "run_charges", "--on", DAY.isoformat(), "--at-once", "4"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def settle_everything():
    """As the sweep does minute by minute, the minutes gone."""

    def settled():
        Attempt.objects.filter(state="sent").update(sent_at=F("sent_at") - SURELY_ABANDONED)
        for payment_id in Attempt.objects.filter(state__in=LIVE_ATTEMPT).values_list("payment_id", flat=True):
            payments.refresh_payment(payment_id=payment_id, at=moment(DAY))
        return not Attempt.objects.filter(state__in=LIVE_ATTEMPT).exists()

    until(settled, "every attempt has a known fate")


def test_nothing_is_debited_twice_and_nothing_forgotten(outside, settings, charge_ids):
    for kind, more in FAULTS:
        outside.fault(kind, "recurring", percent=4, seed=7, **more)
    for tried in (6, 14):
        program = run_charges(settings)
        until(lambda tried=tried: Attempt.objects.count() >= tried, "the program is in the midst of it")
        program.kill()
        program.wait()
    commands.Sweep(on=DAY, by=BY, now=lambda: moment(DAY)).run(at_once=8)
    fired = sum(fault["fired"] for fault in outside.web.get("/control/faults.json").json()["faults"])
    outside.web.delete("/control/faults")
    settle_everything()
    tomorrow = DAY + timedelta(days=1)
    commands.Sweep(on=tomorrow, by=BY, now=lambda: moment(tomorrow)).run(at_once=4)
    assert fired
    assert verdict(charge_ids, outside.web) == Verdict(double=0, missing=0, kopecks_apart=0)


def test_the_verdict_sees_what_is_wrong(outside, charge_ids):
    commands.Sweep(on=DAY, by=BY, now=lambda: moment(DAY)).run(at_once=4)
    assert verdict(charge_ids, outside.web) == Verdict(0, 0, 0)
    forgotten = Charge.objects.get(pk=charge_ids[0])
    Charge.objects.filter(pk=forgotten.pk).update(state=ChargeState.SCHEDULED, paid_at=None)
    known = Attempt.objects.get(payment__subject_id=charge_ids[1])
    outside.pay(key="beside", **known.body)
    found = verdict(charge_ids, outside.web)
    assert (found.double, found.missing) == (1, 1)
    assert found.kopecks_apart == int(known.payment.amount.amount * 100)
