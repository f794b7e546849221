"""A gift comes to its insured (docs/rules/gift.md)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.accounts import queries as people
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.commands.linking import BY_THEMSELVES, link_matching_policies
from doctorlike.policies.models import HandedOver, Policy


@transaction.atomic
def hand_over_policy(*, policy_id: UUID, phone: str, email: str, by: Actor, at: datetime) -> bool:
    """From now on the policy is reached by its insured: notices about visits and shares go to them, and it links itself
    in their account. The policyholder keeps the contract and its money. False, and nothing changes, when it was handed
    over before or the contract was ended. `phone` is E.164. NotFoundError."""
    row = Policy.objects.select_for_update(of=("self",), no_key=True).filter(pk=policy_id).first()
    if row is None:
        raise NotFoundError
    if row.cancelled_on is not None or HandedOver.objects.filter(policy=row).exists():
        return False
    HandedOver.objects.create(
        policy=row,
        holder_phone=row.contact_phone,
        holder_email=row.contact_email,
        handed_at=at,
        handed_by=str(by),
    )
    row.contact_phone, row.contact_email = phone, email.strip().lower()
    row.save(update_fields=["contact_phone", "contact_email"])
    audit.record(by=by, at=at, action="policy.handed_over", subject_type="policy", subject_id=policy_id)
    for user in people.users_by_contact(phone=phone, email=row.contact_email):
        link_matching_policies(user_id=user.id, by=BY_THEMSELVES, at=at)
    return True
