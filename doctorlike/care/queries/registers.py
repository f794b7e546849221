"""Registers for whoever sent them and for the desk: how far they are, what was decided, what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from doctorlike.care import words
from doctorlike.care.cells import read_cell
from doctorlike.care.models import Register, RegisterLine, RegisterPiece
from doctorlike.care.rules import (
    STATES,
    VERDICTS,
    CameBy,
    Outcome,
    Refusal,
    RegisterState,
    Step,
    Verdict,
    misprints,
    read_steps,
    verdict,
)
from doctorlike.kit import storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.progress import progress_of
from doctorlike.kit.sheets import open_table
from doctorlike.policies import queries as policies

SHOWN_VALUES = 3
MOST_SUGGESTED = 3
_WIDEST_LOOK = 200


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register as pages show it. `hundredths` done of what workers are at, None when it waits for them or for a
    person."""

    id: UUID
    clinic_id: UUID | None
    clinic_name: str
    file_name: str
    state: RegisterState
    verdict: Verdict | None
    came_by: CameBy | None
    corrects_id: UUID | None
    sheet: str
    other_sheets: tuple[str, ...]
    headings: tuple[str, ...]
    columns: Mapping[str, str]
    problem: str
    row_count: int
    counts: Mapping[Outcome, int]
    reversed: int
    charges: int
    share: Money
    insurer_part: Money
    received_at: datetime
    answered_at: datetime | None
    answer_ready: bool
    hundredths: int | None = None

    @property
    def state_text(self) -> str:
        return str(VERDICTS[self.verdict] if self.verdict is not None else STATES[self.state])

    @property
    def waits_for_columns(self) -> bool:
        return self.state in (RegisterState.RECEIVED, RegisterState.FAILED) and not self.columns

    @property
    def under_way(self) -> bool:
        """Whether workers are at it, or are about to be."""
        return self.state in (RegisterState.CHECKED, RegisterState.DECIDED) or (
            self.state is RegisterState.RECEIVED and bool(self.columns)
        )


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line of a register with the answer the clinic gets. `policy_number` and `visit_on` are told of refused lines as
    they were written. `suggested` are policies that a misprint may have meant: for a person to look at."""

    row: int
    service_code: str
    service_name: str
    visit_on: date | None
    visit_text: str
    policy_number: str
    total: Money | None
    outcome: Outcome
    outcome_text: str
    why: str
    share: Money
    reversed: bool
    steps: Mapping[Step, bool | None]
    suggested: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """A column of a file with its first values."""

    name: str
    values: tuple[str, ...]


def registers(limit: int = 50, *, clinic_id: UUID | None = None) -> list[RegisterView]:
    """The latest registers, of one clinic or of all, newest first; one query."""
    rows = Register.objects.select_related("clinic").order_by("-received_at", "-id")
    if clinic_id is not None:
        rows = rows.filter(clinic=clinic_id)
    return [_view(row) for row in rows[:limit]]


def register(register_id: UUID, *, clinic_id: UUID | None = None) -> RegisterView:
    """NotFoundError when there is none, or it is another clinic's than the one named."""
    return _view(_row(register_id, clinic_id), hundredths=register_progress(register_id))


def register_progress(register_id: UUID) -> int | None:
    """Hundredths done of the reading, or of the deciding and charging that follow it; None when nothing is under way.
    At most two queries."""
    state = Register.objects.filter(pk=register_id).values_list("state", flat=True).first()
    if state == RegisterState.RECEIVED:
        return progress_of(f"register:{register_id}")
    if state not in (RegisterState.CHECKED, RegisterState.DECIDED):
        return None
    done = RegisterPiece.objects.filter(register=register_id).aggregate(
        all=Count("pk"),
        decided=Count("pk", filter=Q(decided_at__isnull=False)),
        charged=Count("pk", filter=Q(charged_at__isnull=False)),
    )
    return int((done["decided"] * 70 + done["charged"] * 30) // done["all"]) if done["all"] else None


class AnsweredLines:
    """Lines of a register in the file's order, cut into pages by whoever shows them: one query for their number, two
    for each page, and one more where misprints are looked into."""

    def __init__(self, rows: QuerySet[RegisterLine]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, page: slice) -> list[AnsweredLine]:
        rows = list(self._rows[page])
        suggested = _suggested(rows)
        return [_line(row, suggested.get(row.row, ())) for row in rows]


def register_lines(register_id: UUID, outcome: Outcome | None = None) -> AnsweredLines:
    """Lines with this outcome, or all."""
    rows = RegisterLine.objects.filter(register=register_id).select_related("encounter").order_by("row")
    return AnsweredLines(rows if outcome is None else rows.filter(outcome=outcome))


def register_columns(register_id: UUID, *, clinic_id: UUID | None = None) -> list[ColumnValues]:
    """The columns of a register's file with their first values, read from the file itself. NotFoundError as above."""
    row = _row(register_id, clinic_id)
    table = open_table(storage.read(row.storage_key), sheet=row.sheet, spread_merged=True)
    below = (cells for number, cells in table.rows if number > (row.heading_row or 0))
    first = list(islice(below, _WIDEST_LOOK))
    return [
        ColumnValues(name, tuple(islice(_values(first, at), SHOWN_VALUES)))
        for at, name in enumerate(row.headings or ())
    ]


def register_answer_file(register_id: UUID, *, clinic_id: UUID | None = None) -> tuple[str, bytes]:
    """The file that goes back, and what it is called; NotFoundError as above, and while it is not made yet."""
    row = _row(register_id, clinic_id)
    if not row.answer_key:
        raise NotFoundError
    stem = row.file_name.rpartition(".")[0] or row.file_name
    kind = "xlsx" if row.sheet else "csv"
    return f"{stem} - ответ.{kind}", storage.read(row.answer_key)


def _row(register_id: UUID, clinic_id: UUID | None) -> Register:
    rows = Register.objects.select_related("clinic").filter(pk=register_id)
    row = (rows if clinic_id is None else rows.filter(clinic=clinic_id)).first()
    if row is None:
        raise NotFoundError
    return row


def _view(row: Register, hundredths: int | None = None) -> RegisterView:
    answered = row.state == RegisterState.ANSWERED
    return RegisterView(
        id=row.pk,
        clinic_id=row.clinic_id,
        clinic_name=row.clinic.name if row.clinic is not None else "",
        file_name=row.file_name,
        state=RegisterState(row.state),
        verdict=verdict(rows=row.row_count, taken=row.accepted + row.withdrawn) if answered else None,
        came_by=CameBy(row.came_by) if row.came_by else None,
        corrects_id=row.corrects_id,
        sheet=row.sheet,
        other_sheets=tuple(row.other_sheets or ()),
        headings=tuple(row.headings or ()),
        columns=row.columns or {},
        problem=row.problem,
        row_count=row.row_count,
        counts={outcome: getattr(row, outcome.value) for outcome in Outcome},
        reversed=row.reversed,
        charges=row.charges,
        share=row.share,
        insurer_part=row.insurer_part,
        received_at=row.received_at,
        answered_at=row.answered_at,
        answer_ready=bool(row.answer_key),
        hundredths=hundredths,
    )


def _values(rows: list[list[str]], at: int) -> Iterator[str]:
    return (cells[at][:80] for cells in rows if at < len(cells) and cells[at])


def _line(row: RegisterLine, suggested: Sequence[str]) -> AnsweredLine:
    told: Mapping[str, Any] = row.told or {}
    return AnsweredLine(
        row=row.row,
        service_code=row.service_code or told.get("service_code", ""),
        service_name=row.service_name or told.get("service_name", ""),
        visit_on=row.encounter.visit_on if row.encounter is not None else None,
        visit_text=told.get("visit_on", ""),
        policy_number=told.get("policy_number", ""),
        total=row.total,
        outcome=Outcome(row.outcome),
        outcome_text=words.outcome(row.outcome),
        why=row.refusal_text or words.uncovered(row.reasons),
        share=row.share,
        reversed=row.reversed_at is not None,
        steps=read_steps(row.steps),
        suggested=suggested,
    )


def _suggested(rows: Sequence[RegisterLine]) -> dict[int, tuple[str, ...]]:
    """By row, policies whose insured was born on the day that the line names and whose number is one slip away from
    the line's. Of a policy whose number is right and whose birth date is not, nothing is said."""
    asked = {row.row: row for row in rows if Refusal.UNKNOWN_POLICY in row.reasons and row.told}
    if not asked:
        return {}
    near = {row: _numbers_near(one.told or {}) for row, one in asked.items()}
    found = policies.insured_by_number({number for _born_on, numbers in near.values() for number in numbers})
    return {
        row: tuple(number for number in numbers if (held := found.get(number)) is not None and held.born_on == born_on)[
            :MOST_SUGGESTED
        ]
        for row, (born_on, numbers) in near.items()
    }


def _numbers_near(told: Mapping[str, str]) -> tuple[date, Sequence[str]]:
    return read_cell("born_on", told["born_on"]), misprints(read_cell("policy_number", told["policy_number"]))
