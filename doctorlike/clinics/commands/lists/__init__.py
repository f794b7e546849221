"""Lists on their way into the network and back: received, read, mended, applied, taken back (docs/rules/network.md)."""

from doctorlike.clinics.commands.lists.applying import apply_list, ask_to_apply
from doctorlike.clinics.commands.lists.at_once import ImportReport, ReportedRow, import_clinics
from doctorlike.clinics.commands.lists.mending import mend_row
from doctorlike.clinics.commands.lists.reading import read_list
from doctorlike.clinics.commands.lists.receiving import (
    Received,
    choose_sheet,
    go_on_with_list,
    name_columns,
    receive_list,
)
from doctorlike.clinics.commands.lists.taking_back import ask_to_take_back, take_back_list

__all__ = [
    "ImportReport",
    "Received",
    "ReportedRow",
    "apply_list",
    "ask_to_apply",
    "ask_to_take_back",
    "choose_sheet",
    "go_on_with_list",
    "import_clinics",
    "mend_row",
    "name_columns",
    "read_list",
    "receive_list",
    "take_back_list",
]
