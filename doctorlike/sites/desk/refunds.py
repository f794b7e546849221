"""Money that goes back, and money that came other than asked: one person asks, another decides."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.rules import Permission
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.queries import RefundView
from doctorlike.payments.rules import RefundReason
from doctorlike.policies import queries as policies
from doctorlike.sites.desk.forms import RefundForm
from doctorlike.sites.visitor import signed_in


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    names = {one.id: one.full_name or one.email for one in accounts.staff()}
    waiting, decided = paid.refunds_waiting(), paid.refunds_decided()
    numbers = policies.numbers_of_refunds([one.id for one in (*waiting, *decided)])
    return render(
        request,
        "desk/refunds.html",
        {
            # A client asks too, for what the contract gives back.
            "waiting": [(one, numbers.get(one.id), names.get(one.asked_by, _("Клиент"))) for one in waiting],
            "decided": [(one, numbers.get(one.id), names.get(one.asked_by, _("Клиент"))) for one in decided],
            "stopped": paid.stopped_payments(),
            "may_decide": user.may(Permission.APPROVE_REFUND),
            "me": user.pk,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_refund(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    payment, left = paid.payment(payment_id), paid.left_to_refund(payment_id)
    if not left:
        raise Http404
    form = RefundForm(request.POST if request.method == "POST" else None, initial={"amount": left.amount})
    if request.method == "POST" and form.is_valid():
        try:
            payments.request_refund(
                payment_id=payment_id,
                amount=Money.of(form.cleaned_data["amount"]),
                why=RefundReason(form.cleaned_data["why"]),
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("amount", str(refusal))
        else:
            messages.success(request, _("Возврат запрошен. Деньги уйдут, когда согласится другой сотрудник."))
            return redirect("desk:refunds")
    return render(request, "desk/request_refund.html", {"payment": payment, "left": left, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    return _decide(request, refund_id, payments.approve_refund, "desk/approve_refund.html", _("Возврат отправлен."))


@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: HttpRequest, refund_id: UUID) -> HttpResponse:
    return _decide(request, refund_id, payments.refuse_refund, "desk/refuse_refund.html", _("В возврате отказано."))


def _decide(
    request: HttpRequest, refund_id: UUID, decide: Callable[..., None], template: str, done: str
) -> HttpResponse:
    refund: RefundView = paid.refund(refund_id)
    if request.method != "POST":
        number = policies.numbers_of_refunds([refund_id]).get(refund_id)
        return render(request, template, {"refund": refund, "number": number})
    try:
        decide(refund_id=refund_id, by=Actor.staff(signed_in(request).pk), at=clock.now())
    except NotFoundError:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("desk:refunds")
