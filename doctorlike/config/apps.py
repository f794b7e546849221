"""Start-up: the clock and the table of fact handlers are set once, before the first request or job."""

from datetime import timedelta

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "doctorlike.config"
    label = "config"

    def ready(self) -> None:
        from doctorlike.audit import queries as audit
        from doctorlike.config.handlers import TABLE
        from doctorlike.kit import clock, facts

        def read_shift() -> timedelta:
            return audit.clock_shift()

        clock.configure(insurer_zone=settings.INSURER_ZONE, read_shift=read_shift if settings.DEMO else None)
        facts.fill(TABLE)
