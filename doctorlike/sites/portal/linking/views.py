"""A policy by number and birth date, then a code sent to its phone. The pages are the same whether or not it exists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.kit import clock
from doctorlike.policies import commands
from doctorlike.policies.errors import LinkingLockedError, LinkRefusedError, LinkTryOldError, ProfileNeededError
from doctorlike.sites.portal import person
from doctorlike.ui.forms import CodeField, DayField, Form


class NumberForm(Form):
    number = forms.CharField(
        label=gettext_lazy("Номер полиса"),
        help_text=gettext_lazy("Он в самом полисе и в письме, например ONDL-300042"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    born_on = DayField(
        label=gettext_lazy("Дата рождения застрахованного"),
        help_text=gettext_lazy("Того, на кого оформлен полис: для детского полиса это дата рождения ребёнка"),
    )


class CodeForm(Form):
    code = CodeField(label=gettext_lazy("Код из сообщения"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    viewer = person.current(request)
    form = NumberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            try_id = commands.link_by_number(
                user_id=viewer.user.pk,
                **form.cleaned_data,
                by=viewer.actor,
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except ProfileNeededError as refusal:
            messages.warning(request, str(refusal))
            return redirect(f"{reverse('profile:index')}?{urlencode({'next': reverse('linking:index')})}")
        except LinkingLockedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("linking:code", try_id=try_id)
    return render(request, "portal/linking/index.html", {"form": form, "viewer": viewer})


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, try_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            policy_id = commands.confirm_link(
                user_id=viewer.user.pk,
                try_id=try_id,
                code=form.cleaned_data["code"],
                by=viewer.actor,
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except (LinkRefusedError, LinkTryOldError, LinkingLockedError) as refusal:
            form.add_error("code", str(refusal))
        else:
            person.show(request, policy_id)
            messages.success(request, _("Полис привязан."))
            return redirect("home:index")
    page: dict[str, Any] = {"form": form, "viewer": viewer}
    return render(request, "portal/linking/code.html", page)
