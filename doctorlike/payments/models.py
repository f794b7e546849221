"""Money between people and the insurer, by way of the acquirer."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.fields import EncryptedJSONField, MoneyField
from doctorlike.kit.ids import new_id
from doctorlike.payments.ledger import Account, Event
from doctorlike.payments.rules import (
    LIVE,
    LIVE_ATTEMPT,
    LIVE_BINDING,
    LIVE_REFUND,
    OPEN_HINT,
    AttemptState,
    BindingState,
    PaymentState,
    RefundReason,
    RefundState,
)


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
    fiscal receipt needs (54-FZ): whom to send it, and what it names. `told_amount` is what the acquirer debited where
    that is not simply the amount asked: a payment stopped for a person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    amount = MoneyField()
    told_amount = MoneyField(null=True)
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
    """A hint from outside that something happened to an object. Nothing in it is believed: the acquirer is asked, at
    the true instant `asked_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "object_id"], name="event_once")]
        indexes = [models.Index(fields=["received_at"], condition=Q(outcome__in=OPEN_HINT), name="event_open")]


# Refunds that are not refused or declined never exceed what was paid. The payment's row is locked for the sum, so two
# refunds that arrive together are added up one after the other.
_NEVER_ABOVE_PAID = """
    perform 1 from payments_payment where id = new.payment_id for update;
    if (select coalesce(sum(amount), 0) from payments_refund
        where payment_id = new.payment_id and state not in ('refused', 'declined'))
        > (select coalesce(told_amount, amount)
           from payments_payment where id = new.payment_id)
    then raise exception 'refunds exceed the payment' using errcode = 'check_violation';
    end if;
    return null;
"""


class Refund(models.Model):
    """Money to be given back to the card that paid: asked for by one person, approved by another. `id` is the
    idempotency key, `body` what is sent under it; instants of the sending are true time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = MoneyField()
    why = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    body = EncryptedJSONField(null=True)
    acquirer_id = models.CharField(max_length=64, null=True, unique=True)
    reason = models.CharField(max_length=40, blank=True)
    receipt_registration = models.CharField(max_length=10, blank=True)
    first_sent_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(RefundState)), name="refund_state"),
            models.CheckConstraint(condition=Q(why__in=list(RefundReason)), name="refund_why"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")), name="refund_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state=RefundState.ASKED, decided_by__isnull=True)
                | (~Q(state=RefundState.ASKED) & Q(decided_by__isnull=False)),
                name="refund_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state=RefundState.ASKED), name="refund_waiting"),
            models.Index(fields=["looked_at"], condition=Q(state__in=LIVE_REFUND), name="refund_live"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_above_paid",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("amount", "state", "payment_id"),
                func=_NEVER_ABOVE_PAID,
            )
        ]


class LedgerEntry(models.Model):
    """An amount moved from the credited account to the debited one, for one event of one source (a charge, payment or
    refund). Both sides stand in one row, so no entry can be out of balance; `subject_id` is what was paid for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.CharField(max_length=16)
    source_id = models.UUIDField()
    debit = models.CharField(max_length=10)
    credit = models.CharField(max_length=10)
    amount = MoneyField()
    subject_id = models.UUIDField()
    policy_id = models.UUIDField(null=True)
    payment_id = models.UUIDField(null=True)
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(event__in=list(Event)), name="ledger_event"),
            models.CheckConstraint(condition=Q(debit__in=list(Account)), name="ledger_debit"),
            models.CheckConstraint(condition=Q(credit__in=list(Account)), name="ledger_credit"),
            models.CheckConstraint(condition=~Q(debit=models.F("credit")), name="ledger_two_accounts"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_amount_positive"),
            models.UniqueConstraint(fields=["event", "source_id"], name="ledger_once_per_event"),
        ]
        indexes = [
            models.Index(fields=["policy_id", "posted_at"], name="ledger_policy", condition=Q(policy_id__isnull=False)),
            models.Index(fields=["payment_id"], name="ledger_payment", condition=Q(payment_id__isnull=False)),
            models.Index(fields=["subject_id"], name="ledger_premium", condition=Q(event=Event.PREMIUM)),
        ]
        triggers = APPEND_ONLY
