"""Letters of guarantee at the clinic that asked for them. A letter is read here, under sign-in, and that it was read is
noted; the clinic's mail says no more than that one waits."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.clinics.queries import ClinicCard
from doctorlike.coverage import commands
from doctorlike.coverage.queries import letters
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.sites.downloads import attachment
from doctorlike.sites.reception.counter import at_own_clinic, registrar, today_at
from doctorlike.sites.reception.forms import LettersForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def index(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    """Letters about visits from today on, and whether the clinic wants any."""
    email = letters.letters_email(clinic.id)
    form = LettersForm(request.POST or None, initial={"wanted": bool(email), "email": email or clinic.email})
    if request.method == "POST" and form.is_valid():
        commands.set_letter_wish(
            clinic_id=clinic.id, email=form.cleaned_data["email"], by=registrar(request), at=clock.now()
        )
        messages.success(request, _("Сохранено."))
        return redirect("reception:letters")
    shown = {
        "clinic": clinic,
        "form": form,
        "email": email,
        "lines": letters.letters_of_clinic(clinic.id, today_at(clinic)),
    }
    return render(request, "reception/letters.html", shown)


@never_cache
@require_safe
@at_own_clinic
def letter(request: HttpRequest, clinic: ClinicCard, letter_id: UUID) -> HttpResponse:
    """One letter; opening it is noted, for the client to see that the clinic has it."""
    found = letters.letter_at(clinic.id, letter_id)
    if not found.is_made:
        return render(request, "reception/letter_waits.html", {"clinic": clinic, "letter": found})
    commands.open_letter(clinic_id=clinic.id, letter_id=letter_id, by=registrar(request), at=clock.now())
    shown = {
        "clinic": clinic,
        "letter": letters.letter_at(clinic.id, letter_id),
        "facts": letters.facts_of(letter_id),
    }
    return render(request, "reception/letter.html", shown)


@never_cache
@require_safe
@at_own_clinic
def file(request: HttpRequest, clinic: ClinicCard, letter_id: UUID) -> HttpResponse:
    """The signed PDF; NotFoundError for one that was withdrawn: it must not be filed as valid."""
    if letters.letter_at(clinic.id, letter_id).withdrawn_at is not None:
        raise NotFoundError
    title, content = letters.letter_pdf(clinic.id, letter_id)
    commands.open_letter(clinic_id=clinic.id, letter_id=letter_id, by=registrar(request), at=clock.now())
    return attachment(content, name=f"{title}.pdf".replace("/", "-"), media_type="application/pdf")
