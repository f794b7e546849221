"""Money between people and the insurer, by way of the acquirer."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doctorlike.kit.fields import EncryptedJSONField, MoneyField
from doctorlike.kit.ids import new_id
from doctorlike.payments.rules import LIVE, LIVE_ATTEMPT, LIVE_BINDING, AttemptState, BindingState, PaymentState


class Card(models.Model):
    """A card bound at the acquirer: its token and what people recognise it by, never its number. `shop_id` is the
    acquirer contract that the token belongs to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    shop_id = models.CharField(max_length=20)
    token = models.CharField(max_length=64, unique=True)
    brand = models.CharField(max_length=20)
    last_four = models.CharField(max_length=4)
    expires_year = models.PositiveSmallIntegerField()
    expires_month = models.PositiveSmallIntegerField()
    bound_at = models.DateTimeField()
    unbound_at = models.DateTimeField(null=True)


class CardBinding(models.Model):
    """A client was sent to the acquirer's page to bind a card, for `subject_id`. `started_at` is true time: the page
    lives an hour of the acquirer's clock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    subject_id = models.UUIDField()
    payment_system = models.CharField(max_length=10)
    shop_id = models.CharField(max_length=20)
    return_url = models.URLField(max_length=500)
    state = models.CharField(max_length=10)
    method_id = models.CharField(max_length=64, null=True, unique=True)
    confirmation_url = models.URLField(max_length=500, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    card = models.ForeignKey(Card, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(BindingState)), name="binding_state"),
            models.UniqueConstraint(
                fields=["subject_id"], condition=Q(state__in=LIVE_BINDING), name="binding_one_live_per_subject"
            ),
        ]
        indexes = [models.Index(fields=["subject_id", "created_at"], name="binding_subject")]


class Payment(models.Model):
    """Something to be paid once: `purpose` and `subject_id` say what for («order», «charge»). `receipt` is what the
    fiscal receipt needs (54-FZ): whom to send it, and what it names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    amount = MoneyField()
    description = models.CharField(max_length=128)
    receipt = EncryptedJSONField()
    shop_id = models.CharField(max_length=20)
    card = models.ForeignKey(Card, models.PROTECT, null=True, related_name="+")
    return_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=10)
    decline = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    receipt_registration = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PaymentState)), name="payment_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(state__in=(PaymentState.SUCCEEDED, PaymentState.DECLINED), settled_at__isnull=False)
                | ~Q(state__in=(PaymentState.SUCCEEDED, PaymentState.DECLINED)),
                name="payment_settled_at",
            ),
            models.UniqueConstraint(
                fields=["purpose", "subject_id"], condition=Q(state__in=LIVE), name="payment_one_live_per_subject"
            ),
        ]
        indexes = [
            models.Index(fields=["purpose", "subject_id", "created_at"], name="payment_subject"),
            models.Index(
                fields=["settled_at"],
                condition=Q(state=PaymentState.SUCCEEDED, receipt_registration="pending"),
                name="payment_receipt_pending",
            ),
        ]


class Attempt(models.Model):
    """One request for a payment, under one idempotency key (its own id). Its instants are true time, to be compared
    with the acquirer's clock. `body` is kept so that a repeat says exactly the same."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="attempts")
    body = EncryptedJSONField()
    state = models.CharField(max_length=10)
    acquirer_id = models.CharField(max_length=64, null=True, unique=True)
    confirmation_url = models.URLField(max_length=500, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(AttemptState)), name="attempt_state"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state__in=LIVE_ATTEMPT), name="attempt_one_live_per_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at", "created_at"], condition=Q(state__in=LIVE_ATTEMPT), name="attempt_live")
        ]


class AcquirerEvent(models.Model):
    """A hint from outside that something happened to an object. Nothing in it is believed: the acquirer is asked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "object_id"], name="event_once")]
