"""The account's visits in the calendar of a phone, by a secret address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.visits.calendar_file import (
    MEDIA_TYPE,
    Entry,
    entry_of_note,
    entry_of_visit,
    fingerprint,
    subscription_file,
)
from doctorlike.sites.visitor import signed_in

# Visits of so long ago stay in the calendar; a client's polling must not grow more expensive with the years.
KEPT = timedelta(days=366)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/calendars/index.html", {"made_at": queries.calendar_made_at(signed_in(request).pk)})


@never_cache
@require_POST
@sensitive_variables("secret", "address")
def make(request: HttpRequest) -> HttpResponse:
    """The new address is shown by this one answer: only its digest is kept, so no page can show it again."""
    user, at = signed_in(request), clock.now()
    secret = commands.make_calendar_address(user_id=user.pk, by=Actor.user(user.pk), at=at)
    address = absolute("portal", "calendars:feed", secret=secret)
    shown = {"made_at": at, "address": address, "webcal": f"webcal://{address.partition('://')[2]}"}
    return render(request, "portal/calendars/index.html", shown)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    commands.end_calendar_address(user_id=user.pk, by=Actor.user(user.pk), at=clock.now())
    messages.success(request, _("Адрес отключён: календари по нему больше ничего не получат."))
    return redirect("calendars:index")


@require_safe
@sensitive_variables("secret")
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Visits of everybody whom the account may see, as of the insurer's date: a child's until the fifteenth birthday.
    Whoever holds the address reads it, so it names no doctor, no clinic and nothing medical."""
    if len(secret) > 100:
        raise Http404
    user_id, made_at = queries.calendar_owner(secret)
    at = clock.now()
    entries = _entries(user_id, at)
    etag = f'"{fingerprint(entries, product=settings.BRAND.product)}"'
    # What the account may see changes at midnight without anything having been changed.
    midnight = datetime.combine(clock.insurer_date(at), time(), clock.insurer_zone())
    changed_at = max([made_at, midnight, *(entry.changed_at for entry in entries)])
    changed = int(changed_at.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=changed)
    if answer is None:
        answer = HttpResponse(subscription_file(entries, product=settings.BRAND.product), content_type=MEDIA_TYPE)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(changed)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _entries(user_id: UUID, at: datetime) -> Sequence[Entry]:
    """By time. Three queries, however many people and visits."""
    open_policies = {one.id: one for one in policies.policies_of(user_id, clock.insurer_date(at)) if one.medical_open}
    since = at - KEPT
    visits = queries.visits_since(open_policies, since)
    notes = queries.noted_visits_of(open_policies, since=since)
    with_visits = {one.policy_id for one in visits} | {one.policy_id for one in notes}
    people = {open_policies[policy_id].person_key for policy_id in with_visits}

    def whose(policy_id: UUID) -> str:
        return open_policies[policy_id].insured.given_name if len(people) > 1 else ""

    entries = [
        *(
            entry_of_visit(one, url=absolute("portal", "visits:visit", visit_id=one.id), whose=whose(one.policy_id))
            for one in visits
        ),
        *(
            entry_of_note(one, url=absolute("portal", "noted:show", noted_id=one.id), whose=whose(one.policy_id))
            for one in notes
        ),
    ]
    return sorted(entries, key=lambda entry: (entry.starts_at, entry.uid))
