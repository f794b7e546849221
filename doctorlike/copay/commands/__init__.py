"""What may be done in the copay programme. Public to the apps above and to the table of fact handlers."""

from doctorlike.copay.commands.announcing import (
    NewCharge,
    announce_charge,
    announce_charges,
    go_on_telling,
    note_message_accepted,
    note_told,
    tell_announced,
)
from doctorlike.copay.commands.charging import pay_charge, try_charge
from doctorlike.copay.commands.ending import end_with_policies, note_policy_cancelled
from doctorlike.copay.commands.enrolling import (
    choose_card,
    note_card_bound,
    note_card_unbound,
    note_policy_unlinked,
    start_enrolment,
)
from doctorlike.copay.commands.holding import hold_line, release_line, waive_line
from doctorlike.copay.commands.settling import settle_charge
from doctorlike.copay.commands.sweeping import Sweep, SweepReport, run_due_charges
from doctorlike.copay.commands.sweeping_apart import run_apart
from doctorlike.copay.commands.warning import warn_of_expiry

__all__ = [
    "NewCharge",
    "Sweep",
    "SweepReport",
    "announce_charge",
    "announce_charges",
    "choose_card",
    "end_with_policies",
    "go_on_telling",
    "hold_line",
    "note_card_bound",
    "note_card_unbound",
    "note_message_accepted",
    "note_policy_cancelled",
    "note_policy_unlinked",
    "note_told",
    "pay_charge",
    "release_line",
    "run_apart",
    "run_due_charges",
    "settle_charge",
    "start_enrolment",
    "tell_announced",
    "try_charge",
    "waive_line",
    "warn_of_expiry",
]
