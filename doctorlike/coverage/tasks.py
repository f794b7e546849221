"""Jobs of coverage."""

from __future__ import annotations

from doctorlike.coverage.openings import tell_openings
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every


@every("*/15 * * * *")
def tell_opened_regions() -> None:
    """Regions that open today, by the business date; the first run after midnight finds them."""
    tell_openings(on=clock.today(), by=Actor.system("coverage"), at=clock.now())
