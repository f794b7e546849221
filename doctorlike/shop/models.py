"""Orders: from the calculator to issued policies."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doctorlike.kit.fields import EncryptedJSONField, MoneyField
from doctorlike.kit.ids import new_id
from doctorlike.shop.rules import OrderState


class Order(models.Model):
    """One purchase. It is reached by a secret link: only a digest of its token is kept. `answers` is
    `shop.rules.Draft` as JSON, forgotten when the order expires; `edition` grows with every change, so that nobody
    confirms what they have not seen. `premium` is set when the order is confirmed, with `confirming_code`. `resume`
    holds the address and the link of somebody who asked for a letter to go on later, and when letters went there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, default=OrderState.DRAFT)
    edition = models.PositiveIntegerField(default=1)
    version = models.ForeignKey("products.ProductVersion", models.PROTECT, related_name="+")
    programme = models.CharField(max_length=30)
    scope = models.CharField(max_length=20)
    copay_percent = models.PositiveSmallIntegerField()
    answers = EncryptedJSONField(default=dict)
    resume = EncryptedJSONField(null=True)
    expiry_told_at = models.DateTimeField(null=True)
    expiry_told_by = models.CharField(max_length=60, blank=True)
    premium = MoneyField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=60, blank=True)
    confirming_code = models.ForeignKey(
        "accounts.OneTimeCode", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    consented_at = models.DateTimeField(null=True)
    consented_by = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=60, blank=True)
    documents_sent_at = models.DateTimeField(null=True)
    documents_sent_by = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["changed_at"], name="order_unfinished", condition=Q(issued_at__isnull=True)),
            models.Index(
                fields=["issued_at"],
                name="order_undelivered",
                condition=Q(issued_at__isnull=False, documents_sent_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OrderState]), name="order_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[OrderState.DRAFT, OrderState.EXPIRED])
                | Q(premium__isnull=False, confirmed_at__isnull=False),
                name="order_confirmed_with_price",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.PAYING, OrderState.PAID, OrderState.ISSUED])
                | Q(consented_at__isnull=False),
                name="order_paid_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.ISSUED, issued_at__isnull=False)
                | (~Q(state=OrderState.ISSUED) & Q(issued_at__isnull=True)),
                name="order_issued_when",
            ),
        ]


class Gift(models.Model):
    """An insured adult of the order gets the policy handed on a day. `recipient` is `shop.rules.gifts.Recipient` as
    JSON, forgotten once it was handed. `outcome` is empty until then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(Order, models.CASCADE, related_name="gift")
    recipient = EncryptedJSONField(default=dict)
    hand_over_on = models.DateField()
    outcome = models.CharField(max_length=10, blank=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=60)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["hand_over_on"], name="gift_due", condition=Q(handed_at__isnull=True))]
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_at__isnull=True, outcome="") | (Q(handed_at__isnull=False) & ~Q(outcome="")),
                name="gift_outcome",
            )
        ]
