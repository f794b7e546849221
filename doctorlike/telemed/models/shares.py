"""Links by which a patient shows a conclusion to another doctor."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.ids import new_id
from doctorlike.telemed.models.consultations import Consultation


class Share(models.Model):
    """A link that ends. Its secret is known by its digest only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class ShareOpening(models.Model):
    """That somebody opened it, and when. Who, is not known."""

    id = models.BigAutoField(primary_key=True)
    share = models.ForeignKey(Share, models.PROTECT, related_name="openings")
    opened_at = models.DateTimeField()

    class Meta:
        triggers = APPEND_ONLY
