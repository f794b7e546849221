"""Subjects of the Federation: data that an insurer may add to or change."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from doctorlike.kit.spelling import fold
from doctorlike.regions.rules import COLUMNS, DISTRICT_NAMES, WrongRowError, read_row, shown_name


class Region(models.Model):
    """`code` is that of ISO 3166-2:RU where there is one («RU-MOW»). `zones` are IANA names, the capital's first."""

    code = models.CharField(_("код"), max_length=10, primary_key=True)
    name = models.CharField(_("название"), max_length=100, unique=True)
    name_en = models.CharField(_("название по-английски"), max_length=100)
    short_name = models.CharField(_("краткое название"), max_length=60)
    aliases = ArrayField(
        models.CharField(max_length=60), verbose_name=_("старые и короткие имена"), default=list, blank=True
    )
    federal_district = models.CharField(
        _("федеральный округ"),
        max_length=20,
        choices=[(district.value, name) for district, name in DISTRICT_NAMES.items()],
    )
    zones = ArrayField(models.CharField(max_length=40), verbose_name=_("часовые пояса"))
    # C.UTF-8 puts Ё before А, so lists are sorted by this key.
    sort_key = models.CharField(max_length=100, editable=False, db_index=True)

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("регион")
        verbose_name_plural = _("регионы")

    @property
    def shown_name(self) -> str:
        return shown_name(self.short_name, self.name_en)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """The same rules as for a row of a list, zones above all: a wrong one would break every time shown there."""
        cells = {column: getattr(self, column) or "" for column in COLUMNS}
        try:
            read_row({**cells, "aliases": "|".join(self.aliases or ()), "zones": "|".join(self.zones or ())})
        except WrongRowError as wrong:
            raise ValidationError(str(wrong)) from None

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_key = fold(self.short_name)
        super().save(*args, **kwargs)
