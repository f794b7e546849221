"""The insurer's list of policies sold elsewhere: how it is read (docs/operations/import-policies.md)."""

from doctorlike.policies.importing.columns import COLUMNS_NEEDED, keys_of, title
from doctorlike.policies.importing.comparing import differences
from doctorlike.policies.importing.listed import ListedPerson, ListedPolicy, Outcome, Remark
from doctorlike.policies.importing.reading import Catalogue, RefusedRowError, read_policy

__all__ = [
    "COLUMNS_NEEDED",
    "Catalogue",
    "ListedPerson",
    "ListedPolicy",
    "Outcome",
    "RefusedRowError",
    "Remark",
    "differences",
    "keys_of",
    "read_policy",
    "title",
]
