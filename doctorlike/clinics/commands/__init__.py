"""What is done with the network."""

from doctorlike.clinics.commands.demo import seed_demo_network
from doctorlike.clinics.commands.lists import (
    ImportReport,
    Received,
    ReportedRow,
    apply_list,
    ask_to_apply,
    ask_to_take_back,
    choose_sheet,
    go_on_with_list,
    import_clinics,
    mend_row,
    name_columns,
    read_list,
    receive_list,
    take_back_list,
)
from doctorlike.clinics.commands.memberships import take_clinic_in, take_clinic_out
from doctorlike.clinics.commands.searching import index_clinics, index_outdated
from doctorlike.clinics.commands.staff import assign_staff

__all__ = [
    "ImportReport",
    "Received",
    "ReportedRow",
    "apply_list",
    "ask_to_apply",
    "ask_to_take_back",
    "assign_staff",
    "choose_sheet",
    "go_on_with_list",
    "import_clinics",
    "index_clinics",
    "index_outdated",
    "mend_row",
    "name_columns",
    "read_list",
    "receive_list",
    "seed_demo_network",
    "take_back_list",
    "take_clinic_in",
    "take_clinic_out",
]
