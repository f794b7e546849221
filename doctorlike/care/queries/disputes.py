"""Disputes of lines, for whoever sees the line and for the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from doctorlike.care import words
from doctorlike.care.models import Complaint, Dispute, DisputeFile, RegisterLine
from doctorlike.care.rules import (
    DISPUTABLE,
    DisputeKind,
    DisputeState,
    Outcome,
    RegisterState,
    complaint_number,
    days_waiting,
)
from doctorlike.copay import queries as copay
from doctorlike.copay.queries import LineHold
from doctorlike.kit import clock, storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read
from doctorlike.payments.rules import ENDED_REFUND
from doctorlike.policies import queries as policies


@dataclass(frozen=True, slots=True)
class DisputedLine:
    """A line as the page of its dispute shows it."""

    id: UUID
    encounter_id: UUID
    policy_id: UUID
    clinic_id: UUID
    clinic_name: str
    visit_on: date
    service_code: str
    service_name: str
    quantity: int
    price: Money
    total: Money
    share: Money
    covered: bool


@dataclass(frozen=True, slots=True)
class AttachedFile:
    id: UUID
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ComplaintView:
    number: str
    text: str
    made_at: datetime
    state: DisputeState
    state_text: str
    answer: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisputeView:
    """`hold` is how the line's share stands, None where there is none. `decided_by` is an account of somebody at
    work."""

    id: UUID
    line: DisputedLine
    kind: DisputeKind
    kind_text: str
    text: str
    opened_at: datetime
    state: DisputeState
    state_text: str
    answer: str
    decided_by: UUID | None
    decided_at: datetime | None
    files: Sequence[AttachedFile]
    complaint: ComplaintView | None
    hold: LineHold | None

    @property
    def money_text(self) -> str:
        """What becomes of the line's share, in words for the client."""
        return words.money_words(self.line.share, self.hold)

    @property
    def refund_text(self) -> str:
        """How the refund stands, for the desk."""
        return words.refund_words(self.hold)

    @property
    def refund_failed(self) -> bool:
        """The refund was refused or did not go through: somebody has to ask anew."""
        return self.hold is not None and self.hold.refund_state in ENDED_REFUND

    @property
    def may_complain(self) -> bool:
        return self.state is DisputeState.REJECTED and self.complaint is None

    @property
    def awaits_answer(self) -> bool:
        """The dispute itself, or the complaint about its rejection."""
        return DisputeState.OPEN in (self.state, self.complaint.state if self.complaint else None)


@dataclass(frozen=True, slots=True)
class LineDispute:
    """How a line's dispute stands, in the list of a visit's lines."""

    id: UUID
    state: DisputeState
    state_text: str
    complained: bool
    money_text: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A line of the desk's queue: nothing of what was done at the clinic. `days` since the client wrote."""

    id: UUID
    complaint_number: str
    kind_text: str
    asked_at: datetime
    days: int
    policy_number: str
    clinic_name: str
    visit_on: date
    share: Money


_of_lines = Read(
    lambda: (
        Dispute.objects.filter(Among("line", "line_ids"))
        .select_related("complaint", "line")
        .only("state", "line__share", "complaint__state")
    )
)


def line_for(user_id: UUID, line_id: UUID, on: date) -> DisputedLine:
    """A line that the account sees as the insured's or a child's; NotFoundError for any other, for a payer's,
    and for the child's other parent, whose contract it is not."""
    row = _lines().filter(pk=line_id, outcome__in=DISPUTABLE, register__state=RegisterState.ANSWERED).first()
    if row is None or row.encounter is None:
        raise NotFoundError
    _must_see(user_id, row.encounter.policy_id, on)
    return _line(row)


def dispute_for(user_id: UUID, dispute_id: UUID, on: date) -> DisputeView:
    """As `line_for`."""
    shown = dispute(dispute_id)
    _must_see(user_id, shown.line.policy_id, on)
    return shown


def dispute(dispute_id: UUID) -> DisputeView:
    """For the desk; NotFoundError."""
    row = Dispute.objects.select_related("complaint", "line__encounter__clinic").filter(pk=dispute_id).first()
    if row is None:
        raise NotFoundError
    line = _line(row.line)
    return DisputeView(
        id=row.pk,
        line=line,
        kind=DisputeKind(row.kind),
        kind_text=str(words.KINDS[DisputeKind(row.kind)]),
        text=row.text,
        opened_at=row.opened_at,
        state=DisputeState(row.state),
        state_text=str(words.STATES[DisputeState(row.state)]),
        answer=row.answer or "",
        decided_by=row.decided_by_id,
        decided_at=row.decided_at,
        files=[AttachedFile(one.pk, one.name, one.media_type, one.size_bytes) for one in row.files.order_by("id")],
        complaint=_complaint(getattr(row, "complaint", None)),
        hold=copay.line_holds([line.id]).get(line.id),
    )


def disputes_of_lines(line_ids: Iterable[UUID]) -> dict[UUID, LineDispute]:
    """By line, of those that are disputed; two queries."""
    rows = list(_of_lines(line_ids=list(line_ids)))
    holds = copay.line_holds([row.line_id for row in rows]) if rows else {}
    return {
        row.line_id: LineDispute(
            id=row.pk,
            state=DisputeState(row.state),
            state_text=str(words.STATES[DisputeState(row.state)]),
            complained=hasattr(row, "complaint"),
            money_text=words.money_words(row.line.share, holds.get(row.line_id)),
        )
        for row in rows
    }


def disputes_to_answer(today: date, limit: int = 100) -> list[DisputeRow]:
    """Disputes and complaints that wait for the desk, the longest waiting first; two queries."""
    asked_at = Coalesce("complaint__made_at", "opened_at")
    waiting = _waiting().select_related("complaint", "line__encounter__clinic").annotate(asked_at=asked_at)
    rows = waiting.defer("text", "answer", "complaint__text", "complaint__answer").order_by("asked_at", "id")[:limit]
    found = [(row, row.line.encounter) for row in rows if row.line.encounter is not None]
    known = policies.policies_by_id(encounter.policy_id for _row, encounter in found)
    return [
        DisputeRow(
            id=row.pk,
            complaint_number=_number(getattr(row, "complaint", None)),
            kind_text=str(words.KINDS[DisputeKind(row.kind)]),
            asked_at=row.asked_at,
            days=days_waiting(clock.insurer_date(row.asked_at), today),
            policy_number=known[encounter.policy_id].number,
            clinic_name=encounter.clinic.name,
            visit_on=encounter.visit_on,
            share=row.line.share,
        )
        for row, encounter in found
    ]


def count_to_answer() -> int:
    return _waiting().count()


def attached_file(dispute_id: UUID, file_id: UUID) -> tuple[AttachedFile, bytes]:
    """For the desk; NotFoundError when the dispute has no such file."""
    row = DisputeFile.objects.filter(pk=file_id, dispute=dispute_id).first()
    if row is None:
        raise NotFoundError
    return AttachedFile(row.pk, row.name, row.media_type, row.size_bytes), storage.read(row.storage_key)


def attached_file_for(user_id: UUID, dispute_id: UUID, file_id: UUID, on: date) -> tuple[AttachedFile, bytes]:
    """As `dispute_for`."""
    dispute_for(user_id, dispute_id, on)
    return attached_file(dispute_id, file_id)


def _waiting() -> QuerySet[Dispute]:
    return Dispute.objects.filter(Q(state=DisputeState.OPEN) | Q(complaint__state=DisputeState.OPEN))


def _lines() -> QuerySet[RegisterLine]:
    return RegisterLine.objects.select_related("encounter__clinic")


def _line(row: RegisterLine) -> DisputedLine:
    encounter = row.encounter
    if encounter is None or row.price is None or row.total is None:
        raise NotFoundError
    return DisputedLine(
        id=row.pk,
        encounter_id=encounter.pk,
        policy_id=encounter.policy_id,
        clinic_id=encounter.clinic_id,
        clinic_name=encounter.clinic.name,
        visit_on=encounter.visit_on,
        service_code=row.service_code,
        service_name=row.service_name,
        quantity=row.quantity,
        price=row.price,
        total=row.total,
        share=row.share,
        covered=row.outcome == Outcome.ACCEPTED,
    )


def _number(row: Complaint | None) -> str:
    return complaint_number(row.year, row.serial) if row else ""


def _complaint(row: Complaint | None) -> ComplaintView | None:
    if row is None:
        return None
    return ComplaintView(
        number=_number(row),
        text=row.text,
        made_at=row.made_at,
        state=DisputeState(row.state),
        state_text=str(words.STATES[DisputeState(row.state)]),
        answer=row.answer or "",
        decided_at=row.decided_at,
    )


def _must_see(user_id: UUID, policy_id: UUID, on: date) -> None:
    if not policies.managed_policy_for(user_id, policy_id, on).medical_open:
        raise NotFoundError
