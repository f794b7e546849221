"""Signing in two steps: the doctor reads the whole text as the patient will, then signs that very text."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.sites.telemed.doctor.forms import AddendumForm
from doctorlike.sites.telemed.doctor.writing import form_of, writing_page
from doctorlike.sites.telemed.room.views import room_page
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries
from doctorlike.telemed.errors import WrongStepError
from doctorlike.telemed.rules import State


@require_safe
def review(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The draft as a conclusion. What cannot be signed yet goes back to where it is written."""
    room = queries.room(consultation_id, signed_in(request).pk, on=clock.today())
    draft = queries.draft_of(consultation_id, signed_in(request).pk)
    if room.card.state != State.TAKEN or draft.version == 0:
        return redirect("doctor:room", consultation_id)
    form = form_of(room, draft.parts)
    if not form.is_valid():
        messages.warning(request, _("Заключение ещё не готово: заполните его и нажмите «Прочитать и подписать»."))
        return redirect("doctor:room", consultation_id)
    told = form.cleaned_data
    return render(
        request,
        "telemed/doctor/review.html",
        {
            "room": room,
            "draft": draft,
            "told": told,
            "referral_name": dict(form.fields["referral"].choices).get(told["referral"], ""),  # type: ignore[attr-defined]  # a choice field
        },
    )


@require_POST
def sign(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        commands.sign_draft(
            consultation_id=consultation_id,
            doctor_user_id=signed_in(request).pk,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
            by=Actor.staff(signed_in(request).pk),
            at=clock.now(),
        )
    except NotFoundError:
        raise
    except WrongStepError:
        # A double tap, another device: what is signed is shown.
        return redirect("doctor:room", consultation_id)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect("doctor:review", consultation_id)
    messages.success(request, _("Заключение подписано, пациент его видит."))
    return redirect("doctor:index")


@require_POST
def addendum(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Read through first; signed by the second tap."""
    room = queries.room(consultation_id, signed_in(request).pk, on=clock.today())
    if room.conclusion is None or room.card.state != State.FINISHED:
        raise NotFoundError
    form = AddendumForm(request.POST)
    doctor = Actor.staff(signed_in(request).pk)
    if not form.is_valid() or request.POST.get("step") == "change":
        status = 200 if form.is_valid() else 422
        commands.note_archive_read(consultation_id=consultation_id, by=doctor, at=clock.now())
        context = {**room_page(request, room), **writing_page(request, room, addendum=form), "form": form}
        return render(request, "telemed/doctor/room.html", context, status=status)
    text = form.cleaned_data["text"]
    if request.POST.get("step") != "sign":
        return render(request, "telemed/doctor/addendum.html", {"room": room, "text": text})
    commands.sign_addendum(
        consultation_id=consultation_id, doctor_user_id=signed_in(request).pk, text=text, by=doctor, at=clock.now()
    )
    messages.success(request, _("Дополнение подписано, пациент его видит."))
    return redirect("doctor:room", consultation_id)


@require_safe
def past(request: HttpRequest, consultation_id: UUID, past_id: UUID) -> HttpResponse:
    """An earlier conclusion about the patient the doctor is with; each opening is in the trail."""
    doctor = signed_in(request)
    card, conclusion = queries.past_conclusion(consultation_id, past_id, doctor.pk)
    commands.note_archive_read(consultation_id=past_id, by=Actor.staff(doctor.pk), at=clock.now())
    context = {"consultation_id": consultation_id, "card": card, "conclusion": conclusion}
    return render(request, "telemed/doctor/past.html", context)
