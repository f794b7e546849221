"""All consultations under policies whose medical content the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.telemed import rules
from doctorlike.telemed.models import Message
from doctorlike.telemed.queries.cards import ConsultationCard, card, whole
from doctorlike.telemed.queries.conclusions import ConclusionView, conclusions_of
from doctorlike.telemed.queries.room import Room, Said, inside


def archived(consultation_id: UUID, policy_ids: Iterable[UUID]) -> Room:
    """One consultation under policies whose medical content the viewer may see; NotFoundError otherwise."""
    found = whole().filter(pk=consultation_id, policy__in=list(policy_ids)).first()
    if found is None:
        raise NotFoundError
    return inside(found)


def archive_of(policy_ids: Iterable[UUID]) -> list[ConsultationCard]:
    """All consultations under those policies, newest first."""
    rows = whole().filter(policy__in=list(policy_ids)).defer("complaint").order_by("-asked_at", "-id")
    return [card(row) for row in rows]


def search_archive(policy_ids: Iterable[UUID], text: str) -> list[ConsultationCard]:
    """Those of `archive_of` that say every word of the text: in the complaint, the conclusion, its addenda, the
    doctor's name or speciality, the patient's name, or the day («01.04.2026»). The words are encrypted, so they are
    looked through here, of that account's consultations alone: one row each, four queries however many."""
    rows = list(whole().filter(policy__in=list(policy_ids)).order_by("-asked_at", "-id"))
    signed = conclusions_of([row.pk for row in rows])
    found = []
    for row in rows:
        one = card(row)
        if rules.says([row.complaint, *_about(one), *_words(signed.get(row.pk))], text):
            found.append(one)
    return found


def _about(one: ConsultationCard) -> Iterator[str]:
    yield one.patient.full_name
    yield f"{one.asked_at.astimezone(clock.insurer_zone()):%d.%m.%Y}"
    if one.doctor is not None:
        yield from (one.doctor.full_name, one.doctor.speciality)


def _words(conclusion: ConclusionView | None) -> Iterator[str]:
    if conclusion is None:
        return
    yield from (conclusion.complaints, conclusion.history, conclusion.recommendations)
    yield from (one.text for one in conclusion.addenda)
    if conclusion.diagnosis is not None:
        yield from (conclusion.diagnosis.code, conclusion.diagnosis.name, conclusion.diagnosis.where)
    if conclusion.referral is not None:
        yield from (conclusion.referral.specialty_name, conclusion.referral.words)


@dataclass(frozen=True, slots=True)
class Talk:
    """A consultation with every word of it, as its patient takes it away. Doctors' private notes are not the
    patient's record and are in no copy."""

    card: ConsultationCard
    complaint: str
    messages: Sequence[Said]
    conclusion: ConclusionView | None


def talks_of(policy_ids: Iterable[UUID], only: UUID | None = None) -> list[Talk]:
    """All consultations under those policies with their words (or the `only` one), newest first; five queries however
    many."""
    asked = whole().filter(policy__in=list(policy_ids)).order_by("-asked_at", "-id")
    rows = list(asked if only is None else asked.filter(pk=only))
    said: dict[UUID, list[Said]] = {}
    for one in Message.objects.filter(consultation__in=rows).order_by("sent_at", "id"):
        said.setdefault(one.consultation_id, []).append(Said(one.pk, one.author, one.text, one.sent_at))
    signed = conclusions_of([row.pk for row in rows])
    return [Talk(card(row), row.complaint, said.get(row.pk, []), signed.get(row.pk)) for row in rows]
