"""What the network's data mean: pure functions and values."""

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
    "SPECIALTIES",
    "SPECIALTY_BY_SERVICE",
    "CareKind",
    "DemoService",
    "Specialty",
    "read_care_kinds",
]
