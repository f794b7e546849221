"""Where a client does what would help against a reason of the decision."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from doctorlike.coverage.rules import Reason, ReasonCode
from doctorlike.policies.queries import PolicyView

_OF_THE_CONTRACT = frozenset({ReasonCode.NOT_ACTIVATED, ReasonCode.SUSPENDED})
_ELSEWHERE = frozenset({ReasonCode.REGION_OUT_OF_SCOPE, ReasonCode.CLINIC_OUT_OF_NETWORK})


def remedy_address(
    reason: Reason, reasons: Iterable[Reason], policy: PolicyView, *, clinic_id: UUID | None, specialty: str
) -> str:
    """The page, or the phone, that helps; empty where nothing on a page does. A reason that ends by itself leads to the
    first day on which none of the `reasons` that end stands any more; whoever has no part in the contract is not sent
    to its pages."""
    if reason.until_on is not None and clinic_id is not None:
        day = max(one.until_on for one in reasons if one.until_on is not None)
        page = (
            reverse("visits:slots", args=[clinic_id, specialty])
            if specialty
            else reverse("visits:book", args=[clinic_id])
        )
        return f"{page}?on={day.isoformat()}"
    if reason.code in _OF_THE_CONTRACT:
        return "" if policy.by_invitation else reverse("activation:index", args=[policy.id])
    if reason.code is ReasonCode.REGION_NOT_SELECTED:
        return reverse("regions:index", args=[policy.id])
    if reason.code in _ELSEWHERE:
        return reverse("clinics:index")
    return f"tel:{settings.BRAND.phone_e164}" if reason.code is ReasonCode.SERVICE_NOT_COVERED else ""
