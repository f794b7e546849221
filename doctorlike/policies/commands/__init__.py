"""What can be done with policies."""

from doctorlike.policies.commands.birthdays import tell_birthdays
from doctorlike.policies.commands.cancelling import cancel_own_policy, cancel_policy, send_cancellation_code
from doctorlike.policies.commands.correcting import correct_person
from doctorlike.policies.commands.handing import hand_over_policy
from doctorlike.policies.commands.importing import import_policies
from doctorlike.policies.commands.issuing import issue_policy
from doctorlike.policies.commands.linking import (
    confirm_link,
    link_by_number,
    link_imported_policies,
    link_issued_policy,
    link_matching_policies,
    on_contact_verified,
    send_link_code,
)
from doctorlike.policies.commands.linking_at_desk import (
    LinkReason,
    NamedDocument,
    UnlinkReason,
    link_at_desk,
    unlink_at_desk,
)
from doctorlike.policies.commands.offering import note_renewal_offers
from doctorlike.policies.commands.own_account import accept_own_account, invite_insured, name_insured_contact
from doctorlike.policies.commands.parents import (
    accept_invitation,
    decline_invitation,
    end_access_given_by,
    end_parent_access,
    invite_parent,
    leave_child,
    prove_child,
    revoke_invitation,
    send_invitation_again,
)
from doctorlike.policies.commands.telling import send_cancellation_notice, untold_cancellations

__all__ = [
    "LinkReason",
    "NamedDocument",
    "UnlinkReason",
    "accept_invitation",
    "accept_own_account",
    "cancel_own_policy",
    "cancel_policy",
    "confirm_link",
    "correct_person",
    "decline_invitation",
    "end_access_given_by",
    "end_parent_access",
    "hand_over_policy",
    "import_policies",
    "invite_insured",
    "invite_parent",
    "issue_policy",
    "leave_child",
    "link_at_desk",
    "link_by_number",
    "link_imported_policies",
    "link_issued_policy",
    "link_matching_policies",
    "name_insured_contact",
    "note_renewal_offers",
    "on_contact_verified",
    "prove_child",
    "revoke_invitation",
    "send_cancellation_code",
    "send_cancellation_notice",
    "send_invitation_again",
    "send_link_code",
    "tell_birthdays",
    "unlink_at_desk",
    "untold_cancellations",
]
