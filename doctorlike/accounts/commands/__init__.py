"""What can be done with people and accounts."""

from doctorlike.accounts.commands.codes import check_code, send_code
from doctorlike.accounts.commands.devices import end_other_sessions, end_session, note_seen, note_sign_in
from doctorlike.accounts.commands.factors import (
    add_app,
    add_passkey,
    check_second_code,
    new_app_secret,
    remove_factor,
    renew_recovery_codes,
    reset_factors,
)
from doctorlike.accounts.commands.identity import (
    end_handed_over,
    hand_over,
    register_telemed_client,
    take_over,
    telemed_client_secret,
    without_refresh_token,
)
from doctorlike.accounts.commands.people import Agreed, create_person, record_consent, record_consents, save_profile
from doctorlike.accounts.commands.recovering import (
    ask_recovery,
    cancel_recovery,
    complete_due_recoveries,
    refuse_locked_recovery,
)
from doctorlike.accounts.commands.signing_in import SignedIn, enter_account, enter_staff_site, save_contact
from doctorlike.accounts.commands.staff import create_staff, seed_demo_people

__all__ = [
    "Agreed",
    "SignedIn",
    "add_app",
    "add_passkey",
    "ask_recovery",
    "cancel_recovery",
    "check_code",
    "check_second_code",
    "complete_due_recoveries",
    "create_person",
    "create_staff",
    "end_handed_over",
    "end_other_sessions",
    "end_session",
    "enter_account",
    "enter_staff_site",
    "hand_over",
    "new_app_secret",
    "note_seen",
    "note_sign_in",
    "record_consent",
    "record_consents",
    "refuse_locked_recovery",
    "register_telemed_client",
    "remove_factor",
    "renew_recovery_codes",
    "reset_factors",
    "save_contact",
    "save_profile",
    "seed_demo_people",
    "send_code",
    "take_over",
    "telemed_client_secret",
    "without_refresh_token",
]
