from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _


def add_trigrams(using: str, **_told: Any) -> None:
    """The directory's index needs pg_trgm before its table is made; repeating changes nothing."""
    with connections[using].cursor() as cursor:
        cursor.execute("create extension if not exists pg_trgm")


class ClinicsConfig(AppConfig):
    name = "doctorlike.clinics"
    label = "clinics"
    verbose_name = _("Клиники")

    def ready(self) -> None:
        pre_migrate.connect(add_trigrams, sender=self)
