"""The door of the portal and of the staff site: phone or e-mail address, then a code. Known and unknown addresses get
the same answers until the code is entered, and the code reaches the owner alone."""

from __future__ import annotations

from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import logout
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import AccountClosedError, CodeError, NoStaffAccountError, TooSoonError
from doctorlike.accounts.rules.codes import SIGN_IN
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.signin import pending as waiting
from doctorlike.sites.signin.forms import CodeForm, DoorForm, StaffDoorForm
from doctorlike.sites.signin.pending import Pending
from doctorlike.ui.views import error_page

KEY = "signing_in"
DOOR = Actor.visitor("door")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """Ask for phone or e-mail address and send a code there."""
    next_url = safe_next(request)
    if request.user.is_authenticated:
        return redirect(next_url or resolve_url(settings.LOGIN_REDIRECT_URL))
    its_form = form_class()
    earlier = waiting.kept(request, KEY)
    if request.method != "POST":
        return door_page(request, its_form(initial={"contact": str(earlier.contact) if earlier else ""}), next_url)
    form = its_form(request.POST)
    if not form.is_valid():
        return door_page(request, form, next_url)
    asked = Pending.of(form.cleaned_data["contact"], next_url=next_url)
    try:
        asked.send(request, SIGN_IN)
    except TooSoonError as refusal:
        # Somebody who stepped back and typed the same address again still has a code that works.
        if earlier is None or earlier.value != asked.value:
            form.add_error("contact", str(refusal))
            return door_page(request, form, next_url)
        return redirect("account_code")
    except CodeError as refusal:
        form.add_error("contact", str(refusal))
        return door_page(request, form, next_url)
    waiting.keep(request, KEY, asked)
    return redirect("account_code")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code and let the owner of the address in."""
    asked = waiting.kept(request, KEY)
    if asked is None:
        return _anew(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, form, asked)
    try:
        asked.check(SIGN_IN, form.cleaned_data["code"])
    except CodeError as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, form, asked)
    waiting.drop(request, KEY)
    return _let_in(request, asked)


@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same address."""
    asked = waiting.kept(request, KEY)
    if asked is None:
        return _anew(request)
    try:
        asked.send(request, SIGN_IN)
    except CodeError as refusal:
        # An unbound form shows no errors of its own, so the refusal stands above it.
        return _code_page(request, CodeForm(), asked, refusal=str(refusal), status=409)
    return _code_page(request, CodeForm(), asked, sent_again=True)


def leave(request: HttpRequest) -> HttpResponseBase:
    """Sign out, asked once. What the site keeps in this browser goes too: the digital card and the worker that shows
    it."""
    answer: HttpResponseBase = logout(request)
    if request.method == "POST" and not request.user.is_authenticated:
        answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def safe_next(request: HttpRequest) -> str:
    """The page asked for before signing in, when it is one of this site; else nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else ""


def _let_in(request: HttpRequest, asked: Pending) -> HttpResponseBase:
    enter = commands.enter_staff_site if settings.SITE == "staff" else commands.enter_account
    try:
        entered = enter(contact=asked.contact, by=DOOR, at=clock.now())
    except (NoStaffAccountError, AccountClosedError) as refusal:
        return error_page(
            request,
            status=403,
            title=_("Войти не получилось"),
            text=str(refusal),
            way_url=reverse("account_login"),
            way_label=_("Войти по другому адресу"),
        )
    proof = {"method": "code", asked.kind: asked.value}
    return let_in(request, entered.user_id, proof=proof, next_url=asked.next_url, signup=entered.is_new)


def let_in(
    request: HttpRequest, user_id: UUID, *, proof: dict[str, str], next_url: str, signup: bool
) -> HttpResponseBase:
    """Somebody has proven who they are by `proof`; a second step is asked for where the account holds one."""
    user = get_user_model().objects.get(pk=user_id)
    # Asked again before sensitive deeds ("when did they last prove who they are"): allauth keeps it, and has no
    # public function to tell it of a proof checked elsewhere.
    record_authentication(request, user, **proof)
    return perform_login(request, user, redirect_url=_after(user_id, next_url), signup=signup)


def _after(user_id: UUID, next_url: str) -> str:
    if settings.SITE == "staff" or queries.user_card(user_id).person:
        return next_url or resolve_url(settings.LOGIN_REDIRECT_URL)
    first = reverse("profile:index")
    return f"{first}?{urlencode({'next': next_url})}" if next_url else first


def form_class() -> type[forms.Form]:
    return StaffDoorForm if settings.SITE == "staff" else DoorForm


def door_page(request: HttpRequest, form: forms.Form, next_url: str, *, refusal: str = "") -> HttpResponse:
    told = {"form": form, "next": next_url, "refusal": refusal, "by_esia": bool(settings.ESIA_URL)}
    return render(request, "account/login.html", told)


def _anew(request: HttpRequest) -> HttpResponse:
    """No sign-in is under way in this browser: the code that somebody still has is of an earlier one."""
    if not request.user.is_authenticated:
        messages.warning(request, _("Прежний код больше не действует. Укажите адрес ещё раз: пришлём новый."))
    return redirect("account_login")


def _code_page(
    request: HttpRequest,
    form: forms.Form,
    asked: Pending,
    *,
    refusal: str = "",
    sent_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    told = {
        "form": form,
        "contact": asked.contact,
        "again_url": reverse("account_code_again"),
        "other_url": f"{reverse('account_login')}?{urlencode({'next': asked.next_url})}",
        "refusal": refusal,
        "sent_again": sent_again,
    }
    return render(request, "account/code.html", told, status=status)
