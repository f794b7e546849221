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
    "ui:theme": Open.PUBLIC,
    "ui:language": Open.PUBLIC,
    "desk:index": Permission.DESK,
    "desk:search": Permission.DESK,
    "desk:client": Permission.READ_CLIENT,
    "desk:open": Permission.READ_CLIENT,
    "desk:registers": Permission.IMPORT_REGISTER,
    "desk:register": Permission.IMPORT_REGISTER,
    "desk:refunds": Permission.REQUEST_REFUND,
    "desk:request_refund": Permission.REQUEST_REFUND,
    "desk:approve_refund": Permission.APPROVE_REFUND,
    "desk:refuse_refund": Permission.APPROVE_REFUND,
    "reception:index": Permission.RECEPTION,
    "reception:arrived": Permission.RECEPTION,
    "reception:no_show": Permission.RECEPTION,
    "reception:register_form": Permission.RECEPTION,
    "reception:week": Permission.RECEPTION,
    "reception:eligibility": Permission.RECEPTION,
}
NAMESPACES: Mapping[str, Row] = {"admin": Permission.CATALOGUES}
