"""«Здесь ошибка»: from a client to the desk, and the answer back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.audit import commands as audit
from doctorlike.clinics.errors import TooManyReportsError
from doctorlike.clinics.models import Clinic, ClinicReport
from doctorlike.clinics.rules.reports import LONGEST_NOTE, ReportKind, ReportState, may_report
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.notifications import commands as notifications

TOPIC = "clinic_report"


@transaction.atomic
def report_mistake(*, clinic_id: UUID, kind: ReportKind, text: str, user_id: UUID, by: Actor, at: datetime) -> UUID:
    """A client says what is wrong with what we tell of a clinic. While an earlier report of the same kind about it
    waits, its text is replaced and no second one begins, so repeating is safe. NotFoundError for an unknown clinic,
    TooManyReportsError beyond what the desk takes from one person a day."""
    if not Clinic.objects.filter(pk=clinic_id).exists():
        raise NotFoundError
    advisory_lock(f"clinic reports of {user_id}")
    waiting = ClinicReport.objects.filter(
        clinic_id=clinic_id, kind=kind, reported_by_id=user_id, state=ReportState.NEW
    ).first()
    if waiting is not None:
        if waiting.text != text:
            waiting.text, waiting.reported_at = text, at
            waiting.save(update_fields=["text", "reported_at"])
        return waiting.pk
    lately = ClinicReport.objects.filter(reported_by_id=user_id, reported_at__gt=at - timedelta(days=1))
    if not may_report(list(lately.values_list("reported_at", flat=True)), at):
        raise TooManyReportsError
    report = ClinicReport.objects.create(
        clinic_id=clinic_id, kind=kind, text=text, reported_by_id=user_id, reported_at=at
    )
    _note(report, "clinic_report.sent", by, at)
    return report.pk


@transaction.atomic
def settle_report(
    *, report_id: UUID, answer: str, account_url: str = "", note: str | None = None, by: Actor, at: datetime
) -> None:
    """Tell the client what became of their report. The clinic counts as checked that day; `note` is what it asks of
    insured people from now on, None leaves that as it is. A report that is settled already is left alone, so repeating
    is safe. NotFoundError for an unknown one."""
    report = locked(ClinicReport.objects, pk=report_id)
    if report.state == ReportState.SETTLED:
        return
    report.state, report.answer = ReportState.SETTLED, answer
    report.settled_at, report.settled_by = at, str(by)
    report.save(update_fields=["state", "answer", "settled_at", "settled_by"])
    checked = {"confirmed_on": clock.insurer_date(at)}
    Clinic.objects.filter(pk=report.clinic_id).update(
        **checked, **({} if note is None else {"insurance_note": note.strip()[:LONGEST_NOTE]})
    )
    _note(report, "clinic_report.settled", by, at)
    _tell(report, account_url, by, at)


@transaction.atomic
def forget_reports(*, user_id: UUID, by: Actor, at: datetime) -> int:
    """Erase what somebody who closes their account wrote of clinics; returns how many reports. Repeating erases nothing
    more."""
    gone, _rows = ClinicReport.objects.filter(reported_by_id=user_id).delete()
    if gone:
        audit.record(by=by, at=at, action="clinic_report.forgotten", subject_type="user", subject_id=user_id)
    return gone


def _note(report: ClinicReport, action: str, by: Actor, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action=action,
        subject_type="clinic",
        subject_id=report.clinic_id,
        details={"report": str(report.pk), "kind": report.kind},
    )


def _tell(report: ClinicReport, account_url: str, by: Actor, at: datetime) -> None:
    """Neither the clinic nor the answer is in the letter: where somebody is treated is nobody else's business."""
    reader = accounts.user_card(report.reported_by_id)
    subject = _("Мы проверили ваше сообщение")
    text = _("Спасибо, что сообщили об ошибке. Ответ в личном кабинете: {url}").format(url=account_url)
    if reader.email:
        notifications.send_email(
            to=reader.email, subject=subject, text=text, topic=TOPIC, subject_id=report.pk, by=by, at=at
        )
    elif reader.phone:
        notifications.send_sms(to=reader.phone, text=text, topic=TOPIC, subject_id=report.pk, by=by, at=at)
