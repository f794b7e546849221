"""What a doctor writes before signing: the draft and private notes, on any of their devices; and templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.telemed import rules
from doctorlike.telemed.commands.happening import audited
from doctorlike.telemed.errors import EmptyTemplateError, WrongStepError
from doctorlike.telemed.models import ConclusionDraft, ConclusionTemplate, Consultation, Doctor, PrivateNote
from doctorlike.telemed.rules import State


@dataclass(frozen=True, slots=True)
class Saved:
    """`overwritten_at`: when another page had written what this one did not know of; its words have given way."""

    version: int
    overwritten_at: datetime | None


@transaction.atomic
def save_draft(
    *,
    consultation_id: UUID,
    doctor_user_id: UUID,
    parts: Mapping[str, str],
    notes: str | None,
    version: int,
    page: UUID,
    by: Actor,
    at: datetime,
) -> Saved:
    """Keep what stands on the doctor's screen; the last writing wins. `version` is the one that screen has seen, `page`
    the screen itself: its own writings, arriving late, are nobody else's. `notes` None leaves the private notes as they
    are. NotFoundError for another doctor's room, WrongStepError in one that is not under way. Not in the trail: the
    doctor's own words come with each keystroke, what becomes of them is noted when it is signed."""
    consultation = locked(Consultation.objects, pk=consultation_id, doctor=doctor_user_id)
    if consultation.state != State.TAKEN:
        raise WrongStepError
    draft = ConclusionDraft.objects.filter(consultation=consultation, doctor=doctor_user_id).first()
    if draft is None:
        draft = ConclusionDraft(consultation=consultation, doctor_id=doctor_user_id, saved_at=at, written_on=page)
    told = draft.saved_at if draft.version != version and draft.written_on != page else None
    draft.parts = rules.clean_parts(parts)
    draft.version += 1
    draft.written_on, draft.saved_at = page, at
    draft.save()
    if notes is not None:
        _keep_notes(consultation, doctor_user_id, notes, at)
    return Saved(draft.version, told)


@transaction.atomic
def save_notes(*, consultation_id: UUID, doctor_user_id: UUID, notes: str, by: Actor, at: datetime) -> None:
    """The doctor's private notes, also after the consultation; NotFoundError for another doctor's."""
    consultation = locked(Consultation.objects, pk=consultation_id, doctor=doctor_user_id)
    _keep_notes(consultation, doctor_user_id, notes, at)
    audited(consultation, "notes.kept", by, at)


def _keep_notes(consultation: Consultation, doctor_user_id: UUID, notes: str, at: datetime) -> None:
    text = notes.replace("\x00", "").strip()[: rules.MOST_NOTE_LETTERS]
    held = PrivateNote.objects.filter(consultation=consultation, doctor=doctor_user_id).first()
    if held is None and not text:
        return
    note = held or PrivateNote(consultation=consultation, doctor_id=doctor_user_id)
    note.text, note.saved_at = text, at
    note.save()


def insert_template(*, template_id: UUID, doctor_user_id: UUID, parts: Mapping[str, str]) -> dict[str, str]:
    """The parts with a template put behind what is written; NotFoundError for a template that is not theirs to use.
    Nothing is kept by it."""
    doctor = Doctor.objects.get(pk=doctor_user_id)
    found = usable_templates(doctor).filter(pk=template_id).first()
    if found is None:
        raise NotFoundError
    return rules.with_template(parts, found.parts)


def usable_templates(doctor: Doctor):  # type: ignore[no-untyped-def]  # Django's querysets have no name worth writing
    house = Q(doctor__isnull=True) & Q(speciality__in=["", doctor.speciality])
    return ConclusionTemplate.objects.filter(house | Q(doctor=doctor))


@transaction.atomic
def keep_own_template(*, doctor_user_id: UUID, title: str, parts: Mapping[str, str], by: Actor, at: datetime) -> UUID:
    """A template of the doctor's own; one of the same title is replaced. EmptyTemplateError without title or words."""
    doctor = locked(Doctor.objects, pk=doctor_user_id)
    return _keep_template(doctor=doctor, speciality="", title=title, parts=parts, by=by, at=at)


@transaction.atomic
def keep_house_template(*, speciality: str, title: str, parts: Mapping[str, str], by: Actor, at: datetime) -> UUID:
    """A template of the house for doctors of one speciality, or («») of all; one of the same title is replaced."""
    return _keep_template(doctor=None, speciality=speciality, title=title, parts=parts, by=by, at=at)


@transaction.atomic
def forget_own_template(*, template_id: UUID, doctor_user_id: UUID, by: Actor, at: datetime) -> None:
    """NotFoundError for one that is not the doctor's own."""
    locked(ConclusionTemplate.objects, pk=template_id, doctor=doctor_user_id).delete()
    audit.record(by=by, at=at, action="template.forgotten", subject_type="template", subject_id=template_id)


def _keep_template(
    *, doctor: Doctor | None, speciality: str, title: str, parts: Mapping[str, str], by: Actor, at: datetime
) -> UUID:
    cleaned = rules.clean_parts(parts)
    words = {name: cleaned[name] for name in rules.TEMPLATE_PARTS}
    named = title.strip()[:100]
    if not named or not any(words.values()):
        raise EmptyTemplateError
    kept, _made = ConclusionTemplate.objects.update_or_create(
        doctor=doctor,
        speciality=speciality,
        title=named,
        defaults={"parts": words, "saved_at": at, "saved_by": str(by)},
    )
    audit.record(by=by, at=at, action="template.kept", subject_type="template", subject_id=kept.pk)
    return kept.pk
