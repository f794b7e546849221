"""The client's profile: name and birth date, language, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.accounts import commands, queries
from doctorlike.accounts.errors import BirthDateFixedError
from doctorlike.accounts.queries import UserCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.portal.profile.forms import ProfileForm
from doctorlike.sites.signin.views import safe_next


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


def _card(request: HttpRequest) -> UserCard:
    return queries.user_card(request.user.pk)  # type: ignore[arg-type]  # the permission table lets nobody else in here


def _initial(card: UserCard) -> dict[str, Any]:
    person = card.person
    fields = ("surname", "given_name", "patronymic", "born_on", "sex")
    return {field: getattr(person, field) for field in fields} if person else {}


def _page(request: HttpRequest, card: UserCard, form: ProfileForm) -> HttpResponse:
    told = {"form": form, "card": card, "next": safe_next(request)}
    return render(request, "portal/profile/index.html", told)
