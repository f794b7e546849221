"""A copy of the client's data: JSON that a program reads, and the signed papers, in one ZIP.

Every app is asked by its public queries, once for all contracts. Medical things are there for the insured and for the
adult of a child while the law lets them see; whoever only pays takes away amounts and dates.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from doctorlike.accounts import queries as accounts
from doctorlike.appointments import queries as appointments
from doctorlike.appointments.queries import CallCard, NotedCard, VisitCard
from doctorlike.audit import queries as trail
from doctorlike.care import queries as care
from doctorlike.care.queries import EncounterView
from doctorlike.clinics.queries.reports import ReportView, reports_of
from doctorlike.copay import queries as copay
from doctorlike.copay.queries import ChargeView
from doctorlike.coverage.queries import letters
from doctorlike.coverage.queries.letters import LetterView
from doctorlike.documents import queries as documents
from doctorlike.documents.queries import DocumentCard
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.payments import queries as payments
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import Contract
from doctorlike.rights.queries import consents_of
from doctorlike.telemed import queries as telemed
from doctorlike.telemed.queries import ShareView, Talk

FORMAT = 1
_EVERY_CALL = 10_000


def archive(user_id: UUID, *, at: datetime, on: date) -> bytes:
    """The ZIP as the client may have it at that instant; `on` is the insurer's date of it."""
    contracts = policies.contracts_of(user_id, on)
    open_ids = [one.view.id for one in contracts if one.view.medical_open]
    talks = telemed.talks_of(open_ids)
    shares = telemed.shares_of([one.card.id for one in talks])
    facts = {
        "format": FORMAT,
        "made_at": at,
        "account": _account(user_id),
        "consents": _consents(user_id, on),
        "contracts": _contracts(contracts),
        "visits": [_visit(one) for one in appointments.appointments_of(open_ids)],
        "noted_visits": [_note(one) for one in appointments.noted_visits_of(open_ids)],
        "calls": [_call(one, user_id) for one in appointments.calls_of(open_ids, limit=_EVERY_CALL)],
        "waiting_lists": appointments.waiting_records(open_ids),
        **_services(care.all_encounters_of(open_ids), {one.view.id for one in contracts if not one.view.by_invitation}),
        **_money(contracts),
        "consultations": [_talk(one, shares) for one in talks],
        "guarantee_letters": [_letter(one) for one in letters.letters_of(open_ids)],
        "clinic_reports": [_report(one) for one in reports_of(user_id)],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("data.json", json.dumps(_plain(facts), ensure_ascii=False, indent=2))
        for name, card in _papers(contracts, talks):
            bundle.writestr(name, storage.read(card.storage_key))
    return packed.getvalue()


def _account(user_id: UUID) -> dict[str, Any]:
    card = accounts.user_card(user_id)
    return {
        "phone": card.phone,
        "email": card.email,
        "person": card.person,
        "devices": accounts.devices_of(user_id),
        "calendar_made_at": appointments.calendar_made_at(user_id),
        "cards": [{"title": one.title, "bound_at": one.bound_at} for one in payments.cards_of(user_id)],
    }


def _consents(user_id: UUID, on: date) -> list[dict[str, Any]]:
    given = consents_of(user_id, on)
    texts = trail.wordings([one.consent.text_sha256 for one in given])
    return [
        {
            "purpose": one.consent.purpose,
            "title": one.title,
            "contracts": one.numbers,
            "document_version": one.consent.document_version,
            "text": texts.get(one.consent.text_sha256, ""),
            "text_sha256": one.consent.text_sha256,
            "confirmed_by_code": one.consent.by_code,
            "given_at": one.consent.given_at,
            "withdrawn_at": one.consent.withdrawn_at,
        }
        for one in given
    ]


def _contracts(contracts: Sequence[Contract]) -> list[dict[str, Any]]:
    shown = [one for one in contracts if one.view.medical_open]
    papers = accounts.identities_of(
        [one.view.insured.id for one in shown if not one.view.by_invitation]
        + [one.view.policyholder.id for one in shown if one.is_policyholder]
    )
    return [_contract(one, papers) for one in contracts]


def _contract(one: Contract, papers: Mapping[UUID, dict[str, Any]]) -> dict[str, Any]:
    view = one.view
    told: dict[str, Any] = {
        "number": view.number,
        "starts_on": view.period.starts_on,
        "ends_on": view.period.ends_on,
        "cancelled_on": view.cancelled_on,
        "concluded_at": view.concluded_at,
    }
    if one.is_policyholder:
        told["premium"] = view.premium
    if not view.medical_open:
        return told
    told |= {
        "programme": view.programme_name,
        "scope": view.scope,
        "copay_percent": view.copay_percent,
        "insured": view.insured,
    }
    if view.by_invitation:
        return told
    told |= {
        "insured_papers": papers.get(view.insured.id, {}),
        "contact_phone": view.contact_phone,
        "contact_email": view.contact_email,
    }
    if one.is_policyholder:
        told |= {"policyholder": view.policyholder, "policyholder_papers": papers.get(view.policyholder.id, {})}
    return told


def _visit(one: VisitCard) -> dict[str, Any]:
    return {
        "contract": one.policy_number,
        "patient": one.patient_name,
        "clinic": one.clinic_name,
        "address": one.clinic_address,
        "doctor": one.doctor.full_name,
        "specialty": one.specialty_name,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "zone": one.zone,
        "state": one.state,
    }


def _note(one: NotedCard) -> dict[str, Any]:
    return {
        "contract": one.policy_number,
        "patient": one.patient_name,
        "clinic": one.clinic_name,
        "address": one.clinic_address,
        "words": one.words,
        "starts_at": one.starts_at,
        "zone": one.zone,
        "changed_at": one.changed_at,
    }


def _call(one: CallCard, user_id: UUID) -> dict[str, Any]:
    """The phone of the other parent, who asked, is theirs. Nobody at work is named."""
    return {
        "contract": one.policy_number,
        "patient": one.patient_name,
        "clinic": one.clinic_name,
        "phone": one.phone if one.asked_by == str(Actor.user(user_id)) else "",
        "wish": one.wish,
        "state": one.state,
        "result": one.result,
        "asked_at": one.asked_at,
        "promised_at": one.promised_at,
        "tries": one.tries,
        "closed_at": one.closed_at,
    }


def _services(visits: Sequence[EncounterView], held: Collection[UUID]) -> dict[str, Any]:
    """Disputes are a matter of the contract: of those `held` by the client alone."""
    lines: list[dict[str, Any]] = [
        {
            "id": line.id,
            "clinic": visit.clinic_name,
            "visit_on": visit.visit_on,
            "service_code": line.service_code,
            "service": line.service_name,
            "quantity": line.quantity,
            "total": line.total,
            "covered": line.covered,
            "reasons": line.reasons,
            "own_share": line.share,
            "insurer_part": line.insurer_part,
        }
        for visit in visits
        for line in visit.lines
    ]
    disputable = [line.id for visit in visits if visit.policy_id in held for line in visit.lines]
    return {"services": lines, "disputes": care.dispute_records(disputable)}


def _money(contracts: Sequence[Contract]) -> dict[str, Any]:
    """Amounts and dates alone: whoever pays sees them, whatever was done at the clinic. Who concluded a contract for
    another adult paid the premium and no shares: even their days would tell of visits. A child's other parent paid
    nothing."""
    numbers = {one.view.id: one.view.number for one in contracts if one.linked and not one.view.by_invitation}
    charges = copay.charges_of(numbers)
    orders = {one.view.order_id for one in contracts if one.is_policyholder and one.view.order_id}
    paid = {
        *payments.paid_for("charge", [one.id for one in charges]).values(),
        *payments.paid_for("order", orders).values(),
    }
    return {
        "charges": [_charge(one, numbers[one.policy_id]) for one in charges],
        "payments": [
            {
                "for": one.purpose,
                "amount": one.amount,
                "state": one.state,
                "number": one.acquirer_id,
                "created_at": one.created_at,
                "settled_at": one.settled_at,
            }
            for one in payments.payments(paid).values()
        ],
        "refunds": [
            {"amount": one.amount, "state": one.state, "asked_at": one.asked_at, "settled_at": one.settled_at}
            for one in payments.refunds_of(paid)
        ],
    }


def _charge(one: ChargeView, number: str) -> dict[str, Any]:
    return {
        "contract": number,
        "amount": one.amount,
        "held": one.held,
        "state": one.state,
        "charge_on": one.charge_on,
        "paid_at": one.paid_at,
    }


def _talk(one: Talk, shares: Sequence[ShareView]) -> dict[str, Any]:
    """With its conclusion, addenda and links. A doctor's private notes are no part of the patient's record."""
    doctor = one.card.doctor
    return {
        "patient": one.card.patient,
        "doctor": doctor.full_name if doctor else None,
        "asked_at": one.card.asked_at,
        "ended_at": one.card.ended_at,
        "state": one.card.state,
        "complaint": one.complaint,
        "messages": one.messages,
        "conclusion": one.conclusion,
        "shared_by_links": [
            {
                "made_at": share.made_at,
                "ends_at": share.ends_at,
                "revoked_at": share.revoked_at,
                "opened_at": share.opened_at,
            }
            for share in shares
            if share.consultation_id == one.card.id
        ],
    }


def _letter(one: LetterView) -> dict[str, Any]:
    return {
        "number": one.number,
        "policy_id": one.policy_id,
        "visit_on": one.visit_on,
        "state": one.state,
        "asked_at": one.asked_at,
        "sent_at": one.sent_at,
        "opened_at": one.opened_at,
        "withdrawn_at": one.withdrawn_at,
    }


def _report(one: ReportView) -> dict[str, Any]:
    return {
        "clinic": one.clinic_name,
        "about": str(one.kind_text),
        "text": one.text,
        "reported_at": one.reported_at,
        "answer": one.answer,
        "settled_at": one.settled_at,
    }


def _papers(contracts: Sequence[Contract], talks: Sequence[Talk]) -> Iterable[tuple[str, DocumentCard]]:
    """Name inside the ZIP and the paper itself, of contracts whose insured the client may see."""
    held = [one.view for one in contracts if one.view.medical_open and not one.view.by_invitation]
    numbers = {str(one.id): one.number for one in held}
    for card in documents.documents_of_many("policy", numbers):
        yield f"contracts/{numbers[card.subject_id]}/{card.kind}-{card.revision}.pdf", card
    days = {str(one.card.id): f"{one.card.asked_at:%Y-%m-%d}" for one in talks}
    for card in documents.documents_of_many("consultation", days):
        yield f"conclusions/{days[card.subject_id]}-{card.id}.pdf", card


def _plain(value: Any) -> Any:
    """As JSON has it: instants in UTC, amounts as text exact to the kopeck."""
    match value:
        case Money():
            return str(value.amount)
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case str() | int() | float() | bool() | None:
            return value
    if is_dataclass(value) and not isinstance(value, type):
        return {key: _plain(getattr(value, key)) for key in (field.name for field in fields(value))}
    if isinstance(value, Iterable):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no place in a copy")
