"""What can be done with people and accounts."""

from doctorlike.accounts.commands.codes import check_code, send_code
from doctorlike.accounts.commands.identity import (
    end_handed_over,
    hand_over,
    register_telemed_client,
    take_over,
    telemed_client_secret,
    without_refresh_token,
)
from doctorlike.accounts.commands.people import create_person, record_consent, save_profile
from doctorlike.accounts.commands.signing_in import SignedIn, enter_account, enter_staff_site, save_contact
from doctorlike.accounts.commands.staff import create_staff, seed_demo_people

__all__ = [
    "SignedIn",
    "check_code",
    "create_person",
    "create_staff",
    "end_handed_over",
    "enter_account",
    "enter_staff_site",
    "hand_over",
    "record_consent",
    "register_telemed_client",
    "save_contact",
    "save_profile",
    "seed_demo_people",
    "send_code",
    "take_over",
    "telemed_client_secret",
    "without_refresh_token",
]
