"""What holds for people: roles, names, documents, contacts, one-time codes."""

from doctorlike.accounts.rules.contacts import Contact, ContactKind, OldProof, read_contact, read_email, read_phone
from doctorlike.accounts.rules.documents import (
    DocumentKind,
    Problems,
    check_birth_certificate,
    check_birth_date,
    check_document_kind,
    check_passport,
    passport_valid_through,
    tidy_certificate_number,
    tidy_certificate_series,
    tidy_division_code,
    tidy_passport_number,
    tidy_passport_series,
)
from doctorlike.accounts.rules.foreign import (
    RUSSIA,
    STATELESS,
    check_foreign_document,
    tidy_foreign_number,
    tidy_foreign_series,
)
from doctorlike.accounts.rules.names import check_latin_name, check_name
from doctorlike.accounts.rules.roles import PERMISSIONS, Permission, Role, permissions_of

__all__ = [
    "PERMISSIONS",
    "RUSSIA",
    "STATELESS",
    "Contact",
    "ContactKind",
    "DocumentKind",
    "OldProof",
    "Permission",
    "Problems",
    "Role",
    "check_birth_certificate",
    "check_birth_date",
    "check_document_kind",
    "check_foreign_document",
    "check_latin_name",
    "check_name",
    "check_passport",
    "passport_valid_through",
    "permissions_of",
    "read_contact",
    "read_email",
    "read_phone",
    "tidy_certificate_number",
    "tidy_certificate_series",
    "tidy_division_code",
    "tidy_foreign_number",
    "tidy_foreign_series",
    "tidy_passport_number",
    "tidy_passport_series",
]
