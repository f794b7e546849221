"""Jobs of coverage."""

from __future__ import annotations

from doctorlike.coverage import commands
from doctorlike.coverage.letters.tasks import make_late_letters as make_late_letters
from doctorlike.coverage.letters.tasks import make_letter_later as make_letter_later
from doctorlike.coverage.openings import tell_openings
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.jobs import every


@every("*/15 * * * *")
def tell_opened_regions() -> None:
    """Regions that open today, by the business date; the first run after midnight finds them."""
    tell_openings(on=clock.today(), by=Actor.system("coverage"), at=clock.now())


@every("23 2 * * *")
def forget_ended_cards() -> None:
    """Digital cards of devices that are signed out; true time counts, as for sign-ins."""
    commands.forget_ended_cards(at=clock.real_now())
