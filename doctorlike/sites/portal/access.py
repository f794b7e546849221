"""Who may open which page of this site."""

from collections.abc import Mapping

from doctorlike.accounts.rules import Permission
from doctorlike.sites.access import Open, Row

ROWS: Mapping[str, Row] = {
    "ui:theme": Open.PUBLIC,
    "ui:language": Open.PUBLIC,
    "account_login": Open.PUBLIC,
    "account_code": Open.PUBLIC,
    "account_code_again": Open.PUBLIC,
    "account_logout": Open.PUBLIC,
    "idp:oidc:configuration": Open.PUBLIC,
    "idp:oidc:jwks": Open.PUBLIC,
    "idp:oidc:token": Open.PUBLIC,  # a server calls it with its own secret
    "idp:oidc:authorization": Open.SIGNED_IN,
    "profile:index": Permission.USE_ACCOUNT,
    "profile:contact": Permission.USE_ACCOUNT,
    "profile:contact_code": Permission.USE_ACCOUNT,
    "profile:contact_code_again": Permission.USE_ACCOUNT,
    "home:index": Permission.USE_ACCOUNT,
    "home:show": Permission.USE_ACCOUNT,
    "regions:index": Permission.USE_ACCOUNT,
    "regions:confirm": Permission.USE_ACCOUNT,
    "clinics:index": Permission.USE_ACCOUNT,
    "clinics:card": Permission.USE_ACCOUNT,
    "visits:index": Permission.USE_ACCOUNT,
    "visits:book": Permission.USE_ACCOUNT,
    "visits:slots": Permission.USE_ACCOUNT,
    "visits:hold": Permission.USE_ACCOUNT,
    "visits:confirm": Permission.USE_ACCOUNT,
    "visits:release": Permission.USE_ACCOUNT,
    "visits:visit": Permission.USE_ACCOUNT,
    "visits:booked": Permission.USE_ACCOUNT,
    "visits:cancel": Permission.USE_ACCOUNT,
    "visits:calendar": Permission.USE_ACCOUNT,
    "services:index": Permission.USE_ACCOUNT,
    "services:encounter": Permission.USE_ACCOUNT,
    "telemed:open": Permission.USE_ACCOUNT,
    "shop:index": Open.PUBLIC,
    "shop:conditions": Open.PUBLIC,
    "shop:rules": Open.PUBLIC,
    "shop:covered": Open.PUBLIC,
    "shop:network": Open.PUBLIC,
    "shop:start": Open.PUBLIC,
    # An order is reached by its secret link, no account needed.
    "shop:policyholder": Open.PUBLIC,
    "shop:insured": Open.PUBLIC,
    "shop:remove_insured": Open.PUBLIC,
    "shop:check": Open.PUBLIC,
    "shop:send_code": Open.PUBLIC,
    "shop:consents": Open.PUBLIC,
    "shop:pay": Open.PUBLIC,
    "shop:result": Open.PUBLIC,
    "linking:index": Permission.USE_ACCOUNT,
    "linking:code": Permission.USE_ACCOUNT,
    "documents:index": Permission.USE_ACCOUNT,
    "documents:download": Permission.USE_ACCOUNT,
    "activation:index": Permission.USE_ACCOUNT,
    "activation:result": Permission.USE_ACCOUNT,
    "charges:charge": Permission.USE_ACCOUNT,
    "charges:pay": Permission.USE_ACCOUNT,
    "cards:index": Permission.USE_ACCOUNT,
    "cards:choose": Permission.USE_ACCOUNT,
    "cards:unbind": Permission.USE_ACCOUNT,
    # A charge is reached by its secret link, no account needed.
    "paylink:show": Open.PUBLIC,
    "paylink:pay": Open.PUBLIC,
    "hooks:yookassa": Open.PUBLIC,  # believed nothing, asked about at the acquirer
}
NAMESPACES: Mapping[str, Row] = {}
