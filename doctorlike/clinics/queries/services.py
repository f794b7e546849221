"""Which services price lists name."""

from __future__ import annotations

from django.core.cache import caches
from django.db import connection

# More do not fit a list to choose from; the rest are found by typing.
MOST_SERVICES = 150
_KEPT_SECONDS = 600
_KEY = "clinics:listed_services"


def listed_services() -> list[tuple[str, str]]:
    """Codes of order 804н with a name, by the name: what any price list has beside first visits of a specialty. The
    same for everybody, so a process keeps it for minutes. One query, an index probe for each code."""
    kept: list[tuple[str, str]] | None = caches["fragments"].get(_KEY)
    if kept is None:
        kept = _listed()
        if kept:
            caches["fragments"].set(_KEY, kept, _KEPT_SECONDS)
    return kept


def _listed() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive codes as (
                (select service_code, 1 as found from clinics_serviceprice order by service_code limit 1)
                union all
                select (select p.service_code from clinics_serviceprice p
                        where p.service_code > codes.service_code order by p.service_code limit 1), found + 1
                from codes where codes.service_code is not null and found < 2000)
            select service_code,
                (select p.service_name from clinics_serviceprice p where p.service_code = codes.service_code limit 1)
            from codes where service_code is not null and service_code not like 'B01%%'
            """
        )
        named = [(code, name) for code, name in cursor.fetchall()]
    return sorted(named, key=lambda one: one[1])[:MOST_SERVICES]
