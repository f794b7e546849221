"""What clients said is wrong about clinics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doctorlike.clinics.models import ClinicReport
from doctorlike.clinics.rules.reports import REPORT_KIND_NAMES, ReportKind, ReportState
from doctorlike.kit.errors import NotFoundError

# The desk works from the top; nobody pages through hundreds.
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ReportView:
    """`text` and `answer` are for its author and the desk."""

    id: UUID
    clinic_id: UUID
    clinic_name: str
    clinic_address: str
    kind: ReportKind
    text: str
    state: ReportState
    reported_at: datetime
    reported_by: UUID
    answer: str | None
    settled_at: datetime | None

    @property
    def kind_text(self) -> Any:
        return REPORT_KIND_NAMES[self.kind]

    @property
    def is_new(self) -> bool:
        return self.state is ReportState.NEW


def reports_waiting() -> list[ReportView]:
    """Those the desk has to settle, the longest waiting first. One query."""
    return [_view(row) for row in _reports().filter(state=ReportState.NEW).order_by("reported_at")[:MOST_SHOWN]]


def reports_settled(*, most: int = 20) -> list[ReportView]:
    """The last ones that were settled. One query."""
    return [_view(row) for row in _reports().filter(state=ReportState.SETTLED).order_by("-settled_at")[:most]]


def count_reports_waiting() -> int:
    return ClinicReport.objects.filter(state=ReportState.NEW).count()


def report(report_id: UUID) -> ReportView:
    """NotFoundError when there is none."""
    row = _reports().filter(pk=report_id).first()
    if row is None:
        raise NotFoundError
    return _view(row)


def reports_of(user_id: UUID, *, clinic_id: UUID | None = None) -> list[ReportView]:
    """What this client reported, the newest first; about one clinic where it is named. One query."""
    rows = _reports().filter(reported_by_id=user_id)
    if clinic_id is not None:
        rows = rows.filter(clinic_id=clinic_id)
    return [_view(row) for row in rows.order_by("-reported_at")[:MOST_SHOWN]]


def _reports() -> QuerySet[ClinicReport]:
    return ClinicReport.objects.select_related("clinic")


def _view(row: ClinicReport) -> ReportView:
    return ReportView(
        id=row.pk,
        clinic_id=row.clinic_id,
        clinic_name=row.clinic.name,
        clinic_address=row.clinic.address,
        kind=ReportKind(row.kind),
        text=row.text,
        state=ReportState(row.state),
        reported_at=row.reported_at,
        reported_by=row.reported_by_id,
        answer=row.answer,
        settled_at=row.settled_at,
    )
