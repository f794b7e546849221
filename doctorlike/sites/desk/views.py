"""The insurer's desk: find a client from anywhere, see the whole picture, load registers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.accounts.rules import Permission
from doctorlike.audit import commands as audit
from doctorlike.audit import queries as trail
from doctorlike.care import commands as care_commands
from doctorlike.care import queries as care
from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.copay import queries as copay
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.payments import queries as paid
from doctorlike.policies import queries as policies
from doctorlike.sites.desk.forms import OpenMedicalForm, RegisterForm
from doctorlike.sites.visitor import signed_in

# Once a reason is given, the client's medical content stays open to this session for so long.
OPEN_FOR = timedelta(minutes=30)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    may_import = signed_in(request).may(Permission.IMPORT_REGISTER)
    return render(request, "desk/index.html", {"registers": care.registers(10) if may_import else []})


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
    opened = _is_open(request, policy_id)
    if opened:
        _note_reading(request, policy_id, "medical.read", {})
    today = clock.today()
    may_refund = signed_in(request).may(Permission.REQUEST_REFUND)
    may_change = signed_in(request).may(Permission.CHANGE_CONTRACT)
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
        _note_reading(request, policy_id, "medical.opened", {"reason": form.cleaned_data["reason"]})
        request.session[_key(policy_id)] = (clock.real_now() + OPEN_FOR).timestamp()
    else:
        messages.error(request, _("Выберите причину: без неё медицинские сведения не открыть."))
    return redirect("desk:client", policy_id)


@require_http_methods(["GET", "HEAD", "POST"])
def registers(request: HttpRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = RegisterForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = care_commands.import_register(
                content=file.read(), file_name=file.name, by=Actor.staff(signed_in(request).pk), at=clock.now()
            )
        except UnreadableRegisterError as refusal:
            form.add_error("file", str(refusal))
        else:
            if report.repeated:
                messages.warning(request, _("Этот файл уже загружен раньше, ничего не изменилось."))
            else:
                messages.success(request, _("Реестр загружен и разобран."))
            return redirect("desk:register", report.register_id)
    return render(request, "desk/registers.html", {"form": form, "registers": care.registers()})


@require_safe
def register(request: HttpRequest, register_id: UUID) -> HttpResponse:
    name, lines = care.register_answer(register_id)
    return render(request, "desk/register.html", {"file_name": name, "lines": lines})


def _key(policy_id: UUID) -> str:
    return f"medical_open_{policy_id}"


def _is_open(request: HttpRequest, policy_id: UUID) -> bool:
    until: float = request.session.get(_key(policy_id), 0.0)
    return until > clock.real_now().timestamp()


def _note_reading(request: HttpRequest, policy_id: UUID, action: str, details: dict[str, str]) -> None:
    audit.record(
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
        action=action,
        subject_type="policy",
        subject_id=policy_id,
        details=details,
    )
