"""Who should meet what: whose each argument of an address is, and what may be read where.

A new page needs a line here only when its address has an argument of a new name, when it answers alike whatever is
asked for, or when it tells somebody else of a client. An argument nobody has listed fails the matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from fnmatch import fnmatch

from django.contrib.auth.models import AnonymousUser

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Permission, Role
from doctorlike.sites.access import Open, Row, Verdict, decide, table
from tests.sites.matrix.addresses import Address
from tests.sites.matrix.marks import Kind


class Whose(Enum):
    CLIENTS = "a client's own"
    SECRET = "whoever holds the link"
    ANYBODYS = "nobody's own"


WHOSE: Mapping[str, Whose] = {
    **dict.fromkeys(
        (
            "call_id", "card_id", "charge_id", "consent_id", "consultation_id", "copy_id", "dispute_id", "doctor_id",
            "document_id", "encounter_id", "entry_id", "factor_id", "file_id", "hold_id", "hours_id", "letter_id",
            "line_id", "noted_id", "offer_id", "past_id", "payment_id", "policy_id", "referral_id", "refund_id",
            "register_id", "report_id", "session_id", "share_id", "try_id", "user_id", "visit_id",
        ),
        Whose.CLIENTS,
    ),
    **dict.fromkeys(("code", "secret", "token"), Whose.SECRET),
    **dict.fromkeys(
        (
            "app_label", "clinic_id", "content_type_id", "kind", "number", "object_id", "part", "product_code",
            "programme", "run_id", "specialty", "url", "version_id", "whom",
        ),
        Whose.ANYBODYS,
    ),
}  # fmt: skip
# Pages that are the same whether or not the object exists, so that nobody learns whether it does.
SAME_FOR_ALL = frozenset({"linking:code"})
# Of Django's own admin: what is not found, lists for fields that no form has, and a deletion that nobody may do.
NOT_SHOWN = frozenset(
    {
        "admin:django.contrib.admin.sites.AdminSite.catch_all_view",
        "admin:autocomplete",
        "admin:regions_region_delete",
    }
)

# Who works where, told apart from the permission table, lest a slip in it go unseen.
WORK: Mapping[Role, tuple[str, ...]] = {
    Role.OPERATOR: (
        "desk:index", "desk:search", "desk:client", "desk:open", "desk:send_documents", "desk:closings",
        "desk:letters", "desk:send_letter",
        "desk:end_policy", "desk:correct_person", "desk:link*", "desk:unlink", "desk:own_account",
        "desk:refunds", "desk:request_refund", "desk:dispute*", "desk:clinic_report*",
        "desk:callback*", "desk:book*", "desk:visit_*",
    ),
    Role.FINANCE: ("desk:index", "desk:search", "desk:register*", "desk:*refund*"),
    Role.MEDICAL_EXPERT: (
        "desk:index", "desk:search", "desk:client", "desk:open", "desk:send_documents", "desk:closings",
        "desk:letters", "desk:send_letter",
        "desk:register*", "desk:dispute*", "desk:network*", "desk:clinic_report*",
    ),
    Role.PRODUCT_MANAGER: ("versions:*", "admin:*"),
    Role.AUDITOR: ("desk:index", "desk:search"),
    Role.REGISTRAR: ("reception:*",),
    Role.DOCTOR: ("doctor:*",),
}  # fmt: skip

# What whoever pays without being the insured may open: the contract and its money, never what is done under it.
PAYER_OPENS = ("policy:*", "coming_of_age:index")
PARENT_OPENS = (
    *PAYER_OPENS, "home:show", "documents:*", "charges:*", "cards:choose", "activation:*", "family:*",
)  # fmt: skip
# Of these pages some are there only while there is something to decide, or for a child.
ONLY_AT_TIMES = ("policy:renew", "family:*")
# A doctor comes to the talk by the patient's addresses too; a talk is not left by its doctor but concluded.
DOCTOR_SHARES = (
    *("room_events", "room:index", "room:talk", "room:say"),
    *("room:signal", "room:ice", "room:share", "room:file", "room:preview"),
)
# People at work who may open such pages at all, but not for this clinic's or this doctor's objects.
ELSEWHERE = frozenset({"registrar_elsewhere", "registrar_of_no_clinic", "doctor_elsewhere"})
# What other people than the client read of her, by whether they get so far at all. `IDS` stand in links.
TOLD: Mapping[str, frozenset[Kind]] = {
    # Behind the secret link: what its holder typed, the amount to pay, the paper that is held in hand.
    "shop:*": frozenset({Kind.PERSON, Kind.MONEY}),
    "paylink:*": frozenset({Kind.MONEY}),
    "verify:*": frozenset({Kind.PERSON}),
    # The conclusion that the patient shows by the link.
    "share:*": frozenset({Kind.PERSON, Kind.MEDICAL}),
    # When and where, and nothing else.
    "calendars:feed": frozenset({Kind.IDS}),
    # A clinic's price list names its services to everybody.
    "clinics:card": frozenset({Kind.MEDICAL}),
    "clinics:index": frozenset({Kind.MEDICAL}),
    # The doctor's own patient.
    "doctor:*": frozenset({Kind.PERSON, Kind.MEDICAL, Kind.IDS}),
    "room:*": frozenset({Kind.PERSON, Kind.MEDICAL, Kind.IDS}),
    # The desk: no medical word of a client without a reason, and a dispute or a clinic's file is one.
    "desk:search": frozenset({Kind.PERSON, Kind.IDS}),
    "desk:client": frozenset({Kind.PERSON, Kind.MONEY, Kind.IDS}),
    "desk:end_policy": frozenset({Kind.PERSON, Kind.MONEY}),
    "desk:correct_person": frozenset({Kind.PERSON}),
    "desk:send_documents": frozenset({Kind.PERSON}),
    "desk:link*": frozenset({Kind.PERSON, Kind.IDS}),
    "desk:unlink": frozenset({Kind.PERSON}),
    "desk:own_account": frozenset({Kind.PERSON}),
    "desk:*refund*": frozenset({Kind.MONEY, Kind.IDS}),
    "desk:closings": frozenset({Kind.PERSON}),
    "desk:disputes": frozenset({Kind.PERSON, Kind.IDS}),
    "desk:dispute": frozenset(Kind),
    "desk:dispute_file": frozenset({Kind.MEDICAL}),
    # What was asked for is told to the operator who took the call, and noted.
    "desk:callbacks": frozenset({Kind.PERSON, Kind.IDS}),
    "desk:callback": frozenset({Kind.PERSON, Kind.IDS, Kind.MEDICAL}),
    "desk:callback_close": frozenset({Kind.PERSON, Kind.IDS, Kind.MEDICAL}),
    "desk:book*": frozenset({Kind.PERSON, Kind.MONEY, Kind.IDS, Kind.MEDICAL}),
    "desk:visit_*": frozenset({Kind.PERSON, Kind.IDS}),
    "desk:clinic_reports": frozenset({Kind.IDS}),
    "desk:clinic_report": frozenset({Kind.MEDICAL}),
    # Services and amounts of a clinic's file, of nobody by name.
    "desk:register": frozenset({Kind.MONEY, Kind.MEDICAL}),
    # The same with the clients' names as the file had them.
    "desk:register_answer": frozenset({Kind.PERSON, Kind.MONEY, Kind.MEDICAL}),
    "reception:register": frozenset({Kind.MONEY, Kind.MEDICAL}),
    "reception:register_answer": frozenset({Kind.PERSON, Kind.MONEY, Kind.MEDICAL}),
    # Lists on their way in, and a clinic's price list.
    "desk:network": frozenset({Kind.IDS}),
    "desk:network_clinic": frozenset({Kind.MONEY, Kind.MEDICAL}),
    # The clinic's own patients, and its own price list.
    "reception:index": frozenset({Kind.PERSON, Kind.IDS}),
    "reception:register_form": frozenset({Kind.PERSON}),
    "reception:new_doctor": frozenset({Kind.MEDICAL}),
    "reception:edit_doctor": frozenset({Kind.MEDICAL}),
    "reception:new_hours": frozenset({Kind.MEDICAL}),
    "reception:hours": frozenset({Kind.MEDICAL}),
    # Whose visits a change of hours would hit.
    "reception:doctor_days": frozenset({Kind.PERSON, Kind.MEDICAL}),
    "reception:clinic_days": frozenset({Kind.PERSON}),
    "reception:displaced": frozenset({Kind.PERSON, Kind.IDS}),
    "reception:eligibility": frozenset({Kind.PERSON, Kind.MEDICAL}),
    "reception:card": frozenset({Kind.PERSON, Kind.MEDICAL}),
    "reception:letters": frozenset({Kind.PERSON, Kind.IDS}),
    "reception:letter": frozenset({Kind.PERSON, Kind.MEDICAL, Kind.MONEY, Kind.IDS}),
    "reception:letter_file": frozenset({Kind.PERSON, Kind.MEDICAL, Kind.MONEY}),
    "desk:letters": frozenset({Kind.PERSON, Kind.IDS}),
}
# Medical words that need no entry of their own in the trail: in a price list and a clinic's file they are nobody's by
# name, and a talk under way stands there as taken by its doctor.
NOT_NOTED = (
    "clinics:card", "clinics:index", "reception:eligibility", "reception:card", "desk:register*", "reception:register*",
    "reception:new_doctor", "reception:edit_doctor", "reception:new_hours", "reception:hours", "reception:doctor_days",
    "desk:network_clinic", "doctor:*", "room:*",
)  # fmt: skip


class Meets(Enum):
    DOOR = "the sign-in"
    NOTHING = "no such page"
    PAGE = "the page"


def whose(address: Address) -> set[Whose]:
    """KeyError for an argument that is not listed."""
    return {WHOSE[argument] for argument in address.arguments}


def row_of(address: Address) -> Row:
    return table(address.site).row(address.view)


def meets(address: Address, user: User | None, *, owns: bool) -> Meets:
    """`owns`: whether the client's objects in the address are this person's to open."""
    row = row_of(address)
    match decide(row, user if user is not None and user.is_active else AnonymousUser()):
        case Verdict.SIGN_IN:
            return Meets.DOOR
        case Verdict.HIDE:
            return Meets.NOTHING
    theirs = Whose.CLIENTS in whose(address) and address.view not in SAME_FOR_ALL
    return Meets.NOTHING if theirs and not owns else Meets.PAGE


def serves(address: Address, actor: str, user: User | None) -> bool:
    """Whether opening Anna's objects by this address is this person's work."""
    row = row_of(address)
    if user is None or actor in ELSEWHERE:
        return False
    if row is Open.SIGNED_IN or row is Permission.USE_ACCOUNT:
        return actor == "doctor" and opens(DOCTOR_SHARES, address)
    return isinstance(row, Permission) and user.may(row)


def for_certain(address: Address) -> bool:
    """Whether somebody whom the page is for truly gets it. An own page may be missing where there is nothing to show
    on it, and a sign-in under way is not under way."""
    if address.view in NOT_SHOWN:
        return False
    if Whose.SECRET in whose(address) and row_of(address) is not Open.PUBLIC:
        return False  # an answer to an invitation, which is somebody's in particular
    return Whose.CLIENTS in whose(address) or row_of(address) not in (Open.PUBLIC, Open.SIGNED_IN)


def told(address: Address) -> frozenset[Kind]:
    """What of a client such a page tells those whom it lets in."""
    return frozenset().union(*(kinds for pattern, kinds in TOLD.items() if fnmatch(address.view, pattern)))


def opens(patterns: tuple[str, ...], address: Address) -> bool:
    return any(fnmatch(address.view, one) for one in patterns)
