"""Disputed lines and the charges they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from doctorlike.copay.models import Charge, ChargeHold
from doctorlike.copay.queries.views import LineHold
from doctorlike.copay.rules import HoldState
from doctorlike.kit.reads import Among, Read
from doctorlike.payments.rules import RefundState

_holds = Read(
    lambda: ChargeHold.objects.filter(Among("line_id", "line_ids")).select_related("refund").order_by("held_at", "id")
)


def line_holds(line_ids: Iterable[UUID]) -> dict[UUID, LineHold]:
    """The last hold of each line, of those that were ever held."""
    rows = _holds(line_ids=list(line_ids))
    return {
        row.line_id: LineHold(
            charge_id=row.charge_id,
            state=HoldState(row.state),
            amount=row.amount,
            supplement_id=row.supplement_id,
            refund_id=row.refund_id,
            refund_state=RefundState(row.refund.state) if row.refund else None,
        )
        for row in rows
    }


def bearing_charge(line_id: UUID, encounter_id: UUID, batch_id: UUID) -> UUID | None:
    """The charge that a line stands in: its visit's and batch's, or the supplementary one it came back by; None where
    there never was one."""
    held = line_holds([line_id]).get(line_id)
    if held is not None:
        return held.supplement_id or held.charge_id
    rows = Charge.objects.filter(encounter_id=encounter_id, batch_id=batch_id)
    return rows.values_list("pk", flat=True).first()
