"""Am I covered, where, and from when."""

from doctorlike.coverage.queries.directory import WHOLE_SCOPE, DirectoryEntry, DirectoryPage, Wish, clinics_for
from doctorlike.coverage.queries.eligibility import eligibility, eligibility_at_distance, eligibility_many
from doctorlike.coverage.queries.limits import LimitBook, LimitView, limit_book, limited_benefit, limits_of
from doctorlike.coverage.queries.selection import ChosenRegion, RegionsView, regions_of

__all__ = [
    "WHOLE_SCOPE",
    "ChosenRegion",
    "DirectoryEntry",
    "DirectoryPage",
    "LimitBook",
    "LimitView",
    "RegionsView",
    "Wish",
    "clinics_for",
    "eligibility",
    "eligibility_at_distance",
    "eligibility_many",
    "limit_book",
    "limited_benefit",
    "limits_of",
    "regions_of",
]
