"""What the network's data mean: pure functions and values."""

from doctorlike.clinics.rules.addresses import AddressRead, read_address, region_names
from doctorlike.clinics.rules.demo import DemoClinic, DemoPlace, demo_clinics
from doctorlike.clinics.rules.hours import OpeningHours, Span, minute_of_week, read_hours
from doctorlike.clinics.rules.lists import (
    COLUMNS,
    COLUMNS_NEEDED,
    ListedClinic,
    Outcome,
    RefusedRowError,
    Remark,
    read_clinic,
    source_key,
)
from doctorlike.clinics.rules.phones import Phone, PhonesRead, read_phones
from doctorlike.clinics.rules.searching import other_layout_words, query_words, search_text
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
    "COLUMNS",
    "COLUMNS_NEEDED",
    "DEMO_SERVICES",
    "SPECIALTIES",
    "SPECIALTY_BY_SERVICE",
    "AddressRead",
    "CareKind",
    "DemoClinic",
    "DemoPlace",
    "DemoService",
    "ListedClinic",
    "OpeningHours",
    "Outcome",
    "Phone",
    "PhonesRead",
    "RefusedRowError",
    "Remark",
    "Span",
    "Specialty",
    "demo_clinics",
    "minute_of_week",
    "other_layout_words",
    "query_words",
    "read_address",
    "read_care_kinds",
    "read_clinic",
    "read_hours",
    "read_phones",
    "region_names",
    "search_text",
    "source_key",
]
