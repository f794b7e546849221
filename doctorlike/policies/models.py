"""Contracts, their numbers, and whose account they are linked to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.fields import EncryptedJSONField, EncryptedTextField, MoneyField
from doctorlike.kit.ids import new_id
from doctorlike.policies.rules import InvitationState, LinkRole
from doctorlike.products.rules import SCOPES


class Policy(models.Model):
    """Contract of one insured, one period, one version of the terms. `ends_on` and `cancelled_on` are the first days
    no longer covered."""

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
    concluded_by = models.CharField(max_length=60)
    cancelled_on = models.DateField(null=True)
    order_id = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ends_on"], name="policy_ending", condition=Q(cancelled_on__isnull=True)),
        ]
        constraints = [
            # An order that is settled twice must not issue a person's policy twice.
            models.UniqueConstraint(fields=["order_id", "insured"], name="policy_of_order_once"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="policy_period"),
            models.CheckConstraint(condition=Q(copay_percent__lt=100), name="policy_copay_percent"),
            models.CheckConstraint(condition=Q(scope__in=SCOPES), name="policy_scope"),
            models.CheckConstraint(condition=Q(contact_email=Lower("contact_email")), name="policy_email_lower_case"),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | Q(cancelled_on__lte=F("ends_on")),
                name="policy_cancelled_within",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class NumberSeries(models.Model):
    """Where the next number comes from: the row is locked while one is taken."""

    id = models.BigAutoField(primary_key=True)
    prefix = models.CharField(max_length=10)
    copay_percent = models.PositiveSmallIntegerField()
    next_serial = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "copay_percent"], name="series_once")]


class TakenNumber(models.Model):
    """Every serial a series ever gave, in use or void: the account of numbers has no gaps. The database refuses to
    change or delete a row, so no number is ever given twice."""

    id = models.BigAutoField(primary_key=True)
    series = models.ForeignKey(NumberSeries, models.PROTECT, related_name="taken")
    serial = models.PositiveBigIntegerField()
    number = models.CharField(max_length=30, unique=True)
    policy = models.OneToOneField(Policy, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=60, blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=60)

    class Meta:
        triggers = APPEND_ONLY
        constraints = [
            models.UniqueConstraint(fields=["series", "serial"], name="serial_once"),
            models.CheckConstraint(
                condition=Q(policy__isnull=False, void_reason="") | (Q(policy__isnull=True) & ~Q(void_reason="")),
                name="number_in_use_or_void",
            ),
        ]


class PolicyLink(models.Model):
    """A policy in somebody's account. `role`: self (the insured), guardian (a child's adult policyholder), parent
    (the child's other parent)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="links")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10)
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "user"], name="policy_linked_once"),
            models.CheckConstraint(condition=Q(role__in=[role.value for role in LinkRole]), name="link_role"),
        ]


class ParentInvitation(models.Model):
    """The policyholder of a child's policy invites the other parent. `name` and `contact` are as the policyholder typed
    them and are forgotten when it ends. `secret_digest` is of the secret in the link sent last; `sent_at`, `wrong_at`
    (child's data that did not fit) and all other instants are true ones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="invitations")
    state = models.CharField(max_length=10, default=InvitationState.WAITING.value)
    name = EncryptedTextField(blank=True)
    contact_kind = models.CharField(max_length=5)
    contact = EncryptedTextField(blank=True)
    secret_digest = models.CharField(max_length=64, unique=True)
    sent_at = ArrayField(models.DateTimeField(), default=list)
    open_until = models.DateTimeField()
    wrong_at = ArrayField(models.DateTimeField(), default=list)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    proven_at = models.DateTimeField(null=True)
    proven_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["policy", "invited_at"], name="invitation_of_policy")]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], name="invitation_one_standing", condition=Q(state__in=["waiting", "accepted"])
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in InvitationState]), name="invitation_state"
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_by__isnull=False) | ~Q(state="accepted"),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "accepted"], ended_at__isnull=True)
                | (~Q(state__in=["waiting", "accepted"]) & Q(ended_at__isnull=False)),
                name="invitation_ended",
            ),
        ]


class InsuredInvitation(models.Model):
    """The policyholder named the insured's own phone or e-mail address (one of them), and a link was sent there: for a
    teenager, or an adult whom somebody else insured. `secret_digest` is of the secret in the link sent last, which
    serves through `last_on` (insurer's date); `sent_at` and `wrong_at` (tries of somebody else) are true instants."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.OneToOneField(Policy, models.PROTECT, related_name="insured_invitation")
    phone = models.CharField(max_length=16, blank=True, db_index=True)
    email = models.EmailField(blank=True, db_index=True)
    secret_digest = models.CharField(max_length=64, unique=True)
    last_on = models.DateField()
    sent_at = ArrayField(models.DateTimeField(), default=list)
    wrong_at = ArrayField(models.DateTimeField(), default=list)
    invited_at = models.DateTimeField()
    invited_by = models.CharField(max_length=60)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone="") & ~Q(email="") | ~Q(phone="") & Q(email=""), name="insured_invitation_contact"
            ),
        ]


class BirthdayNotice(models.Model):
    """The adults of a child's policy were told of the birthday that closes its medical content: `ahead` of it, or on
    the `day`. The row is what keeps a notice from being sent twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="birthday_notices")
    kind = models.CharField(max_length=5)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "kind"], name="birthday_notice_once"),
            models.CheckConstraint(condition=Q(kind__in=["ahead", "day"]), name="birthday_notice_kind"),
        ]


class LinkTry(models.Model):
    """Somebody typed a number and a birth date. `policy` is empty when nothing matched: the client meets the same
    pages either way. `wrong_codes_at` are true instants, as is `started_at`: the lock keeps real time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=10, blank=True)
    wrong_codes_at = ArrayField(models.DateTimeField(), default=list)
    started_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "started_at"], name="link_try_user")]


class LinkDecision(models.Model):
    """Somebody at the desk put a policy into an account, or (`apart`) took it out of one. A pair that was parted is
    linked again by the desk alone. `told` is what the decision rests on: the document the client named, a new one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="link_decisions")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    apart = models.BooleanField()
    role = models.CharField(max_length=10)
    reason = models.CharField(max_length=20)
    checked_how = models.CharField(max_length=10, blank=True)
    told = EncryptedJSONField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["user", "apart"], name="decision_of_account")]
        triggers = APPEND_ONLY


class Cancellation(models.Model):
    """A contract was ended early: what was worked out on that day, and the refund asked for. `asked_by` is whoever did
    it, `asked_how` how the client asked when staff did it for them. `due` may be more than was asked to be given back,
    when part of the payment has gone back already."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.OneToOneField(Policy, models.PROTECT, related_name="cancellation")
    cooling_off = models.BooleanField()
    insured_event = models.BooleanField()
    due = MoneyField()
    refund_id = models.UUIDField(null=True)
    asked_how = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="cancellation_untold", condition=Q(told_at__isnull=True)),
        ]
        constraints = [models.CheckConstraint(condition=Q(due__gte=0), name="cancellation_due")]


class HandedOver(models.Model):
    """A gift was handed to its insured: from then on the policy's contacts are theirs. These are the policyholder's, by
    which the contract and its money go on being reached."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.OneToOneField(Policy, models.PROTECT, related_name="handed_over")
    holder_phone = models.CharField(max_length=16, db_index=True)
    holder_email = models.EmailField(db_index=True)
    handed_at = models.DateTimeField()
    handed_by = models.CharField(max_length=60)


class RenewalOffer(models.Model):
    """The policyholder was offered the next year, once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.OneToOneField(Policy, models.PROTECT, related_name="renewal_offer")
    offered_at = models.DateTimeField()
    offered_by = models.CharField(max_length=60)


class Correction(models.Model):
    """How a person of a contract was written before it was put right, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="corrections")
    person = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    fields = ArrayField(models.CharField(max_length=20))
    was = EncryptedJSONField()
    reason = models.CharField(max_length=20)
    corrected_at = models.DateTimeField()
    corrected_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["policy", "corrected_at"], name="correction_of_policy")]
        triggers = APPEND_ONLY
