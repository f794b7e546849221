"""Contracts, and whose account they are linked to."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class Policy(models.Model):
    """Contract of one insured, one period, one version of the terms."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=30, unique=True)
    version = models.ForeignKey("products.ProductVersion", models.PROTECT, related_name="+")
    policyholder = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    insured = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    contact_phone = models.CharField(max_length=16, db_index=True)
    contact_email = models.EmailField(db_index=True)
    programme = models.CharField(max_length=30)
    scope = models.CharField(max_length=20)
    copay_percent = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    premium = MoneyField()
    concluded_at = models.DateTimeField()
    cancelled_on = models.DateField(null=True)
    order_id = models.UUIDField(null=True, db_index=True)


class PolicyLink(models.Model):
    """A policy in somebody's account. `role`: self (the insured), guardian (a child's adult policyholder)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="links")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "user"], name="policy_linked_once")]
