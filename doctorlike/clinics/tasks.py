"""Jobs of the network."""

from __future__ import annotations

from doctorlike.clinics import commands
from doctorlike.kit import clock
from doctorlike.kit.jobs import every


@every("*/5 * * * *")
def index_clinics() -> None:
    """Clinics that cannot be searched for yet, such as after an upgrade, are made findable."""
    commands.index_outdated(on=clock.today())
