"""Contracts at the desk: ended on the client's behalf, names and documents put right. Both are in the trail."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.accounts import queries as accounts
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.money import Money
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import CancelledAlreadyError, NothingCorrectedError
from doctorlike.sites.desk.aftersale_forms import NAMES, CorrectionForm, EndPolicyForm
from doctorlike.sites.ending import ending_of
from doctorlike.sites.visitor import signed_in

WHOM = ("insured", "policyholder")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """The same picture as the client's own page; how they asked is recorded instead of a code."""
    policy = policies.policy(policy_id)
    ending = ending_of(policy, now=clock.now())
    if ending is None:
        messages.warning(request, _("Договор уже закончился или расторгнут."))
        return redirect("desk:client", policy_id)
    form = EndPolicyForm(
        request.POST if request.method == "POST" else None, initial={"refund": ending.outcome.refund.amount}
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.cancel_policy(
                policy_id=policy_id,
                insured_event=ending.outcome.insured_event,
                seen_refund=Money(form.cleaned_data["refund"]),
                asked_how=form.cleaned_data["asked_how"],
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
            )
        except CancelledAlreadyError as refusal:
            messages.warning(request, str(refusal))
            return redirect("desk:client", policy_id)
        except DomainError as refusal:
            messages.warning(request, str(refusal))
            return redirect("desk:end_policy", policy_id)
        messages.success(request, _("Договор расторгнут, клиенту отправлено уведомление."))
        return redirect("desk:client", policy_id)
    page = {"policy": policy, "ending": ending, "form": form, "sees_visits": True, "sees_charges": True}
    return render(request, "desk/end_policy.html", page)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def correct_person(request: HttpRequest, policy_id: UUID, whom: str) -> HttpResponse:
    """How the insured or the policyholder is written in the contract."""
    if whom not in WHOM:
        raise Http404
    policy = policies.policy(policy_id)
    person = policy.insured if whom == "insured" else policy.policyholder
    identity = accounts.identity_of(person.id)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        person=person,
        identity=identity,
        today=clock.today(),
        initial={**identity, **{name: getattr(person, name) for name in NAMES}},
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.correct_person(
                policy_id=policy_id,
                whom=whom,  # type: ignore[arg-type]  # one of WHOM, as asked above
                names=form.names(),
                identity=form.identity(),
                reason=form.cleaned_data["reason"],
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
            )
        except NotFoundError:
            raise
        except NothingCorrectedError as refusal:
            form.add_error("surname", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Исправлено. Новая версия документов уйдёт клиенту на почту."))
            return redirect("desk:client", policy_id)
    page = {"policy": policy, "person": person, "whom": whom, "form": form}
    return render(request, "desk/correct_person.html", page)
