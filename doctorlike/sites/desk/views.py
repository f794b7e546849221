"""The insurer's desk: find a client from anywhere, see the whole picture, load registers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.accounts.rules import Permission
from doctorlike.appointments import queries as appointments
from doctorlike.audit import queries as trail
from doctorlike.care import queries as care
from doctorlike.copay import queries as copay
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.payments import queries as paid
from doctorlike.policies import queries as policies
from doctorlike.sites.desk.forms import OpenMedicalForm
from doctorlike.sites.desk.reading import is_open, note_reading, open_records
from doctorlike.sites.visitor import signed_in


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    may_import = signed_in(request).may(Permission.IMPORT_REGISTER)
    latest = care.registers(10) if may_import else []
    shown = [(one, reverse("desk:register", args=[one.id])) for one in latest]
    return render(request, "desk/index.html", {"registers": shown})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """By number, phone, e-mail or surname. A search by phone or surname leaves the address bar as typed; staff pages
    are not cached or referred from."""
    asked = request.GET.get("q", "").strip()
    found = policies.search(asked)
    if len(found) == 1:
        return redirect("desk:client", found[0].id)
    return render(request, "desk/search.html", {"q": asked, "found": found, "today": clock.today()})


@require_safe
def client(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """One client's picture. Medical content only after a reason was recorded, and each showing is in the trail."""
    policy = policies.policy(policy_id)
    opened = is_open(request, policy_id)
    if opened:
        note_reading(request, policy_id, "medical.read", {})
    today = clock.today()
    may_refund = signed_in(request).may(Permission.REQUEST_REFUND)
    may_change = signed_in(request).may(Permission.CHANGE_CONTRACT)
    may_call = signed_in(request).may(Permission.CALL_CLIENTS)
    charges = copay.charges_of([policy_id])
    payments = paid.paid_for("charge", [charge.id for charge in charges]) if may_refund else {}
    return render(
        request,
        "desk/client.html",
        {
            "policy": policy,
            "standing": policy.standing(today),
            "enrolment": copay.enrolment(policy_id),
            "regions": coverage.regions_of(policy, today),
            "charges": [(charge, payments.get(charge.id)) for charge in charges],
            "history": trail.history(subject_type="policy", subject_id=policy_id, limit=20),
            "opened": opened,
            "may_change": may_change,
            "insured_alone": not policies.is_own(policy) and today >= policies.of_age_on(policy),
            "may_invite": not policies.is_own(policy) and today >= policies.may_invite_from(policy),
            "may_call": may_call,
            "calls": [one for one in appointments.calls_of([policy_id]) if one.is_open] if may_call else [],
            "visits": appointments.upcoming([policy_id], clock.now()) if opened else [],
            "now": clock.now(),
            "zone": clock.insurer_zone().key,
            "encounters": care.encounters_of([policy_id]) if opened else [],
            "form": OpenMedicalForm(),
            "premium": paid.payment_for("order", policy.order_id) if may_refund and policy.order_id else None,
        },
    )


@require_POST
def open_medical(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    policies.policy(policy_id)
    form = OpenMedicalForm(request.POST)
    if form.is_valid():
        open_records(request, policy_id, reason=form.cleaned_data["reason"])
    else:
        messages.error(request, _("Выберите причину: без неё медицинские сведения не открыть."))
    return redirect("desk:client", policy_id)
