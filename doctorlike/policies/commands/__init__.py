"""What can be done with policies."""

from doctorlike.policies.commands.cancelling import cancel_own_policy, cancel_policy, send_cancellation_code
from doctorlike.policies.commands.correcting import correct_person
from doctorlike.policies.commands.handing import hand_over_policy
from doctorlike.policies.commands.issuing import issue_policy
from doctorlike.policies.commands.linking import (
    confirm_link,
    link_by_number,
    link_issued_policy,
    link_matching_policies,
    on_contact_verified,
)
from doctorlike.policies.commands.offering import note_renewal_offers
from doctorlike.policies.commands.telling import send_cancellation_notice, untold_cancellations

__all__ = [
    "cancel_own_policy",
    "cancel_policy",
    "confirm_link",
    "correct_person",
    "hand_over_policy",
    "issue_policy",
    "link_by_number",
    "link_issued_policy",
    "link_matching_policies",
    "note_renewal_offers",
    "on_contact_verified",
    "send_cancellation_code",
    "send_cancellation_notice",
    "untold_cancellations",
]
