"""Another phone or e-mail address: the one it replaces is proven first, then the new one."""

from __future__ import annotations

import time
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import CodeError, ContactTakenError, OldContactUnprovenError
from doctorlike.accounts.rules import Contact, ContactKind, OldProof
from doctorlike.accounts.rules.codes import CONTACT, OLD_CONTACT
from doctorlike.accounts.rules.factors import PROVEN_FOR, STRONG
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.security.proof import factor_proven_lately
from doctorlike.sites.signin import pending as waiting
from doctorlike.sites.signin.forms import CodeForm, EmailForm, PhoneForm
from doctorlike.sites.signin.pending import Pending
from doctorlike.sites.visitor import signed_in

KEY, OLD_KEY, PROVEN_KEY = "adding_contact", "proving_old_contact", "old_contact_proven"
CONTACT_FORMS = {"phone": PhoneForm, "email": EmailForm}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, kind: str) -> HttpResponse:
    """The new one: a code goes there."""
    old = _old(request, _kind(kind))
    if old and not _proof_of(request, old):
        return redirect("profile:old_contact", kind=kind)
    form = CONTACT_FORMS[kind](request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        asked = Pending.of(form.cleaned_data["contact"])
        try:
            asked.send(request, CONTACT)
        except CodeError as refusal:
            form.add_error("contact", str(refusal))
        else:
            waiting.keep(request, KEY, asked)
            return redirect("profile:contact_code")
    return render(request, "portal/profile/contact.html", {"form": form, "kind": kind})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def old_contact(request: HttpRequest, kind: str) -> HttpResponse:
    """The one that is to be replaced is still its owner's: a code sent there says so, or the app or a passkey does."""
    old = _old(request, _kind(kind))
    if old is None or _proof_of(request, old):
        return redirect("profile:contact", kind=kind)
    asked = _asked_at(request, old)
    form = CodeForm(request.POST if request.method == "POST" and asked else None)
    if asked and request.method == "POST" and form.is_valid():
        try:
            asked.check(OLD_CONTACT, form.cleaned_data["code"])
        except CodeError as refusal:
            form.add_error("code", str(refusal))
        else:
            waiting.drop(request, OLD_KEY)
            request.session[PROVEN_KEY] = {"value": old.value, "at": time.time()}
            return redirect("profile:contact", kind=kind)
    return _old_page(request, form, old)


@never_cache
@require_POST
def old_contact_send(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the code to the contact that is to be replaced."""
    old = _old(request, _kind(kind))
    if old is None:
        return redirect("profile:contact", kind=kind)
    asked = Pending.of(old)
    try:
        asked.send(request, OLD_CONTACT)
    except CodeError as refusal:
        return _old_page(request, CodeForm(), old, refusal=str(refusal), status=409)
    waiting.keep(request, OLD_KEY, asked)
    return redirect("profile:old_contact", kind=kind)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_code(request: HttpRequest) -> HttpResponse:
    asked = waiting.kept(request, KEY)
    if asked is None:
        return _anew(request)
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, form, asked)
    user = signed_in(request)
    old = _old(request, asked.contact.kind)
    try:
        asked.check(CONTACT, form.cleaned_data["code"])
        commands.save_contact(
            user_id=user.pk,
            contact=asked.contact,
            old_proof=_proof_of(request, old) if old else None,
            by=Actor.user(user.pk),
            at=clock.now(),
        )
    except OldContactUnprovenError:
        waiting.drop(request, KEY)
        messages.warning(request, _("Прошло слишком много времени. Подтвердите прежний контакт ещё раз."))
        return redirect("profile:old_contact", kind=asked.kind)
    except (CodeError, ContactTakenError) as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, form, asked)
    waiting.drop(request, KEY)
    request.session.pop(PROVEN_KEY, None)
    messages.success(request, _("Контакт подтверждён."))
    return redirect("profile:index")


@never_cache
@require_POST
def contact_code_again(request: HttpRequest) -> HttpResponse:
    asked = waiting.kept(request, KEY)
    if asked is None:
        return _anew(request)
    try:
        asked.send(request, CONTACT)
    except CodeError as refusal:
        return _code_page(request, CodeForm(), asked, refusal=str(refusal), status=409)
    return _code_page(request, CodeForm(), asked, sent_again=True)


def _anew(request: HttpRequest) -> HttpResponse:
    """No contact waits for its code in this browser any more."""
    messages.warning(request, _("Прежний код больше не действует. Укажите телефон или почту ещё раз: пришлём новый."))
    return redirect("profile:index")


def _kind(kind: str) -> ContactKind:
    if kind not in CONTACT_FORMS:
        raise Http404
    return cast(ContactKind, kind)


def _old(request: HttpRequest, kind: ContactKind) -> Contact | None:
    """The verified contact of that kind that a new one would replace."""
    card = queries.user_card(signed_in(request).pk)
    value = card.phone if kind == "phone" else card.email
    return Contact(kind, value) if value else None


def _proof_of(request: HttpRequest, old: Contact) -> OldProof | None:
    if factor_proven_lately(request):
        return OldProof.FACTOR
    proven = request.session.get(PROVEN_KEY)
    if not proven or proven["value"] != old.value:
        return None
    return OldProof.CODE if time.time() - proven["at"] < PROVEN_FOR.total_seconds() else None


def _asked_at(request: HttpRequest, old: Contact) -> Pending | None:
    asked = waiting.kept(request, OLD_KEY)
    return asked if asked and asked.value == old.value else None


def _old_page(
    request: HttpRequest, form: CodeForm, old: Contact, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    here = reverse("profile:old_contact", kwargs={"kind": old.kind})
    has_factor = bool(queries.held_factors(signed_in(request).pk) & STRONG)
    told: dict[str, Any] = {
        "form": form,
        "contact": old,
        "kind": old.kind,
        "sent": _asked_at(request, old) is not None,
        "factor_url": f"{reverse('security:prove')}?{urlencode({'next': here})}" if has_factor else "",
        "refusal": refusal,
    }
    return render(request, "portal/profile/old_contact.html", told, status=status)


def _code_page(
    request: HttpRequest,
    form: CodeForm,
    asked: Pending,
    *,
    refusal: str = "",
    sent_again: bool = False,
    status: int = 200,
) -> HttpResponse:
    told = {
        "form": form,
        "contact": asked.contact,
        "again_url": reverse("profile:contact_code_again"),
        "other_url": reverse("profile:contact", args=[asked.kind]),
        "refusal": refusal,
        "sent_again": sent_again,
    }
    return render(request, "account/code.html", told, status=status)
