"""Disputes and complaints that wait for an answer: the longest waiting first. Each opening is in the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.accounts.rules import Permission
from doctorlike.audit import commands as audit
from doctorlike.care import commands
from doctorlike.care import queries as care
from doctorlike.care.queries import DisputeView
from doctorlike.clinics import queries as clinics
from doctorlike.copay import queries as copay
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.sites.desk.forms import AnswerForm
from doctorlike.sites.downloads import attachment
from doctorlike.sites.visitor import signed_in

# (is it about a complaint, the decision) → the command
_ANSWERS: Mapping[tuple[bool, str], Callable[..., None]] = {
    (False, "uphold"): commands.uphold_dispute,
    (False, "reject"): commands.reject_dispute,
    (True, "uphold"): commands.uphold_complaint,
    (True, "reject"): commands.reject_complaint,
}


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    rows = care.disputes_to_answer(clock.today())
    return render(request, "desk/disputes.html", {"rows": rows, "total": care.count_to_answer()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """What the client says of the line, beside what the clinic and its price list say; the answer."""
    shown = care.dispute(dispute_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _answered(request, shown, form)
        return redirect("desk:disputes") if done else redirect("desk:dispute", dispute_id)
    _note_reading(request, shown)
    line, hold = shown.line, shown.hold
    return render(
        request,
        "desk/dispute.html",
        {
            "dispute": shown,
            "policy": policies.policy(line.policy_id),
            "list_price": clinics.price(line.clinic_id, line.service_code, line.visit_on),
            "charge": copay.charge(hold.supplement_id or hold.charge_id) if hold else None,
            "own_rejection": shown.complaint is not None and shown.decided_by == signed_in(request).pk,
            "may_refund": signed_in(request).may(Permission.REQUEST_REFUND),
            "form": form,
        },
    )


@never_cache
@require_safe
def file(request: HttpRequest, dispute_id: UUID, file_id: UUID) -> HttpResponse:
    about, content = care.attached_file(dispute_id, file_id)
    _note_reading(request, care.dispute(dispute_id))
    return attachment(content, name=about.name, media_type=about.media_type)


def _answered(request: HttpRequest, shown: DisputeView, form: AnswerForm) -> bool:
    """Whether it is; a refusal is told above the page, which then shows what stands."""
    answer = _ANSWERS[shown.complaint is not None, form.cleaned_data["decision"]]
    try:
        answer(
            dispute_id=shown.id,
            answer=form.cleaned_data["answer"],
            by=Actor.staff(signed_in(request).pk),
            at=clock.now(),
        )
    except NotFoundError:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _("Ответ сохранён, клиент получит сообщение."))
    return True


def _note_reading(request: HttpRequest, shown: DisputeView) -> None:
    """A line names a service: reading it is reading medical content, and the dispute is the reason for it."""
    audit.record(
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
        action="dispute.read",
        subject_type="policy",
        subject_id=shown.line.policy_id,
        details={"dispute": str(shown.id)},
    )
