"""Reading the network."""

from doctorlike.clinics.queries.cards import (
    ClinicCard,
    clinic,
    clinic_by_key,
    clinic_of_staff,
    clinics,
    demo_clinics_in,
    find_by_key,
)
from doctorlike.clinics.queries.directory import ClinicFilters, FoundClinics, clinic_counts_by_region, search
from doctorlike.clinics.queries.imports import ImportSummary, MendRow, import_rows, imports
from doctorlike.clinics.queries.network import Standing, in_network, network_cities, standings
from doctorlike.clinics.queries.places import find_place
from doctorlike.clinics.queries.prices import PriceCard, PriceSpan, price, price_spans, prices_of
from doctorlike.clinics.queries.services import listed_services

__all__ = [
    "ClinicCard",
    "ClinicFilters",
    "FoundClinics",
    "ImportSummary",
    "MendRow",
    "PriceCard",
    "PriceSpan",
    "Standing",
    "clinic",
    "clinic_by_key",
    "clinic_counts_by_region",
    "clinic_of_staff",
    "clinics",
    "demo_clinics_in",
    "find_by_key",
    "find_place",
    "import_rows",
    "imports",
    "in_network",
    "listed_services",
    "network_cities",
    "price",
    "price_spans",
    "prices_of",
    "search",
    "standings",
]
