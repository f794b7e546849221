"""What can be done with people and accounts."""

from doctorlike.accounts.commands.codes import check_code, send_code
from doctorlike.accounts.commands.people import create_person, record_consent, save_profile

__all__ = ["check_code", "create_person", "record_consent", "save_profile", "send_code"]
