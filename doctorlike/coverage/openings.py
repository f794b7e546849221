"""The day a chosen region opens is told, once, to whoever the insured is reached at (docs/rules/regions.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.copay import queries as copay
from doctorlike.coverage.models import RegionSelection
from doctorlike.coverage.rules import OPENING_LATE, opening_is_news
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.notifications import commands as notifications
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.ui.words import day

TOPIC = "region_opening"
AT_ONCE = 500
NAMED_IN_AN_SMS = 3


@dataclass(frozen=True, slots=True)
class _Opening:
    """Regions of one policy that opened on one day. `active`: the copay programme is."""

    policy: PolicyView
    opens_on: date
    names: tuple[str, ...]
    active: bool


def tell_openings(*, on: date, by: Actor, at: datetime) -> int:
    """Tell of every chosen region that opens on that day of the insurer's, or opened within the last thirty and was not
    told of; returns how many policies were looked at. Each region is told once, whatever happens: safe to repeat, to
    run beside itself and after missed days."""
    seen = 0
    while found := _tell_some(on, by=by, at=at):
        seen += found
    return seen


@transaction.atomic
def _tell_some(on: date, *, by: Actor, at: datetime) -> int:
    advisory_lock("coverage:openings")
    due = RegionSelection.objects.filter(announced_at__isnull=True, serves_from_on__range=(on - OPENING_LATE, on))
    policy_ids = set(due.order_by("serves_from_on", "policy").values_list("policy", flat=True)[:AT_ONCE])
    rows = list(due.filter(policy__in=policy_ids).select_related("region").order_by("region__sort_key"))
    views = policies.policies_by_id(policy_ids)
    news = _news(rows, views, on)
    contacts = policies.insured_contacts({one.policy.id: one.policy for one in news}.values(), on)
    for one in news:
        phone, email = contacts[one.policy.id]
        _send(one, phone, email, on=on, by=by, at=at)
    RegionSelection.objects.filter(pk__in=[row.pk for row in rows]).update(announced_at=at, announced_by=str(by))
    told: list[object] = list(dict.fromkeys(one.policy.id for one in news if any(contacts[one.policy.id])))
    audit.record_many(by=by, at=at, action="regions.opening_told", subject_type="policy", subject_ids=told)
    return len(policy_ids)


def _news(rows: Sequence[RegionSelection], views: dict[UUID, PolicyView], on: date) -> list[_Opening]:
    by_day: dict[tuple[UUID, date], list[str]] = defaultdict(list)
    for row in rows:
        by_day[row.policy_id, row.serves_from_on].append(row.region.shown_name)
    active = copay.active_times(views)
    return [
        _Opening(views[policy_id], opens_on, tuple(names), active[policy_id].is_active)
        for (policy_id, opens_on), names in sorted(by_day.items(), key=lambda one: (one[0][1], str(one[0][0])))
        if opening_is_news(
            opens_on=opens_on,
            period=views[policy_id].period,
            cancelled_on=views[policy_id].cancelled_after,
            on=on,
        )
    ]


def _send(one: _Opening, phone: str, email: str, *, on: date, by: Actor, at: datetime) -> None:
    """By e-mail where there is an address, else by SMS. Regions are named, people are not; no word of health."""
    told = {
        "number": one.policy.number,
        "day": day(one.opens_on),
        "insured_from": day(one.policy.insured_from),
        "url": settings.SITE_URLS["portal"]
        + reverse("regions:index", urlconf=settings.URLCONFS["portal"], kwargs={"policy_id": one.policy.id}),
        "phone": settings.BRAND.phone,
        "insurer": settings.BRAND.insurer,
    }
    if email:
        subject = _("Полис {number}: открыты ваши регионы").format(**told)
        text = "\n\n".join(_paragraphs(one, on)).format(regions=", ".join(one.names), **told)
        notifications.send_email(
            to=email, subject=subject, text=text, topic=TOPIC, subject_id=one.policy.id, by=by, at=at
        )
    elif phone:
        brief = _("Полис {number}: с {day} открыты регионы: {regions}. {url}")
        if one.policy.insured_from > on:
            brief = _("Полис {number}: с {day} открыты регионы: {regions}. Платим с {insured_from}. {url}")
        text = brief.format(regions=_brief(one.names), **told)
        notifications.send_sms(to=phone, text=text, topic=TOPIC, subject_id=one.policy.id, by=by, at=at)


def _paragraphs(one: _Opening, on: date) -> list[str]:
    told = [_("Здравствуйте!"), _("С {day} по полису {number} открыты регионы, которые вы выбрали: {regions}.")]
    if one.policy.insured_from > on:
        told.append(_("Платить по полису мы начнём с {insured_from}: до этого дня идёт временная франшиза."))
    if not one.active:
        told.append(_("Франшизная программа приостановлена: привяжите карту или оплатите долг, и она заработает сама."))
    return [*told, _("Подробности в личном кабинете: {url}"), _("Вопросы: {phone}.\n{insurer}")]


def _brief(names: Sequence[str]) -> str:
    """The first few, for a message that is paid for by its length."""
    if len(names) <= NAMED_IN_AN_SMS:
        return ", ".join(names)
    first = ", ".join(names[:NAMED_IN_AN_SMS])
    return _("{first} и ещё {count}").format(first=first, count=len(names) - NAMED_IN_AN_SMS)
