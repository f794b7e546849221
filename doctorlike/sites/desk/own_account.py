"""The insured calls or comes and has no account yet: once they were identified, a link goes to their own contact."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.accounts.rules import Contact, read_contact
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import InvitationRestsError, NotInsuredsContactError, TooEarlyToInviteError
from doctorlike.sites.visitor import signed_in
from doctorlike.ui.forms import Form


class InsuredContactForm(Form):
    contact = forms.CharField(
        label=gettext_lazy("Собственный телефон или почта застрахованного"),
        help_text=gettext_lazy("Не страхователя и не родителя: сюда придёт ссылка в собственный кабинет."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Введите номер телефона или адрес почты.")},
    )
    identified = forms.BooleanField(
        label=gettext_lazy("Личность застрахованного проверена по документу"),
        error_messages={"required": gettext_lazy("Сначала проверьте документ самого застрахованного")},
    )

    def clean_contact(self) -> Contact:
        try:
            return read_contact(self.cleaned_data["contact"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None


@never_cache
@sensitive_post_parameters("contact")
@require_http_methods(["GET", "HEAD", "POST"])
def own_account(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Only of a contract that somebody else concluded. What was done stands in the policy's trail."""
    policy = policies.policy(policy_id)
    if policies.is_own(policy):
        raise NotFoundError
    form = InsuredContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.name_insured_contact(
                policy=policy,
                contact=form.cleaned_data["contact"],
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except (NotInsuredsContactError, InvitationRestsError, TooEarlyToInviteError) as refusal:
            form.add_error("contact", str(refusal))
        else:
            messages.success(request, _("Ссылка отправлена застрахованному."))
            return redirect("desk:client", policy_id)
    page = {"policy": policy, "form": form, "of_age_on": policies.of_age_on(policy)}
    return render(request, "desk/own_account.html", page, status=422 if form.errors else 200)
