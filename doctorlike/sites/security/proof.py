"""«Is it still you?»: asked again before what a stranger at an open screen must not do."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import CodeError, CodeExpiredError, WrongPasskeyError
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact
from doctorlike.accounts.rules.codes import PROOF
from doctorlike.accounts.rules.factors import PROVEN_FOR, STRONG, Factor
from doctorlike.kit import clock
from doctorlike.sites.security.base import base_page
from doctorlike.sites.signin import passkeys
from doctorlike.sites.signin import pending as waiting
from doctorlike.sites.signin.forms import CodeForm, SecondCodeForm
from doctorlike.sites.signin.pending import Pending
from doctorlike.sites.signin.views import safe_next
from doctorlike.sites.visitor import signed_in

KEY = "proving"
View = Callable[..., HttpResponse]


def freshly_proven(view: View) -> View:
    """The page only for somebody who proved who they are within the last minutes (`PROVEN_FOR`, true time); others
    prove it first and come back to the page, or after a POST to the overview."""

    @wraps(view)
    def held_up(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _proven_lately(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else reverse("security:index")
        return redirect(f"{reverse('security:prove')}?{urlencode({'next': back})}")

    return held_up


@never_cache
@sensitive_post_parameters("code", "credential")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """By the app or a passkey where there is one, else by a code to phone or e-mail."""
    user = signed_in(request)
    held = queries.held_factors(user.pk)
    asked = waiting.kept(request, KEY)
    form_class = SecondCodeForm if held & STRONG else CodeForm
    form = form_class(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        try:
            kind = _proof(request, user, form, asked)
        except (CodeError, WrongPasskeyError) as refusal:
            form.add_error("code", str(refusal))
        else:
            if kind:
                waiting.drop(request, KEY)
                record_authentication(request, user, "mfa" if held & STRONG else "code", type=kind)
                return redirect(safe_next(request) or "security:index")
    return _page(request, user, form, held)


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the code that proves it, to the phone, or to the e-mail address where there is no phone."""
    user = signed_in(request)
    held = queries.held_factors(user.pk)
    if held & STRONG:
        return redirect("security:prove")
    asked = Pending.of(_contact(user))
    try:
        asked.send(request, PROOF)
    except CodeError as refusal:
        return _page(request, user, CodeForm(), held, refusal=str(refusal), status=409)
    waiting.keep(request, KEY, asked)
    return redirect(f"{reverse('security:prove')}?{urlencode({'next': safe_next(request)})}")


def _proof(request: HttpRequest, user: User, form: SecondCodeForm | CodeForm, asked: Pending | None) -> str:
    if answer := request.POST.get("credential"):
        passkeys.proven(answer, user)
        return Factor.PASSKEY
    if not form.is_valid():
        return ""
    code = form.cleaned_data["code"]
    if isinstance(form, SecondCodeForm):
        return commands.check_second_code(user_id=user.pk, code=code, at=clock.real_now())
    if asked is None:
        raise CodeExpiredError
    asked.check(PROOF, code)
    return asked.kind


def factor_proven_lately(request: HttpRequest) -> bool:
    """Whether the app or a passkey was used within the last minutes (`PROVEN_FOR`, true time)."""
    return _proven_lately(request, methods=frozenset({"mfa"}))


def _proven_lately(request: HttpRequest, *, methods: frozenset[str] = frozenset()) -> bool:
    records = [
        record
        for record in get_authentication_records(request, signed_in(request))
        if not methods or record["method"] in methods
    ]
    latest = max((record["at"] for record in records), default=0.0)
    return time.time() - latest < PROVEN_FOR.total_seconds()


def _contact(user: User) -> Contact:
    if user.phone and user.phone_verified_at:
        return Contact("phone", user.phone)
    return Contact("email", user.email or "")


def _page(
    request: HttpRequest,
    user: User,
    form: SecondCodeForm | CodeForm,
    held: frozenset[Factor],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    told: dict[str, Any] = {
        "base": base_page(),
        "form": form,
        "next": safe_next(request),
        "by_factor": bool(held & STRONG),
        "contact": _contact(user),
        "sent": waiting.kept(request, KEY),
        "refusal": refusal,
    }
    if Factor.PASSKEY in held:
        told["asked"] = passkeys.proof_asked(user)
    return render(request, "security/prove.html", told, status=status)
