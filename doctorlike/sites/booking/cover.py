"""Whether a visit whose doctor nobody named to us would be covered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.rules import Reason, ReasonCode
from doctorlike.policies.queries import PolicyView

# What is about the service itself: which one it will be, is not known.
_OF_THE_SERVICE = (ReasonCode.SERVICE_NOT_COVERED, ReasonCode.LIMIT_EXHAUSTED)


def reasons_against(policy: PolicyView, *, clinic_id: UUID, on: date) -> Sequence[Reason]:
    """Every reason against any visit there on that day, whatever the service: the one decision is asked about a first
    visit to a therapist, which stands for any. Empty when nothing is against it."""
    decision = coverage.eligibility(
        policy_id=policy.id,
        clinic_id=clinic_id,
        service_code=SPECIALTIES["therapist"].service_code,
        on=on,
        known=[policy],
    )
    return [reason for reason in decision.reasons if reason.code not in _OF_THE_SERVICE]
