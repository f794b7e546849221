"""Money between people and the insurer, by way of the acquirer."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class Card(models.Model):
    """A card bound at the acquirer: its token and what people recognise it by, never its number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    token = models.CharField(max_length=64, unique=True)
    brand = models.CharField(max_length=20)
    last_four = models.CharField(max_length=4)
    expires_year = models.PositiveSmallIntegerField()
    expires_month = models.PositiveSmallIntegerField()
    bound_at = models.DateTimeField()
    unbound_at = models.DateTimeField(null=True)


class Payment(models.Model):
    """Something to be paid once: `purpose` and `subject_id` say what for («order», «charge», «card_binding»)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    amount = MoneyField()
    state = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
