"""Who may open which page of this site."""

from collections.abc import Mapping

from doctorlike.accounts.rules import Permission
from doctorlike.sites.access import Open, Row

ROWS: Mapping[str, Row] = {
    "home": Open.SIGNED_IN,
    "account_login": Open.PUBLIC,
    "account_code": Open.PUBLIC,
    "account_code_again": Open.PUBLIC,
    "account_logout": Open.PUBLIC,
    "account_passkey_asked": Open.PUBLIC,
    "account_passkey": Open.PUBLIC,
    # Steps of a sign-in under way, closed to anybody who has not passed the one before.
    "mfa_authenticate": Open.PUBLIC,
    "second_factor_setup": Open.PUBLIC,
    "security:index": Open.SIGNED_IN,
    "security:prove": Open.SIGNED_IN,
    "security:send_proof": Open.SIGNED_IN,
    "security:app": Open.SIGNED_IN,
    "security:passkey": Open.SIGNED_IN,
    "security:remove": Open.SIGNED_IN,
    "security:recovery_codes": Open.SIGNED_IN,
    "security:end": Open.SIGNED_IN,
    "security:end_others": Open.SIGNED_IN,
    "ui:theme": Open.PUBLIC,
    "ui:language": Open.PUBLIC,
    "desk:index": Permission.DESK,
    "desk:search": Permission.DESK,
    "desk:client": Permission.READ_CLIENT,
    "desk:open": Permission.READ_CLIENT,
    "desk:end_policy": Permission.CHANGE_CONTRACT,
    "desk:correct_person": Permission.CHANGE_CONTRACT,
    "desk:registers": Permission.IMPORT_REGISTER,
    "desk:register": Permission.IMPORT_REGISTER,
    "desk:refunds": Permission.REQUEST_REFUND,
    "desk:request_refund": Permission.REQUEST_REFUND,
    "desk:approve_refund": Permission.APPROVE_REFUND,
    "desk:refuse_refund": Permission.APPROVE_REFUND,
    "desk:disputes": Permission.ANSWER_DISPUTE,
    "desk:dispute": Permission.ANSWER_DISPUTE,
    "desk:dispute_file": Permission.ANSWER_DISPUTE,
    "reception:index": Permission.RECEPTION,
    "reception:arrived": Permission.RECEPTION,
    "reception:no_show": Permission.RECEPTION,
    "reception:register_form": Permission.RECEPTION,
    "reception:week": Permission.RECEPTION,
    "reception:eligibility": Permission.RECEPTION,
}
NAMESPACES: Mapping[str, Row] = {"admin": Permission.CATALOGUES}
