"""Enrolments in the copay programme and the charges of clients' shares."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from doctorlike.copay.rules import SWEPT, ChargeState, EnrolmentState, HoldState
from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments.rules import RefundReason

# A charge that suspends the enrolment of its policy.
IN_DEBT = Q(overdue_at__isnull=False, paid_at__isnull=True) & ~Q(state=ChargeState.WITHDRAWN)


class Enrolment(models.Model):
    """One policy's place in the programme: whose account pays, by which card, on which consent."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.OneToOneField("policies.Policy", models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    card = models.ForeignKey("payments.Card", models.PROTECT, null=True, related_name="+")
    consent_id = models.UUIDField()
    needs_card = models.BooleanField()
    state = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        EnrolmentState.PENDING,
                        EnrolmentState.ACTIVE,
                        EnrolmentState.SUSPENDED,
                        EnrolmentState.ENDED,
                    ]
                ),
                name="enrolment_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.ACTIVE, needs_card=True, card__isnull=True),
                name="enrolment_active_has_card",
            ),
        ]


class CardExpiryWarning(models.Model):
    """The client was warned, once, that a card in use will expire."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    card = models.OneToOneField("payments.Card", models.PROTECT, related_name="+")
    warned_on = models.DateField()


class EnrolmentSpan(models.Model):
    """A time in which an enrolment was active, from an instant to another, open while it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="spans")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=models.F("starts_at")), name="span_order"
            ),
            models.UniqueConstraint(fields=["enrolment"], condition=Q(ends_at__isnull=True), name="span_one_open"),
        ]


class Charge(models.Model):
    """The client's share of what one batch of services (`batch_id`, a clinic's register) brought to one visit; both ids
    belong to an app above. Lines that come later are a batch, and a charge, of their own. `payer` sees the amount and
    the date. `amount` is what was announced; `held` is what of it left the charge since, `holds_waiting` says that more
    is to leave it should the try under way be declined. `notice_due`: a job has still to write to the client."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The index «charge_policy» begins with it.
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+", db_index=False)
    encounter_id = models.UUIDField()
    batch_id = models.UUIDField()
    payer = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    visit_on = models.DateField()
    amount = MoneyField()
    held = MoneyField(default=Money.zero, db_default=Decimal("0.00"))
    holds_waiting = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=15)
    created_at = models.DateTimeField()
    notice_due = models.BooleanField(default=False, db_default=False)
    told_at = models.DateTimeField(null=True)
    charge_on = models.DateField(null=True)
    first_tried_on = models.DateField(null=True)
    next_try_on = models.DateField(null=True)
    refused_card = models.ForeignKey("payments.Card", models.PROTECT, null=True, related_name="+")
    overdue_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    payment_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ChargeState)), name="charge_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="charge_amount_positive"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=False, charge_on__isnull=False)
                | Q(state__in=(ChargeState.ANNOUNCED, ChargeState.WITHDRAWN)),
                name="charge_untold_waits",
            ),
            models.CheckConstraint(
                condition=Q(state=ChargeState.PAID, paid_at__isnull=False)
                | Q(~Q(state=ChargeState.PAID), paid_at__isnull=True),
                name="charge_paid_at",
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lt=F("amount")) | Q(held=F("amount"), state=ChargeState.WITHDRAWN),
                name="charge_held_within",
            ),
            models.UniqueConstraint(fields=["encounter_id", "batch_id"], name="charge_once_per_encounter_batch"),
        ]
        indexes = [
            models.Index(fields=["policy", "visit_on"], name="charge_policy"),
            models.Index(fields=["next_try_on"], condition=Q(state__in=SWEPT), name="charge_due"),
            models.Index(fields=["id"], condition=Q(notice_due=True), name="charge_notice_due"),
        ]

    @property
    def to_pay(self) -> Money:
        """What is, or was, to be paid: the announced amount without what is held."""
        return self.amount - self.held


class ChargeHold(models.Model):
    """A line of a charge that is disputed; `line_id` belongs to an app above. `left_at` is when its amount left the
    charge, empty when it never did. `decided_by` gives the refund its asker."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="holds")
    line_id = models.UUIDField()
    amount = MoneyField()
    state = models.CharField(max_length=10)
    held_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=20, blank=True)
    supplement = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey("payments.Refund", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(HoldState)), name="hold_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="hold_amount_positive"),
            models.CheckConstraint(condition=Q(why="") | Q(why__in=list(RefundReason)), name="hold_why"),
            models.CheckConstraint(condition=~Q(state=HoldState.HELD) | Q(left_at__isnull=False), name="hold_left"),
            models.UniqueConstraint(
                fields=["line_id"], condition=~Q(state=HoldState.RELEASED), name="hold_one_per_line"
            ),
        ]
        indexes = [models.Index(fields=["line_id", "held_at"], name="hold_line")]


class ChargeTry(models.Model):
    """One try to have a charge paid: from a card, or by the client on the acquirer's page (`card` empty)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="tries")
    payment_id = models.UUIDField(unique=True)
    card = models.ForeignKey("payments.Card", models.PROTECT, null=True, related_name="+")
    came_from = models.CharField(max_length=15)
    tried_on = models.DateField()
    tried_at = models.DateTimeField()
    succeeded = models.BooleanField(null=True)
    decline = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["charge"], condition=Q(succeeded__isnull=True), name="charge_one_try_under_way"
            ),
            models.UniqueConstraint(fields=["charge"], condition=Q(succeeded=True), name="charge_paid_once"),
        ]
