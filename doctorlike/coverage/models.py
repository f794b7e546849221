"""What a policy covers beyond its terms: regions chosen, limits used, guarantees given."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class RegionSelection(models.Model):
    """A region chosen for a policy. It is never taken back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    selected_at = models.DateTimeField()
    selected_by = models.CharField(max_length=60)
    serves_from_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "region"], name="region_chosen_once")]


class LimitUse(models.Model):
    """What an accepted line used of its policy's limits: the benefit's own, and the sum insured of all care. `line_id`
    names the line in `care`; `benefit_code` is empty for lines from before the sum insured was counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    benefit_code = models.CharField(max_length=30)
    line_id = models.UUIDField(unique=True)
    amount = MoneyField()
    used_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="limit_use_not_negative")]
        indexes = [models.Index(fields=["policy", "benefit_code", "used_on"], name="limit_use_policy")]


class Guarantee(models.Model):
    """The insurer's word to a clinic that a visit is covered. It binds until withdrawn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=20)
    visit_on = models.DateField()
    appointment_id = models.UUIDField()
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=60)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["appointment_id"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_live_guarantee_a_visit",
            )
        ]
        indexes = [models.Index(fields=["policy", "clinic", "visit_on"], name="guarantee_visit")]
