"""The client does not agree with a line, or with the answer to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.care.errors import AlreadyDisputedError, NothingToComplainError, UnsuitableFileError
from doctorlike.care.models import Complaint, Dispute, DisputeFile, Encounter, RegisterLine
from doctorlike.care.rules import (
    DISPUTABLE,
    LARGEST_ATTACHMENT_BYTES,
    MOST_FILES,
    DisputeKind,
    DisputeState,
    RegisterState,
    complaint_number,
    media_type,
)
from doctorlike.copay import commands as copay
from doctorlike.copay import queries as charges
from doctorlike.kit import clock, storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.policies import queries as policies


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as the client sent it."""

    name: str
    content: bytes


@transaction.atomic
def open_dispute(
    *,
    line_id: UUID,
    user_id: UUID,
    kind: DisputeKind,
    text: str,
    files: Sequence[SentFile] = (),
    on: date,
    by: Actor,
    at: datetime,
) -> UUID:
    """The account that sees the line as the insured's, or as a child's, disputes it: its share is held at once
    (`copay.hold_line`) until the answer. A line that costs the client nothing may be disputed too. NotFoundError for
    whoever does not see it, a payer and the child's other parent included; AlreadyDisputedError; UnsuitableFileError,
    and nothing is kept."""
    # A line that a correction took back meanwhile is not shown any more, and there is nothing left to dispute; one of
    # a register that is not answered yet is not shown either, and has no charge that it could leave.
    shown = RegisterLine.objects.filter(reversed_at__isnull=True, register__state=RegisterState.ANSWERED)
    line = locked(shown.filter(outcome__in=DISPUTABLE), pk=line_id)
    encounter = _encounter_of(line)
    _must_see(user_id, encounter.policy_id, on)
    if Dispute.objects.filter(line=line).exists():
        raise AlreadyDisputedError
    kinds = [_kind_of(file, len(files)) for file in files]
    dispute = Dispute.objects.create(line=line, kind=kind, text=text.strip(), opened_by_id=user_id, opened_at=at)
    DisputeFile.objects.bulk_create(
        [
            DisputeFile(
                dispute=dispute,
                name=file.name[-120:],
                media_type=found,
                size_bytes=len(file.content),
                storage_key=storage.keep(file.content, folder=f"disputes/{at:%Y/%m}"),
            )
            for file, found in zip(files, kinds, strict=True)
        ]
    )
    note(dispute, "dispute.opened", by=by, at=at)
    charge_id = charges.bearing_charge(line.pk, encounter.pk, line.register_id) if line.share else None
    if charge_id is not None:
        copay.hold_line(charge_id=charge_id, line_id=line.pk, amount=line.share, by=by, at=at)
    return dispute.pk


@transaction.atomic
def complain(*, dispute_id: UUID, user_id: UUID, text: str, on: date, by: Actor, at: datetime) -> str:
    """The client does not agree with a rejection: returns the complaint's number, given without gaps. NotFoundError
    for whoever does not see the dispute; NothingToComplainError when it is not rejected or was complained about."""
    dispute = locked(Dispute.objects.all(), pk=dispute_id)
    _must_see(user_id, policy_of(dispute), on)
    if dispute.state != DisputeState.REJECTED or Complaint.objects.filter(dispute=dispute).exists():
        raise NothingToComplainError
    year = clock.insurer_date(at).year
    advisory_lock(f"care.complaint:{year}")
    last = Complaint.objects.filter(year=year).aggregate(last=Max("serial"))["last"] or 0
    complaint = Complaint.objects.create(
        dispute=dispute, year=year, serial=last + 1, text=text.strip(), made_by_id=user_id, made_at=at
    )
    number = complaint_number(year, complaint.serial)
    note(dispute, "dispute.complained", by=by, at=at, details={"number": number})
    return number


def policy_of(dispute: Dispute) -> UUID:
    return _encounter_of(RegisterLine.objects.get(pk=dispute.line_id)).policy_id


def note(dispute: Dispute, action: str, *, by: Actor, at: datetime, details: dict[str, str] | None = None) -> None:
    told = {"kind": dispute.kind, **(details or {})}
    audit.record(by=by, at=at, action=action, subject_type="dispute", subject_id=dispute.pk, details=told)


def _encounter_of(line: RegisterLine) -> Encounter:
    if line.encounter_id is None:
        raise NotFoundError
    return Encounter.objects.get(pk=line.encounter_id)


def _must_see(user_id: UUID, policy_id: UUID, on: date) -> None:
    if not policies.managed_policy_for(user_id, policy_id, on).medical_open:
        raise NotFoundError


def _kind_of(file: SentFile, count: int) -> str:
    found = media_type(file.content)
    if count > MOST_FILES:
        what = _("Приложите не больше {most} файлов.").format(most=MOST_FILES)
    elif len(file.content) > LARGEST_ATTACHMENT_BYTES:
        what = _("Он больше 10 МБ. Уменьшите снимок или разделите файл.")
    elif found is None:
        what = _("Это не PDF, JPEG или PNG. Сфотографируйте документ или сохраните его в PDF.")
    else:
        return found
    raise UnsuitableFileError(name=file.name, what=what)
