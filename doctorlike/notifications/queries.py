"""What was said to whom, without the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, Sum

from doctorlike.kit import clock
from doctorlike.notifications.models import Message, SmsHour
from doctorlike.notifications.rules import SPENDING_DAY, Purse, SmsMoney, sms_parts


@dataclass(frozen=True, slots=True)
class MessageFate:
    id: UUID
    channel: str
    state: str
    created_at: datetime
    accepted_at: datetime | None


def fates(*, topic: str, subject_id: object) -> list[MessageFate]:
    """Messages about one subject, newest first."""
    rows = Message.objects.filter(topic=topic, subject_id=str(subject_id)).order_by("-created_at", "-id")
    return [MessageFate(row.pk, row.channel, row.state, row.created_at, row.accepted_at) for row in rows.defer("text")]


def sms_money(at: datetime) -> SmsMoney:
    """What SMS cost in the true hour of `at` and in the 24 hours that end with it, beside what they may."""
    this_hour = at.replace(minute=0, second=0, microsecond=0)
    spent = SmsHour.objects.filter(hour_at__gt=this_hour - SPENDING_DAY).aggregate(
        day=Sum("kopecks", default=0), hour=Sum("kopecks", filter=Q(hour_at=this_hour), default=0)
    )
    return SmsMoney(
        price=settings.SMS_PRICE_KOPECKS,
        most_an_hour=settings.SMS_CEILING_ROUBLES_AN_HOUR * 100,
        most_a_day=settings.SMS_CEILING_ROUBLES_A_DAY * 100,
        spent_this_hour=spent["hour"],
        spent_this_day=spent["day"],
    )


def sms_open(text: str) -> bool:
    """Whether a code in these words may still go by SMS. Asked before one is promised; the true hour counts, whatever
    the demo clock shows."""
    if not settings.SMS_PRICE_KOPECKS:
        return True
    return sms_money(clock.real_now()).purse(sms_parts(text)) is not Purse.CLOSED
