"""Am I covered, where, and from when."""

from doctorlike.coverage.queries.directory import WHOLE_SCOPE, DirectoryEntry, DirectoryPage, Wish, clinics_for
from doctorlike.coverage.queries.eligibility import (
    CoverageBook,
    VisitBook,
    coverage_book,
    eligibility,
    eligibility_at_distance,
    eligibility_many,
)
from doctorlike.coverage.queries.limits import (
    LimitBook,
    LimitView,
    limit_book,
    limits_of,
    used_by_lines,
)
from doctorlike.coverage.queries.selection import ChosenRegion, RegionsChosen, RegionsView, regions_of

__all__ = [
    "WHOLE_SCOPE",
    "ChosenRegion",
    "CoverageBook",
    "DirectoryEntry",
    "DirectoryPage",
    "LimitBook",
    "LimitView",
    "RegionsChosen",
    "RegionsView",
    "VisitBook",
    "Wish",
    "clinics_for",
    "coverage_book",
    "eligibility",
    "eligibility_at_distance",
    "eligibility_many",
    "limit_book",
    "limits_of",
    "regions_of",
    "used_by_lines",
]
