"""«Вход и безопасность»: second proofs, recovery codes, devices that are signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import CodeError, LastFactorError, TooManyPasskeysError, WrongPasskeyError
from doctorlike.accounts.rules.factors import device_name
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.security.base import base_page
from doctorlike.sites.security.proof import freshly_proven
from doctorlike.sites.signin import passkeys
from doctorlike.sites.signin.app_secret import app_to_set_up, forget_app, secret_to_set_up
from doctorlike.sites.signin.forms import AppCodeForm, PasskeyNameForm
from doctorlike.sites.visitor import signed_in


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything at a glance."""
    user = signed_in(request)
    security = queries.security_of(user.pk, session_key=request.session.session_key or "")
    told = {"base": base_page(), "security": security, "at_work": bool(user.roles)}
    return render(request, "security/index.html", told)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@freshly_proven
def app(request: HttpRequest) -> HttpResponse:
    """An app with codes, a first one or instead of the one there is."""
    user = signed_in(request)
    form = AppCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.add_app(
                user_id=user.pk,
                secret=secret_to_set_up(request),
                code=form.cleaned_data["code"],
                by=Actor.user(user.pk),
                at=clock.real_now(),
            )
        except CodeError as refusal:
            form.add_error("code", str(refusal))
        else:
            forget_app(request)
            return _recovery_codes(request)
    told = {"base": base_page(), "form": form, "app": app_to_set_up(request, user)}
    return render(request, "security/app.html", told)


@never_cache
@sensitive_post_parameters("credential")
@require_http_methods(["GET", "HEAD", "POST"])
@freshly_proven
def passkey(request: HttpRequest) -> HttpResponse:
    """A passkey of this device."""
    user = signed_in(request)
    known_as = device_name(request.headers.get("User-Agent", "")) or _("Мой ключ")
    form = PasskeyNameForm(request.POST or None, initial={"name": known_as})
    if request.method == "POST" and form.is_valid():
        try:
            commands.add_passkey(
                user_id=user.pk,
                name=form.cleaned_data["name"],
                credential=passkeys.created(request.POST.get("credential", "")),
                by=Actor.user(user.pk),
                at=clock.real_now(),
            )
        except (WrongPasskeyError, TooManyPasskeysError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Ключ добавлен. В следующий раз войдёте по нему, без кода."))
            return redirect("security:index")
    told = {"base": base_page(), "form": form, "asked": passkeys.creation_asked(user)}
    return render(request, "security/passkey.html", told)


@require_POST
@freshly_proven
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    user = signed_in(request)
    try:
        commands.remove_factor(user_id=user.pk, factor_id=factor_id, by=Actor.user(user.pk), at=clock.real_now())
    except LastFactorError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Убрали."))
    return redirect("security:index")


@never_cache
@require_POST
@freshly_proven
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once."""
    return _recovery_codes(request)


@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign one device out."""
    user = signed_in(request)
    commands.end_session(user_id=user.pk, session_id=session_id, by=Actor.user(user.pk), at=clock.real_now())
    messages.success(request, _("Сеанс завершён."))
    return redirect("security:index")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = signed_in(request)
    key = request.session.session_key or ""
    ended = commands.end_other_sessions(user_id=user.pk, but_key=key, by=Actor.user(user.pk), at=clock.real_now())
    messages.success(request, _("Других сеансов больше нет.") if ended else _("Других сеансов и не было."))
    return redirect("security:index")


def _recovery_codes(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    codes = commands.renew_recovery_codes(user_id=user.pk, by=Actor.user(user.pk), at=clock.real_now())
    told = {"base": base_page(), "codes": [f"{code[:4]} {code[4:]}" for code in codes]}
    return render(request, "security/recovery_codes.html", told)
