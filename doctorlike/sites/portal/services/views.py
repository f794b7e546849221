"""Control of services: what clinics say they rendered, who pays, what leaves the card and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from doctorlike.care import queries as care
from doctorlike.care.queries import EncounterView
from doctorlike.copay import commands as copay
from doctorlike.copay import queries as charges
from doctorlike.copay.queries import ChargeView
from doctorlike.kit import clock
from doctorlike.kit.dates import add_months
from doctorlike.kit.money import Money
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal import person
from doctorlike.ui.words import money

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month of the year's picture: own shares by the month of the visit."""

    label: str
    value: int
    text: str
    current: bool


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    viewer = person.current(request)
    policy = viewer.policy
    encounters = care.encounters_of([policy.id]) if policy is not None and policy.medical_open else []
    return render(
        request,
        "portal/services/index.html",
        {
            "viewer": viewer,
            "policy": policy,
            "encounters": encounters,
            "charges": _paid_for_another(policy),
            "bars": [] if policy and policy.by_invitation else month_bars(encounters, clock.today()),
            "year_total": Money.total(one.share_total for one in encounters),
        },
    )


def _paid_for_another(policy: PolicyView | None) -> list[ChargeView]:
    """Amounts and days for whoever pays and does not see what for."""
    if policy is None or policy.medical_open or policy.by_invitation:
        return []
    return charges.charges_of([policy.id])


@require_safe
def encounter(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """One visit. Seeing its charges is being told of them (docs/rules/charge-day.md), for whoever pays them: the
    child's other parent sees neither charges nor disputes."""
    viewer = person.current(request)
    open_to_viewer = [one for one in viewer.policies if one.medical_open]
    shown = care.encounter(encounter_id, [one.id for one in open_to_viewer])
    policy = next(one for one in open_to_viewer if one.id == shown.policy_id)
    untold = [] if policy.by_invitation else [one.id for one in shown.charges if one.told_at is None]
    for charge_id in untold:
        copay.note_told(charge_id=charge_id, by=viewer.actor, at=clock.now())
    if untold:
        shown = care.encounter(encounter_id, [policy.id])
    disputed = {} if policy.by_invitation else care.disputes_of_lines([line.id for line in shown.lines])
    return render(
        request,
        "portal/services/encounter.html",
        {
            "viewer": viewer,
            "policy": policy,
            "encounter": shown,
            "lines": [(line, disputed.get(line.id)) for line in shown.lines],
        },
    )


def month_bars(encounters: Sequence[EncounterView], today: date) -> list[MonthBar]:
    """Own shares of the last twelve months, one bar each; nothing to draw when there were none."""
    by_month: dict[tuple[int, int], list[Money]] = defaultdict(list)
    for one in encounters:
        by_month[(one.visit_on.year, one.visit_on.month)].append(one.share_total)
    if not by_month:
        return []
    first = today.replace(day=1)
    months = [add_months(first, -back) for back in reversed(range(MONTHS_SHOWN))]
    return [
        MonthBar(
            label=date_format(month, "M").lower(),
            value=(total := Money.total(by_month.get((month.year, month.month), ()))).kopecks,
            text=money(total),
            current=month == first,
        )
        for month in months
    ]
