"""Writing a conclusion: everything typed is kept, by the keystroke or by a button, on any of the doctor's devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.sites.telemed.doctor.forms import AddendumForm, ConclusionForm, NotesForm
from doctorlike.sites.telemed.room.views import room_page
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries, rules
from doctorlike.telemed.commands import Saved
from doctorlike.telemed.queries import Draft, Room
from doctorlike.telemed.rules import KnownCode, State

_WRONG_ANSWERS = 422


def writing_page(
    request: HttpRequest,
    room: Room,
    form: ConclusionForm | None = None,
    codes: Sequence[KnownCode] | None = None,
    addendum: AddendumForm | None = None,
) -> dict[str, object]:
    """What `telemed/doctor/parts/conclusion.html` needs in the doctor's room. `codes` were looked for."""
    doctor_id = signed_in(request).pk
    draft = queries.draft_of(room.card.id, doctor_id)
    if room.card.state != State.TAKEN:
        return {
            "addendum_form": addendum or AddendumForm(),
            "notes_form": NotesForm(initial={"notes": draft.notes}),
        }
    return {
        "form": form or ConclusionForm(initial=_begun(room, draft), **_limits(room)),
        "draft": draft,
        "draft_page": request.POST.get("page") or new_id(),
        "templates": queries.templates_for(doctor_id),
        "codes": codes,
        "past": queries.past_of(room.card.id, doctor_id),
    }


def form_of(room: Room, told: Mapping[str, Any]) -> ConclusionForm:
    """A form filled with what was sent or kept."""
    return ConclusionForm(told, **_limits(room))


@require_POST
def conclude(request: HttpRequest, consultation_id: UUID) -> HttpResponseBase:
    """Whatever button was pressed, what is typed is kept first; then it is read through, a template is put in, a code
    is looked for, or the page comes again."""
    room = queries.room(consultation_id, signed_in(request).pk, on=clock.today())
    form = form_of(room, request.POST)
    valid = form.is_valid()
    parts = _parts(request.POST)
    if valid and form.cleaned_data["diagnosis_on"]:
        parts |= {
            "diagnosis_code": form.cleaned_data["diagnosis_code"],
            "diagnosis_on": form.cleaned_data["diagnosis_on"].isoformat(),
        }
    chosen = request.POST.get("code", "")
    if chosen:
        parts["diagnosis_code"] = chosen
    _tell(request, _save(request, consultation_id, parts))
    if chosen:
        return redirect("doctor:room", consultation_id)
    match request.POST.get("step"):
        case "save":
            messages.success(request, _("Черновик сохранён."))
            return redirect("doctor:room", consultation_id)
        case "find":
            return _again(request, room, form_of(room, request.POST), codes=_found(request), status=200)
        case "insert" | "keep" | "forget" as step:
            _with_template(request, consultation_id, step, parts)
            return redirect("doctor:room", consultation_id)
    if not valid:
        return _again(request, room, form, codes=None, status=_WRONG_ANSWERS)
    return redirect("doctor:review", consultation_id)


@require_POST
def draft(request: HttpRequest, consultation_id: UUID) -> JsonResponse:
    """What a script sends while the doctor types."""
    saved = _save(request, consultation_id, _parts(request.POST))
    told = {"version": saved.version, "told": _("Сохранено в {time}").format(time=_time())}
    if saved.overwritten_at is not None:
        told["elsewhere"] = _elsewhere(saved)
    return JsonResponse(told)


@require_POST
def notes(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The private notes alone, after the consultation."""
    commands.save_notes(
        consultation_id=consultation_id,
        doctor_user_id=signed_in(request).pk,
        notes=request.POST.get("notes", ""),
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
    )
    messages.success(request, _("Заметки сохранены."))
    return redirect("doctor:room", consultation_id)


def _again(
    request: HttpRequest, room: Room, form: ConclusionForm, *, codes: Sequence[KnownCode] | None, status: int
) -> HttpResponse:
    context = {**room_page(request, room), **writing_page(request, room, form, codes)}
    return render(request, "telemed/doctor/room.html", context, status=status)


def _save(request: HttpRequest, consultation_id: UUID, parts: Mapping[str, str]) -> Saved:
    version = request.POST.get("version", "")
    return commands.save_draft(
        consultation_id=consultation_id,
        doctor_user_id=signed_in(request).pk,
        parts=parts,
        notes=request.POST.get("notes"),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        page=_page(request.POST),
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
    )


def _with_template(request: HttpRequest, consultation_id: UUID, step: str, parts: Mapping[str, str]) -> None:
    doctor_id = signed_in(request).pk
    by, at = Actor.staff(doctor_id), clock.now()
    try:
        if step == "keep":
            title = request.POST.get("template_title", "")
            commands.keep_own_template(doctor_user_id=doctor_id, title=title, parts=parts, by=by, at=at)
            messages.success(request, _("Шаблон сохранён: он виден только вам."))
            return
        template_id = UUID(request.POST.get("template", ""))
        if step == "forget":
            commands.forget_own_template(template_id=template_id, doctor_user_id=doctor_id, by=by, at=at)
            messages.success(request, _("Шаблон удалён."))
            return
        filled = commands.insert_template(template_id=template_id, doctor_user_id=doctor_id, parts=parts)
    except (ValueError, NotFoundError):
        messages.warning(request, _("Выберите шаблон из списка. Удалить можно только свой."))
        return
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return
    # The page knows of its own writing a moment ago.
    current = queries.draft_of(consultation_id, doctor_id)
    commands.save_draft(
        consultation_id=consultation_id, doctor_user_id=doctor_id, parts=filled, notes=None,
        version=current.version, page=_page(request.POST), by=by, at=at,
    )  # fmt: skip
    messages.success(request, _("Шаблон вставлен. Дополните его словами этого приёма."))


def _found(request: HttpRequest) -> list[KnownCode]:
    return queries.find_icd10(request.POST.get("diagnosis_code", ""))


def _tell(request: HttpRequest, saved: Saved) -> None:
    if saved.overwritten_at is not None:
        messages.warning(request, _elsewhere(saved))


def _elsewhere(saved: Saved) -> str:
    assert saved.overwritten_at is not None  # noqa: S101  # asked by both callers
    return _(
        "Черновик писали и на другом устройстве, последний раз в {time}. Теперь сохранено то, что на этом экране: "
        "перечитайте его."
    ).format(time=_time(saved.overwritten_at))


def _time(at: Any = None) -> str:
    return f"{(at or clock.now()).astimezone(clock.insurer_zone()):%H:%M}"


def _page(told: QueryDict) -> UUID:
    try:
        return UUID(told.get("page", ""))
    except ValueError:
        return new_id()


def _parts(told: QueryDict) -> dict[str, str]:
    return {name: told.get(name, "") for name in rules.PARTS}


def _limits(room: Room) -> dict[str, date]:
    return {"today": clock.today(), "born_on": room.card.patient.born_on}


def _begun(room: Room, draft: Draft) -> dict[str, object]:
    begun: dict[str, object] = {"complaints": room.complaint, **draft.parts, "notes": draft.notes}
    with suppress(ValueError):  # otherwise it stays as it was typed
        begun["diagnosis_on"] = date.fromisoformat(str(begun.get("diagnosis_on", "")))
    return begun
