"""Roles and what each may do. Permissions are data in code: a page asks for a permission, never for a role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What a page or command may require."""

    USE_ACCOUNT = "use_account"  # the client's own account at the portal
    DESK = "desk"  # the insurer's desk: search, queues
    READ_CLIENT = "read_client"  # one client's whole picture, medical content after a recorded reason
    IMPORT_REGISTER = "import_register"
    REQUEST_REFUND = "request_refund"  # ask for money to be given back, see what waits
    APPROVE_REFUND = "approve_refund"  # decide on what somebody else asked for
    CHANGE_CONTRACT = "change_contract"  # end a contract for a client, put a name right, link it to an account
    ANSWER_DISPUTE = "answer_dispute"  # read what a client says of a line and answer it
    CALL_CLIENTS = "call_clients"  # the queue of calls that were asked for; book, move and cancel for a client
    CHANGE_NETWORK = "change_network"  # lists of clinics and prices, clinics in and out of the network
    CATALOGUES = "catalogues"  # /admin/: regions, products
    RECEPTION = "reception"  # the clinic's staff, own clinic only
    CONSULT = "consult"  # a doctor of telemedicine


class Role(StrEnum):
    OPERATOR = "operator"
    FINANCE = "finance"
    MEDICAL_EXPERT = "medical_expert"
    PRODUCT_MANAGER = "product_manager"
    AUDITOR = "auditor"
    REGISTRAR = "registrar"
    DOCTOR = "doctor"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {
            Permission.DESK,
            Permission.READ_CLIENT,
            Permission.REQUEST_REFUND,
            Permission.CHANGE_CONTRACT,
            Permission.ANSWER_DISPUTE,
            Permission.CALL_CLIENTS,
        }
    ),
    Role.FINANCE: frozenset(
        {Permission.DESK, Permission.IMPORT_REGISTER, Permission.REQUEST_REFUND, Permission.APPROVE_REFUND}
    ),
    Role.MEDICAL_EXPERT: frozenset(
        {
            Permission.DESK,
            Permission.READ_CLIENT,
            Permission.IMPORT_REGISTER,
            Permission.ANSWER_DISPUTE,
            Permission.CHANGE_NETWORK,
        }
    ),
    Role.PRODUCT_MANAGER: frozenset({Permission.CATALOGUES}),
    Role.AUDITOR: frozenset({Permission.DESK}),
    Role.REGISTRAR: frozenset({Permission.RECEPTION}),
    Role.DOCTOR: frozenset({Permission.CONSULT}),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything those roles may do together; everybody signed in may use an own account."""
    granted = {Permission.USE_ACCOUNT}
    for role in roles:
        granted |= PERMISSIONS[Role(role)]
    return frozenset(granted)
