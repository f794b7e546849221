"""Who may open which page of this site."""

from collections.abc import Mapping

from doctorlike.sites.access import Row

ROWS: Mapping[str, Row] = {}
NAMESPACES: Mapping[str, Row] = {}
