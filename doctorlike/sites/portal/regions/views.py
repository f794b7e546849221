"""«Выбрать регионы»: the policy's regions, the choice of more, and its confirmation with the day they open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.clinics import queries as clinics
from doctorlike.coverage import commands, queries
from doctorlike.coverage.queries import RegionsView
from doctorlike.coverage.rules import serves_from
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.regions.rules import RegionCard
from doctorlike.sites.portal.person import SESSION_KEY
from doctorlike.sites.portal.regions.country import CountryMap, country_map
from doctorlike.sites.portal.regions.pages import history, in_scope, lay_out, lay_out_found, on_offer
from doctorlike.sites.visitor import signed_in
from doctorlike.ui.words import day


@require_safe
def index(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """The same number of queries however many regions and clinics there are. The child's other parent sees the regions;
    a choice, which is not taken back, is the policyholder's."""
    policy = policies.policy_for(signed_in(request).pk, policy_id, on=clock.today())
    today = clock.today()
    _insureds_choice(policy)
    # «Список ЛПУ» is that of whoever's things are shown: from here on this policy's.
    if request.session.get(SESSION_KEY) != str(policy.id):
        request.session[SESSION_KEY] = str(policy.id)
    view = queries.regions_of(policy, today)
    may_choose = view.can_choose and not policy.by_invitation
    text = request.GET.get("q", "").strip()[:100] if may_choose else ""
    counts = clinics.clinic_counts_by_region(policy.scope, max(today, policy.period.starts_on))
    offered = on_offer(policy, view) if may_choose else []
    ticked = set(request.GET.getlist("region"))
    shown = {
        "policy": policy,
        "view": view,
        "may_choose": may_choose,
        "chosen": [(one, counts.get(one.code, 0)) for one in view.chosen],
        "regions": lay_out_found(text, offered, view, ticked=ticked, clinics=counts)
        if text
        else lay_out(offered, ticked=ticked, clinics=counts),
        "country": None if view.fixed or text else _country(policy, view, offered, counts),
        "history": history(view, policy, signed_in(request).pk),
        "q": text,
        "opens_on": serves_from(today, policy.period),
    }
    return render(request, "portal/regions/index.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Says from which day the ticked regions open; that very day is confirmed, so at midnight it is said anew."""
    policy = _policy(request, policy_id)
    _insureds_choice(policy)
    asked = request.POST if request.method == "POST" else request.GET
    at = clock.now()
    opens_on = serves_from(clock.insurer_date(at), policy.period)
    view = queries.regions_of(policy, clock.insurer_date(at))
    ticked = set(asked.getlist("region"))
    fresh = [region for region in on_offer(policy, view) if region.code in ticked]
    if not view.can_choose or not fresh:
        if view.can_choose and not ticked & set(view.codes):
            messages.error(request, _("Отметьте хотя бы один регион и нажмите «Продолжить»."))
        return redirect("regions:index", policy_id)
    told_on = request.POST.get("opens_on")
    if request.method == "POST" and told_on == opens_on.isoformat():
        try:
            commands.select_regions(
                policy_id=policy_id,
                region_codes=[region.code for region in fresh],
                by=Actor.user(signed_in(request).pk),
                at=at,
            )
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _chosen(len(fresh), day(opens_on)))
        return redirect("regions:index", policy_id)
    counts = clinics.clinic_counts_by_region(policy.scope, max(opens_on, policy.period.starts_on))
    shown = {
        "policy": policy,
        "fresh": [(region, counts.get(region.code, 0)) for region in fresh],
        "opens_on": opens_on,
        "moved": told_on is not None,
        "never": opens_on >= policy.period.ends_on,
    }
    return render(request, "portal/regions/confirm.html", shown)


def _country(
    policy: PolicyView, view: RegionsView, offered: Sequence[RegionCard], counts: Mapping[str, int]
) -> CountryMap:
    return country_map(
        view.chosen,
        {one.code for one in offered},
        {one.code for one in in_scope(policy)},
        clinics=counts,
    )


def _policy(request: HttpRequest, policy_id: UUID) -> PolicyView:
    return policies.managed_policy_for(signed_in(request).pk, policy_id, on=clock.today())


def _insureds_choice(policy: PolicyView) -> None:
    """Where somebody goes to a doctor is theirs: NotFoundError for whoever only pays (docs/rules/coming-of-age.md)."""
    if not policy.medical_open:
        raise NotFoundError


def _chosen(count: int, opens: str) -> str:
    words = _("Регион выбран, клиники откроются {opens}.")
    if count > 1:
        words = _("Регионы выбраны, клиники откроются {opens}.")
    return words.format(opens=opens)
