"""What the network's data mean: pure functions and values."""

from doctorlike.clinics.rules.addresses import AddressRead, read_address, region_names
from doctorlike.clinics.rules.columns import (
    FIELDS,
    HEADING_AMONG_ROWS,
    LIST_KINDS,
    Heading,
    ListKind,
    column_letter,
    field_title,
    find_heading,
    guess,
    needed_fields,
)
from doctorlike.clinics.rules.demo import DemoClinic, DemoPlace, demo_clinics
from doctorlike.clinics.rules.hours import OpeningHours, Span, minute_of_week, read_hours
from doctorlike.clinics.rules.lists import (
    Centres,
    ListedClinic,
    kilometres,
    place_of,
    read_clinic,
    source_key,
)
from doctorlike.clinics.rules.phones import Phone, PhonesRead, read_phones
from doctorlike.clinics.rules.prices import ListedPrice, OverlapError, Spell, read_code, read_price, with_price
from doctorlike.clinics.rules.remarks import Outcome, RefusedRowError, Remark
from doctorlike.clinics.rules.runs import (
    RUN_STATES,
    TRANSITIONS,
    Absent,
    RunEvent,
    RunState,
    next_run_state,
    progress_name,
)
from doctorlike.clinics.rules.searching import search_text
from doctorlike.clinics.rules.searching.specialties import specialties_meant
from doctorlike.clinics.rules.services import (
    CARE_KIND_NAMES,
    DEMO_SERVICES,
    SPECIALTIES,
    SPECIALTY_BY_SERVICE,
    CareKind,
    DemoService,
    Specialty,
    read_care_kinds,
)

__all__ = [
    "CARE_KIND_NAMES",
    "DEMO_SERVICES",
    "FIELDS",
    "HEADING_AMONG_ROWS",
    "LIST_KINDS",
    "RUN_STATES",
    "SPECIALTIES",
    "SPECIALTY_BY_SERVICE",
    "TRANSITIONS",
    "Absent",
    "AddressRead",
    "CareKind",
    "Centres",
    "DemoClinic",
    "DemoPlace",
    "DemoService",
    "Heading",
    "ListKind",
    "ListedClinic",
    "ListedPrice",
    "OpeningHours",
    "Outcome",
    "OverlapError",
    "Phone",
    "PhonesRead",
    "RefusedRowError",
    "Remark",
    "RunEvent",
    "RunState",
    "Span",
    "Specialty",
    "Spell",
    "column_letter",
    "demo_clinics",
    "field_title",
    "find_heading",
    "guess",
    "kilometres",
    "minute_of_week",
    "needed_fields",
    "next_run_state",
    "place_of",
    "progress_name",
    "read_address",
    "read_care_kinds",
    "read_clinic",
    "read_code",
    "read_hours",
    "read_phones",
    "read_price",
    "region_names",
    "search_text",
    "source_key",
    "specialties_meant",
    "with_price",
]
