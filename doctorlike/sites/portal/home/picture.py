"""What the first page says about one policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import gettext

from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView


class Standing(StrEnum):
    """Where a contract stands on a day, as its card says it."""

    NOT_STARTED = "not_started"
    WAITING = "waiting"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class WaitingBar:
    """The waiting period as a dated bar: `insured_from_on` is the first insured day."""

    insured_from_on: date
    days_passed: int
    days_total: int

    @property
    def days_left(self) -> int:
        return self.days_total - self.days_passed


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do now, with how many of the steps to the first visit are done."""

    title: str
    text: str
    url: str
    action: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class HomePicture:
    standing: Standing
    waiting: WaitingBar | None


def standing_of(policy: PolicyView, today: date) -> Standing:
    """Where the contract stands; the waiting period counts from its start (docs/rules/eligibility.md)."""
    if policy.cancelled_on is not None and today >= policy.cancelled_on:
        return Standing.CANCELLED
    if today < policy.period.starts_on:
        return Standing.NOT_STARTED
    if today >= policy.period.ends_on:
        return Standing.EXPIRED
    if today < policy.period.starts_on + timedelta(days=policy.terms.waiting_days):
        return Standing.WAITING
    return Standing.IN_FORCE


def waiting_bar(policy: PolicyView, today: date) -> WaitingBar | None:
    """Shown from the contract's start until the first insured day."""
    if standing_of(policy, today) is not Standing.WAITING:
        return None
    return WaitingBar(
        insured_from_on=policy.period.starts_on + timedelta(days=policy.terms.waiting_days),
        days_passed=(today - policy.period.starts_on).days,
        days_total=policy.terms.waiting_days,
    )


def home_picture(policy: PolicyView, *, now: datetime) -> HomePicture:
    today = clock.insurer_date(now)
    return HomePicture(standing=standing_of(policy, today), waiting=waiting_bar(policy, today))


def link_step() -> NextStep:
    return NextStep(
        title=gettext("Добавьте полис"),
        text=gettext("Нужны номер полиса и дата рождения. Полис, купленный с этим телефоном, добавится сам."),
        url=reverse("linking:index"),
        action=gettext("Добавить полис"),
        done=0,
        total=4,
    )
