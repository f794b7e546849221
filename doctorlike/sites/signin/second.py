"""The second step of signing in, and its setting-up for people at work; and coming in by a passkey alone."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.stages import LoginStage
from allauth.account.utils import perform_login
from allauth.mfa.internal.constants import LoginStageKey
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import CodeError, WrongPasskeyError
from doctorlike.accounts.models import User
from doctorlike.accounts.rules.factors import SET_UP, Factor, device_name
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.signin import passkeys
from doctorlike.sites.signin.app_secret import app_to_set_up, forget_app, secret_to_set_up
from doctorlike.sites.signin.forms import AppCodeForm, SecondCodeForm
from doctorlike.sites.signin.views import door_page, form_class, safe_next

_SECRET_FIELDS = sensitive_post_parameters("code", "credential")


@_SECRET_FIELDS
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=LoginStageKey.MFA_AUTHENTICATE.value, redirect_urlname="account_login")
def second_step(request: HttpRequest) -> HttpResponseBase:
    """A code of the app, a recovery code or a passkey, after the code to phone or e-mail."""
    stage, user = _stage(request)
    form = SecondCodeForm(request.POST if request.POST.get("code") is not None else None)
    if request.method == "POST":
        try:
            kind = _proof(request, user, form)
        except (CodeError, WrongPasskeyError) as refusal:
            form.add_error("code", str(refusal))
        else:
            if kind:
                record_authentication(request, user, "mfa", type=kind)
                return cast(HttpResponseBase, stage.exit())
    return _second_page(request, user, form)


@_SECRET_FIELDS
@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=SET_UP, redirect_urlname="account_login")
def set_up(request: HttpRequest) -> HttpResponseBase:
    """Somebody at work comes for the first time: nobody works here with a code of the mailbox alone."""
    stage, user = _stage(request)
    form = AppCodeForm(request.POST if "code" in request.POST else None)
    refusal = ""
    if request.method == "POST":
        try:
            kind = _set_up(request, user, form)
        except (CodeError, WrongPasskeyError) as error:
            refusal = str(error)
            if form.is_bound:
                form.add_error("code", refusal)
        else:
            if kind:
                record_authentication(request, user, "mfa", type=kind)
                return cast(HttpResponseBase, stage.exit())
    told = {
        "form": form,
        "refusal": "" if form.is_bound else refusal,
        "app": app_to_set_up(request, user),
        "asked": passkeys.creation_asked(user),
    }
    return render(request, "account/set_up.html", told)


@never_cache
@require_GET
def passkey_asked(request: HttpRequest) -> HttpResponse:
    """What a browser signs to come in by a passkey alone. Says nothing of anybody."""
    return JsonResponse(passkeys.proof_asked())


@never_cache
@_SECRET_FIELDS
@require_POST
def passkey_enter(request: HttpRequest) -> HttpResponseBase:
    """In by a passkey: it is two proofs in one, the device and what unlocks it."""
    next_url = safe_next(request)
    try:
        user = passkeys.proven(request.POST.get("credential", "")).user
        if settings.SITE == "staff" and not user.roles:
            raise WrongPasskeyError
    except WrongPasskeyError as refusal:
        return door_page(request, form_class()(), next_url, refusal=str(refusal))
    record_authentication(request, user, "mfa", type=Factor.PASSKEY, passwordless=True)
    return cast(
        HttpResponseBase,
        perform_login(request, user, redirect_url=next_url or resolve_url(settings.LOGIN_REDIRECT_URL)),
    )


def _stage(request: HttpRequest) -> tuple[LoginStage, User]:
    stage: LoginStage = request._login_stage  # type: ignore[attr-defined]  # set by `login_stage_required`
    return stage, cast(User, stage.login.user)


def _proof(request: HttpRequest, user: User, form: SecondCodeForm) -> str:
    """The kind of proof given; empty when the form says what is missing. CodeError, WrongPasskeyError."""
    if answer := request.POST.get("credential"):
        passkeys.proven(answer, user)
        return Factor.PASSKEY
    if not form.is_valid():
        return ""
    return commands.check_second_code(user_id=user.pk, code=form.cleaned_data["code"], at=clock.real_now())


def _set_up(request: HttpRequest, user: User, form: AppCodeForm) -> str:
    by, at = Actor.user(user.pk), clock.real_now()
    if answer := request.POST.get("credential"):
        name = device_name(request.headers.get("User-Agent", ""))
        commands.add_passkey(user_id=user.pk, name=name, credential=passkeys.created(answer), by=by, at=at)
        return Factor.PASSKEY
    if not form.is_valid():
        return ""
    secret = secret_to_set_up(request)
    commands.add_app(user_id=user.pk, secret=secret, code=form.cleaned_data["code"], by=by, at=at)
    forget_app(request)
    return Factor.APP


def _second_page(request: HttpRequest, user: User, form: SecondCodeForm) -> HttpResponse:
    held = queries.held_factors(user.pk)
    told: dict[str, Any] = {"form": form, "has_app": Factor.APP in held}
    if Factor.PASSKEY in held:
        told["asked"] = passkeys.proof_asked(user)
    return render(request, "account/second.html", told)
