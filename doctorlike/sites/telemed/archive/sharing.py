"""A conclusion shown to another doctor by a link that ends: made, closed, and opened without signing in."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.sites import misses
from doctorlike.sites.links import absolute
from doctorlike.sites.telemed.archive.views import consultation_page, open_policy_ids
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries
from doctorlike.telemed.errors import WrongShareDaysError
from doctorlike.ui.views import error_page

MISSES_AT_MOST = 20


@require_POST
def share(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The link is shown this once; here is kept only what recognises it."""
    ids = open_policy_ids(request)
    days = request.POST.get("days", "")
    try:
        secret = commands.share_conclusion(
            consultation_id=consultation_id,
            user_id=signed_in(request).pk,
            policy_ids=ids,
            days=int(days) if days in ("1", "7", "30") else 0,
            by=Actor.user(signed_in(request).pk),
            at=clock.now(),
        )
    except WrongShareDaysError as refusal:
        queries.archived(consultation_id, ids)
        messages.warning(request, str(refusal))
        return redirect("archive:consultation", consultation_id)
    page = consultation_page(queries.archived(consultation_id, ids))
    return render(
        request, "telemed/archive/shared.html", {**page, "address": absolute("telemed", "share:show", secret=secret)}
    )


@require_POST
def revoke(request: HttpRequest, consultation_id: UUID, share_id: UUID) -> HttpResponse:
    commands.revoke_share(
        consultation_id=consultation_id,
        share_id=share_id,
        policy_ids=open_policy_ids(request),
        by=Actor.user(signed_in(request).pk),
        at=clock.now(),
    )
    messages.success(request, _("Ссылка закрыта: по ней больше ничего не открыть."))
    return redirect("archive:consultation", consultation_id)


@require_safe
def show(request: HttpRequest, secret: str) -> HttpResponse:
    """The conclusion for whoever holds the link, and that it was opened for whoever made it. A preview by a messenger
    asks for the head alone, which counts as nothing."""
    if misses.count(request, "share", "missed") >= MISSES_AT_MOST:
        return _closed(request, HTTPStatus.TOO_MANY_REQUESTS, _("Слишком много попыток. Попробуйте через час."))
    try:
        shared = queries.shared(secret, at=clock.now())
    except NotFoundError:
        misses.note(request, "share", "missed")
        text = _("Её срок закончился, её закрыли или адрес скопирован не целиком. Попросите пациента прислать новую.")
        return _closed(request, HTTPStatus.NOT_FOUND, text)
    if request.method == "GET":
        commands.note_share_opened(share_id=shared.share_id, by=Actor.system("share"), at=clock.now())
    return _unkept(render(request, "telemed/share/show.html", {"shared": shared}))


def _closed(request: HttpRequest, status: HTTPStatus, text: str) -> HttpResponse:
    return _unkept(
        error_page(
            request,
            status=status,
            title=_("Ссылка не открывается"),
            text=text,
            way_url=reverse("entry:index"),
            way_label=_("На главную"),
        )
    )


def _unkept(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
