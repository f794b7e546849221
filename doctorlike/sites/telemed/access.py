"""Who may open which page of this site."""

from collections.abc import Mapping

from doctorlike.accounts.rules import Permission
from doctorlike.sites.access import Open, Row

ROWS: Mapping[str, Row] = {
    "ui:theme": Open.PUBLIC,
    "ui:language": Open.PUBLIC,
    "signin:start": Open.PUBLIC,
    "signin:callback": Open.PUBLIC,
    "signin:leave": Open.PUBLIC,
    "signin:left": Open.PUBLIC,
    "entry:index": Permission.USE_ACCOUNT,
    "entry:urgent": Permission.USE_ACCOUNT,
    "room:index": Permission.USE_ACCOUNT,
    "room:talk": Permission.USE_ACCOUNT,
    "room:say": Permission.USE_ACCOUNT,
    "room:leave": Permission.USE_ACCOUNT,
    "room:signal": Permission.USE_ACCOUNT,
    "room:ice": Permission.USE_ACCOUNT,
    "room:share": Permission.USE_ACCOUNT,
    "room:file": Permission.USE_ACCOUNT,
    "room:preview": Permission.USE_ACCOUNT,
    "room:check": Permission.USE_ACCOUNT,
    "archive:index": Permission.USE_ACCOUNT,
    "archive:consultation": Permission.USE_ACCOUNT,
    "archive:conclusion": Permission.USE_ACCOUNT,
    "archive:addendum": Permission.USE_ACCOUNT,
    "archive:share": Permission.USE_ACCOUNT,
    "archive:revoke": Permission.USE_ACCOUNT,
    "archive:fhir": Permission.USE_ACCOUNT,
    "archive:fhir_all": Permission.USE_ACCOUNT,
    "share:show": Open.PUBLIC,
    "doctor:index": Permission.CONSULT,
    "doctor:take": Permission.CONSULT,
    "doctor:room": Permission.CONSULT,
    "doctor:conclude": Permission.CONSULT,
    "doctor:draft": Permission.CONSULT,
    "doctor:notes": Permission.CONSULT,
    "doctor:review": Permission.CONSULT,
    "doctor:sign": Permission.CONSULT,
    "doctor:addendum": Permission.CONSULT,
    "doctor:past": Permission.CONSULT,
}
NAMESPACES: Mapping[str, Row] = {}
