"""Consultations as FHIR R4 resources. Ids of a bundle are its own: `urn:uuid` addresses that resources name each other
by. Pure translation: what may be told, whoever asks has decided."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils.html import escape

from doctorlike.accounts.queries import PersonCard
from doctorlike.telemed.queries import AddendumView, ConclusionView, DoctorCard, Talk

Resource = dict[str, Any]
# The bytes of a signed PDF by its document.
Pdf = Callable[[UUID], bytes]

ICD10 = "urn:oid:1.2.643.5.1.13.13.11.1005"
LOINC = "http://loinc.org"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_HOUSE = UUID("6d0f7a52-7d0b-5a0e-9c52-9f0d3a1c7b11")
_ENCOUNTER_STATES: Mapping[str, str] = {
    "queued": "planned",
    "taken": "in-progress",
    "finished": "finished",
    "left": "cancelled",
}


def document(talk: Talk, *, pdf: Pdf, made_at: datetime) -> Resource:
    """One consultation with a conclusion as a document: its Composition comes first."""
    resources = _resources(talk, pdf)
    resources.sort(key=lambda one: one["resourceType"] != "Composition")
    return {**_bundle("document", resources, made_at), "identifier": _identifier(talk.card.id)}


def collection(talks: Iterable[Talk], *, pdf: Pdf, made_at: datetime) -> Resource:
    """Several consultations, also those without a conclusion; each person and doctor once."""
    resources = [one for talk in talks for one in _resources(talk, pdf)]
    return _bundle("collection", resources, made_at)


def _bundle(kind: str, resources: Iterable[Resource], made_at: datetime) -> Resource:
    entries = {one["id"]: {"fullUrl": _url(one["id"]), "resource": one} for one in resources}
    bundle = {"resourceType": "Bundle", "type": kind, "timestamp": _instant(made_at)}
    # An empty list is no FHIR.
    return {**bundle, "entry": list(entries.values())} if entries else bundle


def _resources(talk: Talk, pdf: Pdf) -> list[Resource]:
    patient = _patient(talk.card.patient)
    doctor = _practitioner(talk.card.doctor) if talk.card.doctor is not None else None
    encounter = _encounter(talk, patient, doctor)
    found = [patient, encounter, *([doctor] if doctor is not None else [])]
    if talk.conclusion is not None and doctor is not None:
        found += _concluded(talk, talk.conclusion, patient, doctor, encounter, pdf)
    return found


def _patient(card: PersonCard) -> Resource:
    return {
        "resourceType": "Patient",
        "id": str(uuid5(_HOUSE, f"person:{card.id}")),
        "name": [_name(card.surname, card.first_names)],
        "gender": card.sex if card.sex in ("male", "female") else "unknown",
        "birthDate": card.born_on.isoformat(),
    }


def _practitioner(card: DoctorCard) -> Resource:
    surname, _space, names = card.full_name.partition(" ")
    return {
        "resourceType": "Practitioner",
        "id": str(uuid5(_HOUSE, f"doctor:{card.full_name}:{card.speciality}")),
        "name": [_name(surname, names)],
        "qualification": [{"code": {"text": card.speciality}}],
    }


def _name(surname: str, names: str) -> Resource:
    told = {"family": surname, "text": f"{surname} {names}".strip()}
    return {**told, "given": names.split()} if names.split() else told


def _encounter(talk: Talk, patient: Resource, doctor: Resource | None) -> Resource:
    card = talk.card
    period = {"start": _instant(card.asked_at)}
    if card.ended_at is not None:
        period["end"] = _instant(card.ended_at)
    told: Resource = {
        "resourceType": "Encounter",
        "id": str(card.id),
        "identifier": [_identifier(card.id)],
        "status": _ENCOUNTER_STATES.get(card.state, "unknown"),
        "class": {"system": ACT, "code": "VR", "display": "virtual"},
        "subject": _reference(patient),
        "period": period,
        "reasonCode": [{"text": talk.complaint}],
    }
    if doctor is not None:
        told["participant"] = [{"individual": _reference(doctor)}]
    return told


def _concluded(
    talk: Talk, conclusion: ConclusionView, patient: Resource, doctor: Resource, encounter: Resource, pdf: Pdf
) -> list[Resource]:
    about = {"subject": _reference(patient), "encounter": _reference(encounter)}
    condition = _condition(talk.card.id, conclusion, about)
    papers = [_paper(conclusion.document_id, "Заключение врача", conclusion.signed_at, about, doctor, pdf)]
    papers += [_paper(one.document_id, _title(one), one.signed_at, about, doctor, pdf) for one in conclusion.addenda]
    kept = [one for one in papers if one is not None]
    composition: Resource = {
        "resourceType": "Composition",
        "id": str(uuid5(_HOUSE, f"conclusion:{talk.card.id}")),
        "status": "amended" if conclusion.addenda else "final",
        "type": {"coding": [{"system": LOINC, "code": "11488-4", "display": "Consult note"}]},
        **about,
        "date": _instant(conclusion.addenda[-1].signed_at if conclusion.addenda else conclusion.signed_at),
        "author": [_reference(doctor)],
        "title": "Заключение врача",
        "section": list(_sections(conclusion, condition, kept)),
    }
    return [composition, *([condition] if condition is not None else []), *kept]


def _sections(conclusion: ConclusionView, condition: Resource | None, papers: list[Resource]) -> Iterable[Resource]:
    yield _section("Жалобы", conclusion.complaints)
    if conclusion.history:
        yield _section("Анамнез", conclusion.history)
    if conclusion.diagnosis is not None and condition is not None:
        told = f"{conclusion.diagnosis.code} {conclusion.diagnosis.name}"
        yield {**_section("Диагноз, поставленный раньше очно", told), "entry": [_reference(condition)]}
    yield _section("Рекомендации", conclusion.recommendations)
    if conclusion.referral is not None:
        yield _section("Направление", f"{conclusion.referral.specialty_name}. {conclusion.referral.words}".strip())
    for one in conclusion.addenda:
        yield _section(_title(one), one.text)
    if papers:
        yield {"title": "Подписанные документы", "entry": [_reference(one) for one in papers]}


def _section(title: str, text: str) -> Resource:
    words = escape(text).replace("\n", "<br/>")
    told = f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'
    return {"title": title, "text": {"status": "generated", "div": told}}


def _condition(consultation_id: UUID, conclusion: ConclusionView, about: Resource) -> Resource | None:
    """The diagnosis that a doctor made in person before: recorded then, asserted by nobody here."""
    diagnosis = conclusion.diagnosis
    if diagnosis is None:
        return None
    return {
        "resourceType": "Condition",
        "id": str(uuid5(_HOUSE, f"diagnosis:{consultation_id}")),
        "code": {
            "coding": [{"system": ICD10, "code": diagnosis.code, "display": diagnosis.name}],
            "text": diagnosis.name,
        },
        **about,
        "recordedDate": diagnosis.made_on.isoformat(),
        "note": [{"text": f"Поставлен на очном приёме: {diagnosis.where}"}],
    }


def _paper(
    document_id: UUID | None, title: str, signed_at: datetime, about: Resource, doctor: Resource, pdf: Pdf
) -> Resource | None:
    """None while the PDF is being made."""
    if document_id is None:
        return None
    content = pdf(document_id)
    return {
        "resourceType": "DocumentReference",
        "id": str(document_id),
        "status": "current",
        "docStatus": "final",
        "type": {"text": title},
        "subject": about["subject"],
        "date": _instant(signed_at),
        "author": [_reference(doctor)],
        "context": {"encounter": [about["encounter"]]},
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "language": "ru",
                    "data": base64.b64encode(content).decode(),
                    "size": len(content),
                    # The standard wants SHA-1 here; what holds is the signature inside the file.
                    "hash": base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode(),
                    "title": title,
                    "creation": _instant(signed_at),
                }
            }
        ],
    }


def _title(one: AddendumView) -> str:
    return f"Дополнение {one.number} к заключению"


def _identifier(value: UUID) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": _url(str(value))}


def _reference(resource: Resource) -> Resource:
    return {"reference": _url(resource["id"]), "type": resource["resourceType"]}


def _url(value: str) -> str:
    return f"urn:uuid:{value}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
