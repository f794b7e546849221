"""What can be done with policies."""

from doctorlike.policies.commands.issuing import issue_policy
from doctorlike.policies.commands.linking import (
    confirm_link,
    link_by_number,
    link_issued_policy,
    link_matching_policies,
    on_contact_verified,
)

__all__ = [
    "confirm_link",
    "issue_policy",
    "link_by_number",
    "link_issued_policy",
    "link_matching_policies",
    "on_contact_verified",
]
