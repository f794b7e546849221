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
from doctorlike.clinics.queries.lists import (
    AbsentClinics,
    ColumnValues,
    Difference,
    ListedRows,
    MembershipView,
    RowView,
    RunView,
    absent_clinics,
    clinics_like,
    columns_of,
    list_row,
    list_rows,
    memberships_of,
    run,
    runs,
)
from doctorlike.clinics.queries.network import Standing, in_network, network_cities, standings
from doctorlike.clinics.queries.places import find_place
from doctorlike.clinics.queries.prices import PriceCard, PriceSpan, price, price_spans, prices_of
from doctorlike.clinics.queries.services import listed_services

__all__ = [
    "AbsentClinics",
    "ClinicCard",
    "ClinicFilters",
    "ColumnValues",
    "Difference",
    "FoundClinics",
    "ListedRows",
    "MembershipView",
    "PriceCard",
    "PriceSpan",
    "RowView",
    "RunView",
    "Standing",
    "absent_clinics",
    "clinic",
    "clinic_by_key",
    "clinic_counts_by_region",
    "clinic_of_staff",
    "clinics",
    "clinics_like",
    "columns_of",
    "demo_clinics_in",
    "find_by_key",
    "find_place",
    "in_network",
    "list_row",
    "list_rows",
    "listed_services",
    "memberships_of",
    "network_cities",
    "price",
    "price_spans",
    "prices_of",
    "run",
    "runs",
    "search",
    "standings",
]
