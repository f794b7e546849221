"""One charge: how much, for which visit, when and from what; its history and its receipt."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doctorlike.copay import commands as copay
from doctorlike.copay import queries as charges
from doctorlike.copay.rules import ChargeState
from doctorlike.kit import clock
from doctorlike.payments import commands as payments
from doctorlike.sites.links import absolute
from doctorlike.sites.portal import person
from doctorlike.sites.portal.leaving import see_other


@never_cache
@require_safe
def charge(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """Seeing it is being told of it. While the bank's answer is waited for, opening the page asks again; this is also
    where the acquirer's page sends the client back to."""
    viewer = person.current(request)
    shown = charges.charge_for(viewer.user.pk, charge_id, on=clock.today())
    if shown.told_at is None:
        copay.note_told(charge_id=charge_id, by=viewer.actor, at=clock.now())
        shown = charges.charge(charge_id)
    if _may_have_news(shown) and shown.payment is not None:
        payments.refresh_payment(payment_id=shown.payment.id, at=clock.now())
        shown = charges.charge(charge_id)
    context = {
        "viewer": viewer,
        "charge": shown,
        "enrolment": charges.enrolment(shown.policy_id),
        "visit_open": _visit_open(viewer, shown),
        "page_open": bool(shown.payment and shown.payment.confirmation_url and shown.state is ChargeState.CHARGING),
    }
    return render(request, "portal/charges/charge.html", context)


def _visit_open(viewer: person.Viewer, shown: charges.ChargeView) -> bool:
    """Whoever pays without seeing the insured's visits sees amount and days of payment only."""
    return any(policy.id == shown.policy_id and policy.medical_open for policy in viewer.policies)


def _may_have_news(shown: charges.ChargeView) -> bool:
    return shown.state is ChargeState.CHARGING or shown.receipt_state == "pending"


@require_POST
def pay(request: HttpRequest, charge_id: UUID) -> HttpResponse:
    """To the acquirer's page, to pay by hand."""
    viewer = person.current(request)
    charges.charge_for(viewer.user.pk, charge_id, on=clock.today())
    opened = copay.pay_charge(
        charge_id=charge_id,
        return_url=absolute("portal", "charges:charge", charge_id=charge_id),
        on=clock.today(),
        by=viewer.actor,
        at=clock.now(),
    )
    if opened.confirmation_url:
        return see_other(opened.confirmation_url)
    return redirect("charges:charge", charge_id=charge_id)
