"""Who may open which page of this site."""

from collections.abc import Mapping

from doctorlike.accounts.rules import Permission
from doctorlike.sites.access import Open, Row

ROWS: Mapping[str, Row] = {
    "ui:theme": Open.PUBLIC,
    "ui:language": Open.PUBLIC,
    "home:index": Permission.USE_ACCOUNT,
    "home:show": Permission.USE_ACCOUNT,
}
NAMESPACES: Mapping[str, Row] = {}
