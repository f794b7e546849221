"""Am I covered, where, and from when."""

from doctorlike.coverage.queries.directory import DirectoryEntry, DirectoryPage, Wish, clinics_for
from doctorlike.coverage.queries.eligibility import eligibility, eligibility_at_distance, eligibility_many
from doctorlike.coverage.queries.selection import ChosenRegion, RegionsView, regions_of

__all__ = [
    "ChosenRegion",
    "DirectoryEntry",
    "DirectoryPage",
    "RegionsView",
    "Wish",
    "clinics_for",
    "eligibility",
    "eligibility_at_distance",
    "eligibility_many",
    "regions_of",
]
