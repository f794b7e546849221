"""The client gives the account up."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.rights import commands, queries
from doctorlike.rights.rules import KEPT
from doctorlike.sites.portal.rights.forms import ClosingForm
from doctorlike.sites.security.proof import freshly_proven
from doctorlike.sites.visitor import signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@freshly_proven
def closing(request: HttpRequest) -> HttpResponse:
    """What goes, what the law keeps and for how long, what has to end first; then the account is closed at once or the
    request waits."""
    user, now = signed_in(request), clock.now()
    posted = request.method == "POST"
    form = ClosingForm(request.POST if posted else None)
    if posted and form.is_valid():
        matters = commands.ask_closing(user_id=user.pk, by=Actor.user(user.pk), at=now)
        if not matters:
            logout(request)
            return render(request, "portal/rights/closed.html", {"kept": KEPT})
        messages.success(request, _("Запрос записан. Аккаунт закроется, когда закончится то, что ещё открыто."))
        return redirect("rights:closing")
    told = {
        "form": form,
        "kept": KEPT,
        "matters": queries.open_matters(user.pk, clock.insurer_date(now)),
        "closing": queries.closing_of(user.pk),
    }
    return render(request, "portal/rights/closing.html", told, status=422 if form.errors else 200)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """The client changed their mind while the request waited."""
    user = signed_in(request)
    commands.take_back_closing(user_id=user.pk, by=Actor.user(user.pk), at=clock.now())
    messages.success(request, _("Запрос отменён, аккаунт остаётся."))
    return redirect("rights:index")
