"""What SMS may cost. Money is taken out for each message right before it goes, under one lock: the ceiling holds
with any number of workers."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.notifications.models import SmsHour
from doctorlike.notifications.queries import sms_money
from doctorlike.notifications.rules import Purse, sms_parts

BY = Actor.system("money for SMS")
log = logging.getLogger(__name__)


@transaction.atomic
def take(*, text: str, is_code: bool, at: datetime) -> bool:
    """Whether the message may go; its cost is counted then. `at` is the true instant. The first time in an hour that
    money becomes scarce or is spent, the log is warned and the trail tells it."""
    if not settings.SMS_PRICE_KOPECKS:
        return True
    advisory_lock("money for SMS")
    parts = sms_parts(text)
    money = sms_money(at)
    purse = money.purse(parts)
    hour, _ = SmsHour.objects.get_or_create(hour_at=_hour(at))
    if purse is not Purse.OPEN and hour.warned_at is None:
        hour.warned_at = at
        _tell("sms.scarce", money.spent_this_hour, money.spent_this_day, at)
    if purse is Purse.CLOSED and hour.closed_at is None:
        hour.closed_at = at
        _tell("sms.closed", money.spent_this_hour, money.spent_this_day, at)
    may_go = purse is Purse.OPEN or (is_code and purse is Purse.SPARING)
    if may_go:
        hour.kopecks += parts * money.price
    hour.save()
    return may_go


@transaction.atomic
def give_back(*, text: str, at: datetime) -> None:
    """The provider did not take what `take` counted at `at`. A message taken with its answer lost is counted when it is
    sent once more."""
    cost = sms_parts(text) * settings.SMS_PRICE_KOPECKS
    SmsHour.objects.filter(hour_at=_hour(at)).update(kopecks=Greatest(F("kopecks"), cost) - cost)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _tell(action: str, this_hour: int, this_day: int, at: datetime) -> None:
    log.warning("%s: %d kopecks this hour, %d within 24 hours", action, this_hour, this_day)
    audit.record(
        by=BY,
        at=at,
        action=action,
        subject_type="sms_money",
        subject_id=_hour(at).isoformat(),
        details={"this_hour_kopecks": this_hour, "this_day_kopecks": this_day},
    )
