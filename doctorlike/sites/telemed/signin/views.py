"""Coming in from the portal and going out."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from doctorlike.accounts import commands
from doctorlike.accounts.commands.identity import leave_both_sites
from doctorlike.accounts.errors import AccountClosedError, SignInLostError
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.links import absolute
from doctorlike.sites.signin.views import safe_next
from doctorlike.sites.telemed.signin import provider
from doctorlike.ui.views import error_page

# Under which nonce the portal let this session begin: by it signing out here finds the session there.
BEGUN_UNDER = "begun_under"
# The portal's own sign-in lasts a month; here coming in again is one silent round trip.
LASTS_SECONDS = 12 * 60 * 60
BACKEND = "doctorlike.accounts.recognition.AccountBackend"


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Off to the portal; somebody signed in there comes straight back."""
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url or "/")
    return redirect(provider.begin(request, next_url))


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the portal: the state must be one this browser took along, and serves once."""
    try:
        vouched = provider.came_back(request)
    except provider.NotUnderWayError:
        # A second click on the same address, or the way back pressed: the first time has already let them in.
        return redirect("/") if request.user.is_authenticated else _lost(request)
    except provider.ProviderSilentError:
        return _silent(request)
    except provider.ProviderRefusedError:
        return _lost(request)
    user = get_user_model().objects.filter(subject=vouched.subject, is_active=True).first()
    if user is None:
        return _lost(request)
    login(request, user, backend=BACKEND)
    request.session.set_expiry(LASTS_SECONDS)
    request.session[BEGUN_UNDER] = vouched.nonce
    # Stored before it is joined to the portal's: whoever signs out there in this very moment ends it.
    request.session.save()
    try:
        commands.take_over(
            subject=vouched.subject,
            nonce=vouched.nonce,
            telemed_session_key=request.session.session_key or "",
            by=Actor.user(user.pk),
            at=clock.now(),
        )
    except (SignInLostError, AccountClosedError):
        logout(request)
        return _lost(request)
    return redirect(vouched.next_url or "/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out of telemedicine and of the portal, which it was entered from."""
    if request.method != "POST":
        return render(request, "telemed/signin/leave.html")
    if request.user.is_authenticated:
        leave_both_sites(nonce=request.session.get(BEGUN_UNDER, ""), by=Actor.user(request.user.pk), at=clock.now())
    logout(request)
    return redirect("signin:left")


@require_GET
def left(request: HttpRequest) -> HttpResponse:
    return render(request, "telemed/signin/left.html", {"portal_url": absolute("portal", "home:index")})


def _lost(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        status=400,
        title=_("Вход не завершён"),
        text=_("Портал не подтвердил вход или страница устарела. Ничего не потеряно: начните вход ещё раз."),
        way_url=reverse("signin:start"),
        way_label=_("Войти ещё раз"),
    )


def _silent(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        status=503,
        title=_("Портал не отвечает"),
        text=_("Без него мы не знаем, что это вы. Попробуйте через минуту или позвоните нам."),
        way_url=reverse("signin:start"),
        way_label=_("Попробовать ещё раз"),
    )
