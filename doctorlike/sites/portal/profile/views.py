"""The client's profile: name and birth date, contacts, language, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import BirthDateFixedError, CodeError, ContactTakenError
from doctorlike.accounts.queries import UserCard
from doctorlike.accounts.rules.codes import CONTACT
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.portal.profile.forms import ProfileForm
from doctorlike.sites.signin import pending as waiting
from doctorlike.sites.signin.forms import CodeForm, EmailForm, PhoneForm
from doctorlike.sites.signin.pending import Pending
from doctorlike.sites.signin.views import safe_next

KEY = "adding_contact"
CONTACT_FORMS = {"phone": PhoneForm, "email": EmailForm}


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Name and birth date; the first page after the first signing in, then leads on to where the client was going."""
    card = _card(request)
    if request.method != "POST":
        return _page(request, card, ProfileForm(initial=_initial(card)))
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, card, form)
    try:
        commands.save_profile(user_id=card.id, **form.cleaned_data, by=Actor.user(card.id), at=clock.now())
    except BirthDateFixedError as refusal:
        form.add_error("born_on", str(refusal))
        return _page(request, card, form)
    if card.person:
        messages.success(request, _("Сохранили."))
        return redirect(safe_next(request) or "profile:index")
    return redirect(safe_next(request) or "home:index")


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, kind: str) -> HttpResponse:
    """Another phone or e-mail address: a code goes there first."""
    if kind not in CONTACT_FORMS:
        raise Http404
    form = CONTACT_FORMS[kind](request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = Pending.of(form.cleaned_data["contact"])
        try:
            asked.send(CONTACT)
        except CodeError as refusal:
            form.add_error("contact", str(refusal))
        else:
            waiting.keep(request, KEY, asked)
            return redirect("profile:contact_code")
    return render(request, "portal/profile/contact.html", {"form": form, "kind": kind})


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def contact_code(request: HttpRequest) -> HttpResponse:
    asked = waiting.kept(request, KEY)
    if asked is None:
        return redirect("profile:index")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, form, asked)
    card = _card(request)
    try:
        asked.check(CONTACT, form.cleaned_data["code"])
        commands.save_contact(user_id=card.id, contact=asked.contact, by=Actor.user(card.id), at=clock.now())
    except (CodeError, ContactTakenError) as refusal:
        form.add_error("code", str(refusal))
        return _code_page(request, form, asked)
    waiting.drop(request, KEY)
    messages.success(request, _("Контакт подтверждён."))
    return redirect("profile:index")


@require_POST
def contact_code_again(request: HttpRequest) -> HttpResponse:
    asked = waiting.kept(request, KEY)
    if asked is None:
        return redirect("profile:index")
    try:
        asked.send(CONTACT)
    except CodeError as refusal:
        return _code_page(request, CodeForm(), asked, refusal=str(refusal), status=409)
    return _code_page(request, CodeForm(), asked, sent_again=True)


def _card(request: HttpRequest) -> UserCard:
    return queries.user_card(request.user.pk)  # type: ignore[arg-type]  # the permission table lets nobody else in here


def _initial(card: UserCard) -> dict[str, Any]:
    person = card.person
    fields = ("surname", "given_name", "patronymic", "born_on", "sex")
    return {field: getattr(person, field) for field in fields} if person else {}


def _page(request: HttpRequest, card: UserCard, form: ProfileForm) -> HttpResponse:
    told = {"form": form, "card": card, "next": safe_next(request)}
    return render(request, "portal/profile/index.html", told)


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
