"""The network: clinics, what they render at what price, in which coverage they take part."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class Clinic(models.Model):
    """A medical organisation's site. `zone` is its IANA time zone; `hours` is `clinics.rules.OpeningHours` as JSON,
    `hours_text` what the source wrote; `phones` are E.164."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source_key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=300)
    legal_name = models.CharField(max_length=300, blank=True)
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    address = models.CharField(max_length=400)
    metro = ArrayField(models.CharField(max_length=80), default=list)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    zone = models.CharField(max_length=40)
    phones = models.JSONField(default=list)
    hours = models.JSONField(null=True)
    hours_text = models.CharField(max_length=300, blank=True)
    care_kinds = ArrayField(models.CharField(max_length=40), default=list)
    website = models.URLField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    online_booking = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)


class ServicePrice(models.Model):
    """What a clinic asks for a service (code of order 804н) from a day on, up to `valid_to_on` (not included)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="prices")
    service_code = models.CharField(max_length=20)
    service_name = models.CharField(max_length=300)
    price = MoneyField()
    valid_from_on = models.DateField()
    valid_to_on = models.DateField(null=True)


class NetworkMembership(models.Model):
    """In which coverage scopes («moscow», «regions» …) a clinic serves, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="memberships")
    scope = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField(null=True)


class ClinicStaff(models.Model):
    """Whose reception a registrar may see."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+", primary_key=True)
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="+")
