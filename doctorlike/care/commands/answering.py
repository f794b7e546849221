"""The desk answers disputes and complaints; the money follows the answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.care.commands.disputing import note, policy_of
from doctorlike.care.errors import AlreadyAnsweredError, SamePersonAnswersError
from doctorlike.care.models import Complaint, Dispute, RegisterLine
from doctorlike.care.rules import DisputeKind, DisputeState
from doctorlike.copay import commands as copay
from doctorlike.copay import queries as charges
from doctorlike.copay.rules import HoldState
from doctorlike.coverage import commands as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.notifications import commands as notifications
from doctorlike.payments.rules import RefundReason
from doctorlike.policies import queries as policies
from doctorlike.ui.words import day

Asked = TypeVar("Asked", Dispute, Complaint)
TOPIC = "dispute"
_WHY = {
    DisputeKind.NOT_GIVEN: RefundReason.SERVICE_NOT_GIVEN,
    DisputeKind.WRONG_PRICE: RefundReason.CHARGED_IN_ERROR,
}


@transaction.atomic
def uphold_dispute(*, dispute_id: UUID, answer: str, by: Actor, at: datetime) -> None:
    """The client is right: the insurer bears the line; if it was paid, its refund is asked for by whoever answers. The
    client is told that there is an answer. NotFoundError, AlreadyAnsweredError."""
    dispute = _answer(_open(dispute_id), DisputeState.UPHELD, answer, by=by, at=at)
    _waive(dispute, by=by, at=at)
    _release_limits(dispute, by=by, at=at)
    note(dispute, "dispute.upheld", by=by, at=at)
    _tell(dispute, by=by, at=at)


@transaction.atomic
def reject_dispute(*, dispute_id: UUID, answer: str, by: Actor, at: datetime) -> None:
    """The line stands as it is: what had left its charge becomes a supplementary one. The same errors."""
    dispute = _answer(_open(dispute_id), DisputeState.REJECTED, answer, by=by, at=at)
    held = charges.line_holds([dispute.line_id]).get(dispute.line_id)
    # A correction of the register may have taken the line back meanwhile: it is owed no more then.
    if held is not None and held.state not in (HoldState.WAIVING, HoldState.WAIVED):
        copay.release_line(charge_id=held.charge_id, line_id=dispute.line_id, batch_id=dispute.pk, by=by, at=at)
    note(dispute, "dispute.rejected", by=by, at=at)
    _tell(dispute, by=by, at=at)


@transaction.atomic
def uphold_complaint(*, dispute_id: UUID, answer: str, by: Actor, at: datetime) -> None:
    """The rejection was wrong: the line leaves the charge it stands in now, for good, or is given back.
    NotFoundError, AlreadyAnsweredError, SamePersonAnswersError."""
    dispute, complaint = _complained(dispute_id, by)
    _answer(complaint, DisputeState.UPHELD, answer, by=by, at=at)
    line = RegisterLine.objects.get(pk=dispute.line_id)
    held = charges.line_holds([line.pk]).get(line.pk)
    if held is not None:
        charge_id = held.supplement_id or held.charge_id
        copay.hold_line(charge_id=charge_id, line_id=line.pk, amount=line.share, by=by, at=at)
        _waive(dispute, by=by, at=at)
    _release_limits(dispute, by=by, at=at)
    note(dispute, "dispute.complaint_upheld", by=by, at=at)
    _tell(dispute, by=by, at=at)


@transaction.atomic
def reject_complaint(*, dispute_id: UUID, answer: str, by: Actor, at: datetime) -> None:
    """The rejection stands. The same errors."""
    dispute, complaint = _complained(dispute_id, by)
    _answer(complaint, DisputeState.REJECTED, answer, by=by, at=at)
    note(dispute, "dispute.complaint_rejected", by=by, at=at)
    _tell(dispute, by=by, at=at)


def _open(dispute_id: UUID) -> Dispute:
    dispute = locked(Dispute.objects.all(), pk=dispute_id)
    if dispute.state != DisputeState.OPEN:
        raise AlreadyAnsweredError
    return dispute


def _complained(dispute_id: UUID, by: Actor) -> tuple[Dispute, Complaint]:
    dispute = locked(Dispute.objects.all(), pk=dispute_id)
    complaint = locked(Complaint.objects.all(), dispute=dispute)
    if complaint.state != DisputeState.OPEN:
        raise AlreadyAnsweredError
    if str(dispute.decided_by_id) == by.ref:
        raise SamePersonAnswersError
    return dispute, complaint


def _answer(asked: Asked, state: DisputeState, answer: str, *, by: Actor, at: datetime) -> Asked:
    if by.kind != "staff":
        raise ValueError("disputes are answered by people at work")
    asked.state, asked.answer = state, answer.strip()
    asked.decided_by_id, asked.decided_at = UUID(by.ref), at
    asked.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    return asked


def _waive(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    held = charges.line_holds([dispute.line_id]).get(dispute.line_id)
    if held is not None:
        why = _WHY[DisputeKind(dispute.kind)]
        copay.waive_line(charge_id=held.charge_id, line_id=dispute.line_id, why=why, by=by, at=at)


def _release_limits(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """What was never given has used nothing of the policy's limits; a wrong price leaves its line in them."""
    if dispute.kind == DisputeKind.NOT_GIVEN:
        coverage.release_limits(line_ids=[dispute.line_id], by=by, at=at)


def _tell(dispute: Dispute, *, by: Actor, at: datetime) -> None:
    """That there is an answer, not what it says: that stands in the account of whoever may read it by now."""
    phone, email = _reader_contact(dispute, clock.insurer_date(at))
    text = _("Мы ответили на ваше обращение от {day}. Ответ и что будет с деньгами — в личном кабинете.").format(
        day=day(clock.insurer_date(dispute.opened_at))
    )
    if email:
        notifications.send_email(
            to=email, subject=_("Ответ на обращение"), text=text, topic=TOPIC, subject_id=dispute.pk, by=by, at=at
        )
    if phone:
        notifications.send_sms(to=phone, text=text, topic=TOPIC, subject_id=dispute.pk, by=by, at=at)


def _reader_contact(dispute: Dispute, on: date) -> tuple[str, str]:
    """Phone and e-mail address of whoever opened the dispute, or of the insured when it closed to them meanwhile."""
    policy_id = policy_of(dispute)
    try:
        if policies.policy_for(dispute.opened_by_id, policy_id, on).medical_open:
            user = accounts.user_card(dispute.opened_by_id)
            return user.phone or "", user.email or ""
    except NotFoundError:
        pass
    return policies.insured_contact(policies.policy(policy_id), on)
