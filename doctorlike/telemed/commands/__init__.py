"""From «I need a doctor» to a signed conclusion."""

from doctorlike.telemed.commands.asking import leave, request_urgent
from doctorlike.telemed.commands.calling import ice_servers, send_signal
from doctorlike.telemed.commands.classification import ClassificationReport, import_icd10
from doctorlike.telemed.commands.conclusions import (
    finish_with_conclusion,
    note_archive_read,
    sign_addendum,
    sign_draft,
)
from doctorlike.telemed.commands.doctors import enrol_doctor
from doctorlike.telemed.commands.drafting import (
    Saved,
    forget_own_template,
    insert_template,
    keep_house_template,
    keep_own_template,
    save_draft,
    save_notes,
)
from doctorlike.telemed.commands.files import share_file
from doctorlike.telemed.commands.happening import CHANNEL
from doctorlike.telemed.commands.papers import make_addendum_pdf, make_conclusion_pdf
from doctorlike.telemed.commands.room import send_message
from doctorlike.telemed.commands.sharing import note_share_opened, revoke_share, share_conclusion
from doctorlike.telemed.commands.taking import take_next
from doctorlike.telemed.commands.templates import import_templates, seed_demo_templates

__all__ = [
    "CHANNEL",
    "ClassificationReport",
    "Saved",
    "enrol_doctor",
    "finish_with_conclusion",
    "forget_own_template",
    "ice_servers",
    "import_icd10",
    "import_templates",
    "insert_template",
    "keep_house_template",
    "keep_own_template",
    "leave",
    "make_addendum_pdf",
    "make_conclusion_pdf",
    "note_archive_read",
    "note_share_opened",
    "request_urgent",
    "revoke_share",
    "save_draft",
    "save_notes",
    "seed_demo_templates",
    "send_message",
    "send_signal",
    "share_conclusion",
    "share_file",
    "sign_addendum",
    "sign_draft",
    "take_next",
]
