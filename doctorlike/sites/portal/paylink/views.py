"""A charge paid by a secret link, without an account: the amount, the day, and nothing of a visit or a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doctorlike.copay import commands as copay
from doctorlike.copay import queries as charges
from doctorlike.copay.rules import ChargeState
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.payments import commands as payments
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.leaving import see_other

# Whoever holds the link: it is not known who that is.
_BY = Actor.system("paylink")


@never_cache
@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    """How the charge stands. This is also where the acquirer's page sends the payer back to; while the bank's answer is
    waited for, opening the page asks again. A link whose days are over says so (410) and nothing else."""
    link = charges.pay_link(token)
    if not link.serves(clock.today()):
        return render(request, "portal/paylink/over.html", status=410)
    charge = charges.charge(link.charge_id)
    if charge.state is ChargeState.CHARGING and charge.payment is not None:
        payments.refresh_payment(payment_id=charge.payment.id, at=clock.now())
        charge = charges.charge(link.charge_id)
    waiting = charge.state is ChargeState.CHARGING
    context = {
        "token": token,
        "charge": charge,
        "waiting": waiting,
        "page": charge.payment.confirmation_url if waiting and charge.payment else "",
        "refused": charges.refused_by_hand(charge) if charge.payable else "",
    }
    return render(request, "portal/paylink/show.html", context)


@require_POST
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """To the acquirer's page. A page already open is gone on with; what is paid or being debited is told instead."""
    link = charges.pay_link(token)
    if not link.serves(clock.today()) or not charges.charge(link.charge_id).payable:
        return redirect("paylink:show", token=token)
    opened = copay.pay_charge(
        charge_id=link.charge_id,
        return_url=absolute("portal", "paylink:show", token=token),
        on=clock.today(),
        by=_BY,
        at=clock.now(),
    )
    if opened.confirmation_url:
        return see_other(opened.confirmation_url)
    return redirect("paylink:show", token=token)
