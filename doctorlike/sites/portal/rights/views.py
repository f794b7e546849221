"""What the client agreed to, who looked at their records, a copy of their data."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.rights import commands, queries, words
from doctorlike.rights.errors import CopyGoneError, CopyRecentlyError, NotAtOnceError
from doctorlike.rights.rules import ADVERTISING, COPY_KEPT_FOR
from doctorlike.sites.downloads import attachment
from doctorlike.sites.security.proof import freshly_proven
from doctorlike.sites.visitor import signed_in

LAST_PAGE = 1000


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything at a glance: consents, news and offers, the copy, the way to the rest."""
    user, now = signed_in(request), clock.now()
    consents = queries.consents_of(user.pk, clock.insurer_date(now))
    copy = queries.latest_copy(user.pk)
    told = {
        "consents": consents,
        "advertising": any(one.consent.stands for one in consents if one.consent.purpose == ADVERTISING),
        "advertising_text": words.advertising_text(settings.BRAND.insurer),
        "copy": copy,
        "can_fetch": copy is not None and copy.can_fetch(now),
        "copy_days": COPY_KEPT_FOR.days,
        "closing": queries.closing_of(user.pk),
    }
    return render(request, "portal/rights/index.html", told)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """The words agreed to, as they were, and what follows when they are taken back."""
    user, now = signed_in(request), clock.now()
    given = queries.consent_of(user.pk, consent_id, clock.insurer_date(now))
    if request.method == "POST":
        try:
            commands.withdraw(
                user_id=user.pk,
                consent_id=consent_id,
                ip_address=request.META.get("REMOTE_ADDR"),
                by=Actor.user(user.pk),
                at=now,
            )
        except NotAtOnceError as refusal:
            messages.warning(request, str(refusal))
            return redirect("rights:consent", consent_id)
        messages.success(request, _("Согласие отозвано."))
        return redirect("rights:index")
    told = {"given": given, "text": queries.wording_of(given)}
    return render(request, "portal/rights/consent.html", told)


@require_POST
def advertising(request: HttpRequest) -> HttpResponse:
    """News and offers on or off."""
    user = signed_in(request)
    wanted = request.POST.get("wanted") == "yes"
    commands.set_advertising(
        user_id=user.pk,
        wanted=wanted,
        ip_address=request.META.get("REMOTE_ADDR"),
        by=Actor.user(user.pk),
        at=clock.now(),
    )
    if wanted:
        messages.success(request, _("Будем присылать новости и предложения. Отключить их можно здесь же."))
    else:
        messages.success(request, _("Новости и предложения больше не пришлём."))
    return redirect("rights:index")


@never_cache
@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    """Who opened the medical records of the client and of children below the age of consent."""
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) <= LAST_PAGE else 1
    found = queries.readings_of(signed_in(request).pk, clock.today(), page)
    return render(request, "portal/rights/readings.html", {"readings": found})


@require_POST
def ask_copy(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    try:
        commands.ask_copy(user_id=user.pk, by=Actor.user(user.pk), at=clock.now())
    except CopyRecentlyError as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Готовим копию. Напишем вам, когда её можно будет скачать."))
    return redirect("rights:index")


@never_cache
@require_safe
@freshly_proven
def fetch_copy(request: HttpRequest, copy_id: UUID) -> HttpResponse:
    """The archive, for whoever has just proved to be its owner."""
    user, now = signed_in(request), clock.now()
    try:
        content = queries.read_copy(user.pk, copy_id, now)
    except CopyGoneError as refusal:
        messages.warning(request, str(refusal))
        return redirect("rights:index")
    commands.note_fetched(user_id=user.pk, copy_id=copy_id, by=Actor.user(user.pk), at=now)
    return attachment(content, name=f"my-data-{clock.insurer_date(now)}.zip", media_type="application/zip")
