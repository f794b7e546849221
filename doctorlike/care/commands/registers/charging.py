"""What a decided piece comes to: one charge a visit, visits marked as rendered, money of lines that were taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from doctorlike.appointments import commands as appointments
from doctorlike.appointments.commands import RenderedVisit
from doctorlike.care.models import RegisterLine, RegisterPiece
from doctorlike.copay import commands as copay
from doctorlike.copay import queries as charges
from doctorlike.copay.commands import NewCharge
from doctorlike.copay.rules import HoldState
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.payments.rules import RefundReason

_LET_GO = (HoldState.WAIVING, HoldState.WAIVED)


@dataclass(frozen=True, slots=True)
class ChargedVisit:
    """A visit with accepted lines, and what they cost its client together; kept on the piece until it is charged."""

    encounter_id: UUID
    policy_id: UUID
    clinic_id: UUID
    visit_on: date
    share: Money

    @staticmethod
    def written(encounter_key: str, policy_key: str, clinic_key: str, visit_on: date, share: Decimal) -> list[Any]:
        """As the piece keeps it; the ids are told by their 32 figures."""
        return [encounter_key, policy_key, clinic_key, visit_on.isoformat(), int(share.scaleb(2))]

    @classmethod
    def read(cls, told: Sequence[Any]) -> ChargedVisit:
        encounter_id, policy_id, clinic_id, visit_on, kopecks = told
        return cls(
            UUID(encounter_id),
            UUID(policy_id),
            UUID(clinic_id),
            date.fromisoformat(visit_on),
            Money.of_kopecks(kopecks),
        )


def charge_piece(piece: RegisterPiece, *, by: Actor, at: datetime) -> None:
    """Of a piece that the caller has locked, whose whole register is decided and that is not charged: the shares of a
    visit's accepted lines make one charge (lines of the same visit in another register make one of their own), and
    visits that were booked are fulfilled. The piece is saved."""
    if piece.taken_back:
        _give_back([UUID(one) for one in piece.taken_back], by=by, at=at)
    visits = [ChargedVisit.read(told) for told in piece.visits or ()]
    piece.charges = copay.announce_charges(
        batch_id=piece.register_id,
        charges=[NewCharge(one.policy_id, one.encounter_id, one.visit_on, one.share) for one in visits],
        by=by,
        at=at,
    )
    appointments.mark_rendered(
        visits=[RenderedVisit(one.policy_id, one.clinic_id, one.visit_on) for one in visits], by=by, at=at
    )
    piece.charged_at = at
    piece.save(update_fields=["charges", "charged_at"])


def _give_back(line_ids: list[UUID], *, by: Actor, at: datetime) -> None:
    """A line that was taken back leaves its charge; if it was paid, its refund is asked for by whoever sent the
    correction, and decided on by another person as every refund."""
    held = charges.line_holds(line_ids)
    for line in RegisterLine.objects.filter(pk__in=line_ids, share__gt=0, encounter__isnull=False).order_by("pk"):
        hold = held.get(line.pk)
        charge_id: UUID | None
        if hold is None and line.encounter_id is not None:
            charge_id = charges.bearing_charge(line.pk, line.encounter_id, line.register_id)
        elif hold is None or hold.state in _LET_GO:
            continue  # a dispute has settled it
        elif hold.state is HoldState.RELEASED:
            charge_id, hold = hold.supplement_id or hold.charge_id, None
        else:
            charge_id = hold.charge_id
        if charge_id is None:
            continue
        if hold is None:
            copay.hold_line(charge_id=charge_id, line_id=line.pk, amount=line.share, by=by, at=at)
        copay.waive_line(charge_id=charge_id, line_id=line.pk, why=RefundReason.CHARGED_IN_ERROR, by=by, at=at)
