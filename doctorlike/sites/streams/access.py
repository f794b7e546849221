"""Who may open which stream. The view itself asks whose room it is."""

from collections.abc import Mapping

from doctorlike.sites.access import Open, Row

ROWS: Mapping[str, Row] = {"room_events": Open.SIGNED_IN}
NAMESPACES: Mapping[str, Row] = {}
