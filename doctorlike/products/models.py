"""Products and their versions: every number of the terms is data of a version."""

from __future__ import annotations

import pgtrigger
from django.db import models

from doctorlike.kit.ids import new_id


class Product(models.Model):
    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class ProductVersion(models.Model):
    """Immutable once published. `terms` is `products.rules.Terms` as JSON."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sold_from_on = models.DateField()
    terms = models.JSONField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="product_version_number")]
        triggers = [
            pgtrigger.Protect(
                name="published_is_immutable",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.number}"
