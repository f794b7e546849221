"""What is done with the network."""

from doctorlike.clinics.commands.demo import seed_demo_network
from doctorlike.clinics.commands.importing import ImportReport, ReportedRow, import_clinics
from doctorlike.clinics.commands.searching import index_clinics, index_outdated
from doctorlike.clinics.commands.staff import assign_staff

__all__ = [
    "ImportReport",
    "ReportedRow",
    "assign_staff",
    "import_clinics",
    "index_clinics",
    "index_outdated",
    "seed_demo_network",
]
