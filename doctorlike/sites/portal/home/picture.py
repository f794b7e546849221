"""What the first page says about one policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext

from doctorlike.appointments import queries as appointments
from doctorlike.appointments.queries import NotedCard, OfferCard, VisitCard
from doctorlike.copay import queries as copay
from doctorlike.copay.queries import ChargeView, EnrolmentView
from doctorlike.copay.rules import EnrolmentState
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import ChosenRegion, RegionsView
from doctorlike.coverage.rules import ChoiceBar, serves_from
from doctorlike.kit import clock
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import LinkRole, Standing
from doctorlike.sites.portal.visits.taking import Offered, offered_instead
from doctorlike.ui.words import daymonth

STEPS = 4


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


@dataclass(frozen=True, slots=True)
class HomePicture:
    """`opened` are chosen regions whose first day is today; `upcoming_charges` those that will still leave the card;
    `instead`: times in place of those a clinic took away; `may_invite`: the adult may invite the insured to an own
    account."""

    standing: Standing
    waiting: WaitingBar | None
    next_step: NextStep | None
    enrolment: EnrolmentView
    regions: RegionsView
    opened: Sequence[ChosenRegion]
    visits: Sequence[VisitCard | NotedCard]
    offers: Sequence[OfferCard]
    instead: Sequence[Offered]

    upcoming_charges: Sequence[ChargeView]
    may_invite: bool


def home_picture(policy: PolicyView, *, now: datetime) -> HomePicture:
    today = clock.insurer_date(now)
    enrolment = copay.enrolment(policy.id)
    regions = coverage.regions_of(policy, today, active=enrolment.times)
    visits = _coming(policy, now) if policy.medical_open else []
    charges = [] if policy.by_invitation else copay.unpaid_charges_of([policy.id])
    return HomePicture(
        standing=policy.standing(today),
        waiting=waiting_bar(policy, today),
        next_step=next_step(policy, enrolment, regions, has_visits=bool(visits), today=today),
        enrolment=enrolment,
        regions=regions,
        opened=regions.opening_on(today) if policy.medical_open and regions.bar is not ChoiceBar.OVER else (),
        visits=visits,
        offers=appointments.open_offers([policy.id], now) if policy.medical_open else [],
        instead=offered_instead([one for one in visits if isinstance(one, VisitCard)], now),
        upcoming_charges=charges,
        may_invite=policy.role == LinkRole.GUARDIAN and today >= policies.may_invite_from(policy),
    )


def _coming(policy: PolicyView, now: datetime) -> list[VisitCard | NotedCard]:
    noted = [one for one in appointments.noted_visits_of([policy.id]) if one.is_upcoming(now)]
    return sorted([*appointments.upcoming([policy.id], now), *noted], key=lambda one: one.starts_at)


def _ready(enrolment: EnrolmentView, regions: RegionsView) -> bool:
    return enrolment.state is EnrolmentState.ACTIVE and (regions.fixed or bool(regions.chosen))


def waiting_bar(policy: PolicyView, today: date) -> WaitingBar | None:
    """Shown from the contract's start until the first insured day."""
    if policy.standing(today) is not Standing.WAITING:
        return None
    return WaitingBar(
        insured_from_on=policy.insured_from,
        days_passed=(today - policy.period.starts_on).days,
        days_total=policy.terms.waiting_days,
    )


def next_step(
    policy: PolicyView, enrolment: EnrolmentView, regions: RegionsView, *, has_visits: bool, today: date
) -> NextStep | None:
    """One at a time: activate the programme, choose regions, book. None when there is nothing left to lead to."""
    if policy.standing(today) in (Standing.ENDED, Standing.CANCELLED):
        return None
    if policy.by_invitation and not _ready(enrolment, regions):
        return None  # what is left to do is the policyholder's
    if enrolment.state is EnrolmentState.SUSPENDED:
        return NextStep(
            title=gettext("Франшизная программа приостановлена"),
            text=gettext("Привяжите карту или оплатите долг, и запись к врачам откроется снова."),
            url=reverse("activation:index", args=[policy.id]),
            action=gettext("Что сделать"),
            done=1,
        )
    if enrolment.state is not EnrolmentState.ACTIVE:
        return NextStep(
            title=gettext("Подключите франшизную программу"),
            text=gettext("После этого откроются клиники. За визиты в клинике платить не нужно."),
            url=reverse("activation:index", args=[policy.id]),
            action=gettext("Подключить"),
            done=1,
        )
    if policy.medical_open and not regions.fixed and not regions.chosen:
        return NextStep(
            title=gettext("Выберите регионы"),
            text=gettext("Клиники выбранных регионов откроются %(day)s. Доплачивать не нужно, число регионов любое.")
            % {"day": daymonth(serves_from(today, policy.period))},
            url=reverse("regions:index", args=[policy.id]),
            action=gettext("Выбрать регионы"),
            done=2,
        )
    if not has_visits and policy.medical_open:
        return NextStep(
            title=gettext("Запишитесь к врачу"),
            text=gettext("Перед записью покажем, покрыт ли приём.")
            if policy.by_invitation
            else gettext("Перед записью покажем, покрыт ли приём и сколько он будет стоить вам."),
            url=reverse("find:index"),
            action=gettext("Выбрать врача и время"),
            done=3,
        )
    return None
