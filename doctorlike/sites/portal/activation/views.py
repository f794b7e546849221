"""Joining the copay programme: terms, the acquirer's page, and the truth about how it ended."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.accounts import commands as accounts
from doctorlike.copay import commands as copay
from doctorlike.copay import queries as enrolled
from doctorlike.copay.rules import EnrolmentState
from doctorlike.kit import clock
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.rules import LIVE_BINDING, BindingState, PaymentSystem
from doctorlike.policies import queries as policies
from doctorlike.sites.links import absolute
from doctorlike.sites.portal import person
from doctorlike.sites.portal.activation.forms import ActivationForm
from doctorlike.sites.portal.activation.terms import CONSENT_VERSION, consent_text, example
from doctorlike.sites.portal.leaving import see_other


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Terms and consent. For an enrolment already active the same page binds another card (`?card=new`)."""
    viewer = person.current(request)
    policy = policies.managed_policy_for(viewer.user.pk, policy_id, on=clock.today())
    enrolment = enrolled.enrolment(policy_id)
    needs_card = policy.copay_percent > 0
    text = consent_text(policy)
    form = ActivationForm(request.POST or None, needs_card=needs_card, consent_text=text)
    over = enrolled.programme_over(policy, on=clock.today())
    # What is owed may still be paid from a card bound for it.
    closed = over and not enrolled.unpaid_charges_of([policy_id])
    if request.method == "POST" and not closed and form.is_valid():
        now = clock.now()
        consent = accounts.record_consent(
            purpose="copay_programme",
            document_version=CONSENT_VERSION,
            text=text,
            subject_type="policy",
            subject_id=policy_id,
            channel="portal",
            ip_address=request.META.get("REMOTE_ADDR"),
            by=viewer.actor,
            at=now,
        )
        opened = copay.start_enrolment(
            policy_id=policy_id,
            user_id=viewer.user.pk,
            payment_system=form.cleaned_data.get("payment_system", PaymentSystem.WORLD),
            return_url=absolute("portal", "activation:result", policy_id=policy_id),
            consent=consent,
            by=viewer.actor,
            at=now,
        )
        if opened is not None and opened.confirmation_url:
            return see_other(opened.confirmation_url)
        return redirect("activation:result", policy_id=policy_id)
    active = enrolment.state is EnrolmentState.ACTIVE
    context = {
        "viewer": viewer,
        "policy": policy,
        "enrolment": enrolment,
        "form": form,
        "example": example(policy),
        "needs_card": needs_card,
        "over": over,
        "closed": closed,
        "settled": active and not (needs_card and (form.is_bound or request.GET.get("card") == "new")),
    }
    status = 422 if not closed and form.errors else 200
    return render(request, "portal/activation/index.html", context, status=status)


@never_cache
@require_safe
def result(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Where the acquirer sends the client back. What it says comes from the acquirer itself, never from the address;
    opening the page again asks again."""
    viewer = person.current(request)
    policy = policies.managed_policy_for(viewer.user.pk, policy_id, on=clock.today())
    enrolment = enrolled.enrolment(policy_id)
    if enrolment.id is None:
        return redirect("activation:index", policy_id=policy_id)
    binding = paid.binding_for(enrolment.id)
    if binding is not None and binding.state in LIVE_BINDING:
        payments.refresh_binding(binding_id=binding.id, at=clock.now())
        binding = paid.binding_for(enrolment.id)
    # Read last: the bank's news to us may come between two questions, and the programme changes with the binding.
    enrolment = enrolled.enrolment(policy_id)
    waiting = binding is not None and binding.state in LIVE_BINDING
    refused = binding is not None and binding.state == BindingState.FAILED
    context = {
        "viewer": viewer,
        "policy": policy,
        "enrolment": enrolment,
        "binding": binding,
        "waiting": waiting,
        "refused": refused,
    }
    return render(request, "portal/activation/result.html", context)
