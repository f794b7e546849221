"""Subjects of the Federation: data that an insurer may add to or change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class FederalDistrict(models.TextChoices):
    CENTRAL = "central", _("Центральный")
    NORTHWEST = "northwest", _("Северо-Западный")
    SOUTH = "south", _("Южный")
    NORTH_CAUCASUS = "north_caucasus", _("Северо-Кавказский")
    VOLGA = "volga", _("Приволжский")
    URAL = "ural", _("Уральский")
    SIBERIA = "siberia", _("Сибирский")
    FAR_EAST = "far_east", _("Дальневосточный")


class Region(models.Model):
    """`code` is that of ISO 3166-2:RU where there is one («RU-MOW»). `zones` are IANA names, the capital's first."""

    code = models.CharField(_("код"), max_length=10, primary_key=True)
    name = models.CharField(_("название"), max_length=100, unique=True)
    name_en = models.CharField(_("название по-английски"), max_length=100)
    short_name = models.CharField(_("краткое название"), max_length=60)
    aliases = ArrayField(
        models.CharField(max_length=60), verbose_name=_("старые и короткие имена"), default=list, blank=True
    )
    federal_district = models.CharField(_("федеральный округ"), max_length=20, choices=FederalDistrict.choices)
    zones = ArrayField(models.CharField(max_length=40), verbose_name=_("часовые пояса"))
    # C.UTF-8 puts Ё before А, so lists are sorted by this key.
    sort_key = models.CharField(max_length=100, editable=False, db_index=True)

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("регион")
        verbose_name_plural = _("регионы")

    def __str__(self) -> str:
        return self.name
