"""The phone is lost: mailbox, policy number and birth date, the new phone; a day later the new phone is the account's.

Existing and non-existing addresses, policies and birth dates meet the same pages; what came of it is told in the
mailbox, whose owner was proven first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.accounts import commands
from doctorlike.accounts import queries as accounts
from doctorlike.accounts.errors import CodeError, ContactTakenError, RecoveryLockedError, RecoveryOverError
from doctorlike.accounts.rules.recovery import DELAY, MAILBOX, NEW_PHONE
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies
from doctorlike.sites.portal.recovery import steps
from doctorlike.sites.portal.recovery.forms import PolicyForm
from doctorlike.sites.signin import pending as waiting
from doctorlike.sites.signin.forms import CodeForm, EmailForm, PhoneForm
from doctorlike.sites.signin.pending import Pending

BY = Actor.visitor("recovery")


@dataclass(frozen=True, slots=True)
class CodeStep:
    """A step that asks for a code: where it is kept, what it is for, its pages."""

    key: str
    purpose: str
    again: str
    other: str


AT_MAILBOX = CodeStep("recovering_mailbox", MAILBOX, "recovery:mailbox_again", "recovery:index")
AT_PHONE = CodeStep("recovering_phone", NEW_PHONE, "recovery:phone_code_again", "recovery:phone")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The mailbox of the account: a code goes there, whether or not there is an account."""
    form = EmailForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked_for = Pending.of(form.cleaned_data["contact"])
        try:
            commands.refuse_locked_recovery(email=asked_for.value, at=clock.real_now())
            asked_for.send(request, AT_MAILBOX.purpose)
        except (CodeError, RecoveryLockedError) as refusal:
            form.add_error("contact", str(refusal))
        else:
            waiting.keep(request, AT_MAILBOX.key, asked_for)
            return redirect("recovery:mailbox")
    return render(request, "portal/recovery/index.html", {"form": form, "hours": _hours()})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """The code from the mailbox."""
    asked_for = waiting.kept(request, AT_MAILBOX.key)
    if asked_for is None:
        return redirect("recovery:index")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not _entered(form, asked_for, AT_MAILBOX):
        return _code_page(request, form, asked_for, AT_MAILBOX)
    waiting.drop(request, AT_MAILBOX.key)
    steps.begin(request, asked_for.value)
    return redirect("recovery:policy")


@never_cache
@require_POST
def mailbox_again(request: HttpRequest) -> HttpResponse:
    return _send_again(request, AT_MAILBOX)


@never_cache
@sensitive_post_parameters("number", "born_on")
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """A policy of the account and its holder's birth date. Whether they fit is not said."""
    progress = steps.kept(request)
    if progress is None:
        return _start_anew(request)
    form = PolicyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        owner = next(iter(accounts.users_by_contact(email=progress.email)), None)
        fits = policies.opens_account(owner.id if owner else None, **form.cleaned_data)
        steps.keep(request, progress.told(fits=fits))
        return redirect("recovery:phone")
    return render(request, "portal/recovery/policy.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """The new phone: a code goes there."""
    progress = steps.kept(request)
    if progress is None or progress.fits is None:
        return _start_anew(request)
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked_for = Pending.of(form.cleaned_data["contact"])
        try:
            asked_for.send(request, AT_PHONE.purpose)
        except CodeError as refusal:
            form.add_error("contact", str(refusal))
        else:
            waiting.keep(request, AT_PHONE.key, asked_for)
            return redirect("recovery:phone_code")
    return render(request, "portal/recovery/phone.html", {"form": form})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """The code from the new phone; then the request begins, or is refused by mail."""
    progress, asked_for = steps.kept(request), waiting.kept(request, AT_PHONE.key)
    if progress is None or progress.fits is None or asked_for is None:
        return _start_anew(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not _entered(form, asked_for, AT_PHONE):
        return _code_page(request, form, asked_for, AT_PHONE)
    try:
        commands.ask_recovery(
            email=progress.email, phone=asked_for.value, fits=progress.fits, by=BY, at=clock.real_now()
        )
    except (ContactTakenError, RecoveryLockedError) as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, form, asked_for, AT_PHONE)
    waiting.drop(request, AT_PHONE.key)
    steps.drop(request)
    return redirect("recovery:asked")


@never_cache
@require_POST
def phone_code_again(request: HttpRequest) -> HttpResponse:
    if steps.kept(request) is None:
        return _start_anew(request)
    return _send_again(request, AT_PHONE)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens now, the same for everybody."""
    return render(request, "portal/recovery/asked.html", {"hours": _hours()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, secret: str) -> HttpResponse:
    """The link in the notice. Opening it changes nothing: programs that check mail open links too."""
    if request.method != "POST":
        return render(request, "portal/recovery/cancel.html", {"over": not accounts.is_recovery_waiting(secret)})
    try:
        commands.cancel_recovery(secret=secret, at=clock.real_now())
    except RecoveryOverError:
        return render(request, "portal/recovery/cancel.html", {"over": True}, status=409)
    return render(request, "portal/recovery/cancelled.html")


def _entered(form: CodeForm, asked_for: Pending, step: CodeStep) -> bool:
    if not form.is_valid():
        return False
    try:
        asked_for.check(step.purpose, form.cleaned_data["code"])
    except CodeError as refusal:
        form.add_error("code", str(refusal))
        return False
    return True


def _send_again(request: HttpRequest, step: CodeStep) -> HttpResponse:
    asked_for = waiting.kept(request, step.key)
    if asked_for is None:
        return redirect("recovery:index")
    try:
        asked_for.send(request, step.purpose)
    except CodeError as refusal:
        return _code_page(request, CodeForm(), asked_for, step, refusal=str(refusal), status=409)
    return _code_page(request, CodeForm(), asked_for, step, sent_again=True)


def _start_anew(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Прошло слишком много времени. Начните заново: пришлём новый код."))
    return redirect("recovery:index")


def _code_page(
    request: HttpRequest,
    form: CodeForm,
    asked_for: Pending,
    step: CodeStep,
    *,
    refusal: str = "",
    sent_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    told: dict[str, Any] = {
        "form": form,
        "contact": asked_for.contact,
        "again_url": reverse(step.again),
        "other_url": reverse(step.other),
        "refusal": refusal,
        "sent_again": sent_again,
    }
    return render(request, "account/code.html", told, status=status)


def _hours() -> int:
    return int(DELAY.total_seconds() // 3600)
