"""Which regions a policy has, and from when they serve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import UUIDField

from doctorlike.copay import queries as copay
from doctorlike.copay.queries import ActiveTimes
from doctorlike.coverage.models import RegionSelection
from doctorlike.coverage.rules import ChoiceBar, EnrolmentOn, choice_bar
from doctorlike.kit.reads import Read, Told
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import fixed_regions
from doctorlike.regions import queries as regions
from doctorlike.regions.rules import shown_name


@dataclass(frozen=True, slots=True)
class ChosenRegion:
    """A region of the policy. `selected_at` is None where the scope fixed it, `selected_by` is an actor as the trail
    writes it. `serving` on the day asked about."""

    code: str
    name: str
    selected_at: datetime | None
    serves_from_on: date
    serving: bool
    selected_by: str = ""


@dataclass(frozen=True, slots=True)
class RegionsChosen:
    """`fixed` where the scope leaves no choice. `chosen` follows the alphabet."""

    fixed: bool
    chosen: tuple[ChosenRegion, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(chosen.code for chosen in self.chosen)


@dataclass(frozen=True, slots=True)
class RegionsView(RegionsChosen):
    """`bar` says why regions cannot be chosen now."""

    bar: ChoiceBar

    @property
    def can_choose(self) -> bool:
        return self.bar is ChoiceBar.NONE

    def opening_on(self, day: date) -> tuple[ChosenRegion, ...]:
        """Chosen ones that begin to serve on that day."""
        return tuple(one for one in self.chosen if one.selected_at is not None and one.serves_from_on == day)


_selections = Read(
    lambda: (
        RegionSelection.objects.filter(policy_id=Told("policy_id", UUIDField()))
        .order_by("region__sort_key")
        .values_list(
            *("region_id", "region__short_name", "region__name_en", "selected_at", "serves_from_on", "selected_by")
        )
    ),
    prepared=True,
)


def chosen_regions(policy: PolicyView, on: date) -> RegionsChosen:
    """The policy's regions as of the insurer's date, whether or not others may be chosen now. One query."""
    fixed = fixed_regions(policy.scope)
    if fixed is not None:
        return RegionsChosen(
            True,
            tuple(
                ChosenRegion(region.code, region.shown_name, None, policy.period.starts_on, on in policy.period)
                for region in regions.all_regions()
                if region.code in fixed
            ),
        )
    ends_on = policy.period.ends_on
    return RegionsChosen(
        False,
        tuple(
            ChosenRegion(code, shown_name(short, english), selected_at, serves, serves <= on < ends_on, selected_by)
            for code, short, english, selected_at, serves, selected_by in _selections(policy_id=policy.id)
        ),
    )


def regions_of(policy: PolicyView, on: date, *, active: ActiveTimes | None = None) -> RegionsView:
    """The policy's regions as of the insurer's date. Two queries; one when the caller knows already when the programme
    was `active`."""
    view = chosen_regions(policy, on)
    times = active if active is not None else copay.active_times([policy.id])[policy.id]
    bar = choice_bar(
        fixed=view.fixed,
        period=policy.period,
        cancelled_on=policy.cancelled_after,
        enrolment=enrolment_now(times),
        on=on,
    )
    return RegionsView(view.fixed, view.chosen, bar)


def enrolment_now(times: ActiveTimes) -> EnrolmentOn:
    """As it stands, for what is done at this moment."""
    if times.is_active:
        return EnrolmentOn.ACTIVE
    return EnrolmentOn.SUSPENDED if times.spans else EnrolmentOn.NEVER


def enrolment_on(times: ActiveTimes, day: date, zone: ZoneInfo) -> EnrolmentOn:
    """As of a visit's date: active at any moment of it, from midnight to midnight where the clinic is."""
    if times.active_on(day, zone):
        return EnrolmentOn.ACTIVE
    return EnrolmentOn.SUSPENDED if times.activated_by(day, zone) else EnrolmentOn.NEVER
