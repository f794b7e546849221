"""The account of policy numbers, for control (docs/rules/policy-numbers.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, F

from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.models import NumberSeries, TakenNumber


@dataclass(frozen=True, slots=True)
class NumberAccount:
    """All serials a series gave so far: each is in use or void (with its reason), and none is missing. `beyond` are
    serials with a row that the series has not come to yet, `apart` numbers whose policy bears another one."""

    prefix: str
    copay_percent: int
    in_use: int
    void: Mapping[str, int]
    missing: tuple[int, ...]
    beyond: tuple[int, ...]
    apart: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return not (self.missing or self.beyond or self.apart)


def number_accounts() -> list[NumberAccount]:
    """The account of every series of numbers, for control; each is read set by set, however long."""
    return [_account(series) for series in NumberSeries.objects.order_by("prefix", "copay_percent")]


def number_account(prefix: str, copay_percent: int) -> NumberAccount:
    """The account of one series; NotFoundError when nothing was sold under it."""
    series = NumberSeries.objects.filter(prefix=prefix, copay_percent=copay_percent).first()
    if series is None:
        raise NotFoundError
    return _account(series)


_MISSING = """
    SELECT serial FROM generate_series(0::bigint, %s::bigint - 1) AS serial
     WHERE NOT EXISTS (SELECT 1 FROM policies_takennumber t WHERE t.series_id = %s AND t.serial = serial.serial)
     ORDER BY serial"""


def _account(series: NumberSeries) -> NumberAccount:
    rows = TakenNumber.objects.filter(series=series)
    void = rows.filter(policy__isnull=True).values_list("void_reason").annotate(count=Count("pk"))
    missing: list[int] = []
    # Serials are unique: as many rows as the series has given leave no gap.
    if rows.filter(serial__lt=series.next_serial).count() != series.next_serial:
        with connection.cursor() as cursor:
            cursor.execute(_MISSING, [series.next_serial, series.pk])
            missing = [serial for (serial,) in cursor.fetchall()]
    return NumberAccount(
        prefix=series.prefix,
        copay_percent=series.copay_percent,
        in_use=rows.filter(policy__isnull=False).count(),
        void=dict(void.order_by("void_reason")),
        missing=tuple(missing),
        beyond=tuple(rows.filter(serial__gte=series.next_serial).values_list("serial", flat=True)),
        apart=tuple(
            rows.filter(policy__isnull=False).exclude(policy__number=F("number")).values_list("number", flat=True)
        ),
    )
