"""Anybody who holds a policy on paper may ask whether it is genuine. The answer names nobody: number, dates, state and
the fingerprints of its documents; a file is looked at and forgotten."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.documents import queries as documents
from doctorlike.documents.rules import Finding, grouped, normal_code
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import Standing
from doctorlike.sites.portal.verify import guesses
from doctorlike.sites.portal.verify.forms import CodeForm, PdfForm
from doctorlike.ui.views import error_page

IN_FORCE = (Standing.ACTIVE, Standing.WAITING)


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The code typed by hand; it leads to the page that the QR code leads to."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("verify:show", form.cleaned_data["code"])
    return render(request, "portal/verify/index.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What the code stands for. POST examines a file and keeps nothing of it."""
    if guesses.too_many_misses(request):
        return _wait(request, _("Слишком много неизвестных кодов"))
    policy = _policy(code)
    if policy is None:
        guesses.note_miss(request)
        return _unknown(request)
    about = [("policy", str(policy.id)), *([("order", str(policy.order_id))] if policy.order_id else [])]
    form, verdict = PdfForm(), None
    if request.method == "POST":
        if guesses.too_many_files(request):
            return _wait(request, _("Слишком много файлов"))
        guesses.note_file(request)
        form = PdfForm(request.POST, request.FILES)
        if form.is_valid():
            verdict = documents.examine(form.cleaned_data["file"].read(), about=about)
    today = clock.today()
    page = {
        "policy": policy,
        "code": grouped(normal_code(code)),
        "standing": policy.standing(today).value,
        "in_force": policy.standing(today) in IN_FORCE,
        "today": today,
        "cards": [card for kind, one in about for card in documents.documents_of(kind, one)],
        "form": form,
        "verdict": verdict,
        "genuine": verdict is not None and verdict.finding is Finding.GENUINE,
    }
    return render(request, "portal/verify/show.html", page)


def _policy(code: str) -> PolicyView | None:
    try:
        subject_type, subject_id = documents.subject_of_code(code)
    except NotFoundError:
        return None
    return policies.policy(UUID(subject_id)) if subject_type == "policy" else None


def _unknown(request: HttpRequest) -> HttpResponse:
    return error_page(
        request,
        status=HTTPStatus.NOT_FOUND,
        title=_("Такого кода нет"),
        text=_("Сверьте код с полисом: 16 букв и цифр под номером. Если код набран верно, этот полис выдали не мы."),
        way_url=reverse("verify:index"),
        way_label=_("Ввести код ещё раз"),
    )


def _wait(request: HttpRequest, title: str) -> HttpResponse:
    return error_page(
        request,
        status=HTTPStatus.TOO_MANY_REQUESTS,
        title=title,
        text=_("Попробуйте через час. Если проверить нужно сейчас, позвоните нам: {phone}.").format(
            phone=settings.BRAND.phone
        ),
        way_url=reverse("verify:index"),
        way_label=_("К проверке полиса"),
    )
