"""What a policy covers beyond its terms: regions chosen, limits used, guarantees given."""

from __future__ import annotations

from django.db import models

from doctorlike.coverage.cards.rules import Finding
from doctorlike.coverage.letters.rules import LetterState
from doctorlike.kit.fields import EncryptedTextField, MoneyField
from doctorlike.kit.ids import new_id


class RegionSelection(models.Model):
    """A region chosen for a policy. It is never taken back. `announced_at`: when its opening was told, or found to be
    nobody's news any more (the contract was over, nobody but the payer is known)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, related_name="+")
    selected_at = models.DateTimeField()
    selected_by = models.CharField(max_length=60)
    serves_from_on = models.DateField()
    announced_at = models.DateTimeField(null=True)
    announced_by = models.CharField(max_length=60, blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "region"], name="region_chosen_once")]
        indexes = [
            models.Index(
                fields=["serves_from_on", "policy"],
                condition=models.Q(announced_at__isnull=True),
                name="region_to_announce",
            )
        ]


class LimitUse(models.Model):
    """What an accepted line used of its policy's limits: the benefit's own, and the sum insured of all care. `line_id`
    names the line in `care`; `benefit_code` is empty for lines from before the sum insured was counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The index «limit_use_policy» begins with it.
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+", db_index=False)
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


class DeviceCard(models.Model):
    """The digital card of a policy on one device: `number` is what its QR code says beside the code, `secret` (hex of
    32 bytes) makes the codes. It serves as long as the sign-in it was handed to (docs/adr/0006-digital-card.md)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=12, unique=True)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    # Names a sign-in, whose row goes when it ends: an end is seen by its absence, however it came about.
    sign_in_id = models.BigIntegerField()
    secret = EncryptedTextField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sign_in_id", "policy"], name="card_once_on_a_device")]


class CardCheck(models.Model):
    """A code that was shown at a reception and what it was found to be. `checked_at` is a true instant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.CASCADE, related_name="+", db_index=False)
    card = models.ForeignKey(DeviceCard, models.CASCADE, null=True, related_name="+", db_index=False)
    step = models.BigIntegerField(null=True)
    finding = models.CharField(max_length=10)
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["card", "step"], condition=models.Q(finding=Finding.GOOD.value), name="card_code_good_once"
            ),
            models.CheckConstraint(condition=models.Q(finding__in=[one.value for one in Finding]), name="card_finding"),
            models.CheckConstraint(
                condition=~models.Q(finding=Finding.GOOD.value) | models.Q(card__isnull=False, step__isnull=False),
                name="card_good_code_is_a_cards",
            ),
        ]
        indexes = [
            models.Index(fields=["card", "step"], name="card_check_card"),
            models.Index(fields=["checked_by", "checked_at"], name="card_check_by"),
            models.Index(fields=["clinic", "checked_at"], name="card_check_clinic"),
            models.Index(fields=["checked_at"], name="card_check_at"),
        ]


class LetterWish(models.Model):
    """A clinic that wants a letter of guarantee for each covered visit, and where it is told that one waits at its
    reception. Apart from the clinic itself, which lists of the network write."""

    clinic = models.OneToOneField("clinics.Clinic", models.CASCADE, related_name="+", primary_key=True)
    email = models.EmailField()
    wished_at = models.DateTimeField()
    wished_by = models.CharField(max_length=60)


class GuaranteeLetter(models.Model):
    """The letter about a guarantee, for a clinic that wants one; its words are in the document alone. `failure` is why
    the clinic could not be told of it or of its withdrawal («no_address», «mail»), for the desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    guarantee = models.OneToOneField(Guarantee, models.PROTECT, related_name="letter")
    number = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, default=LetterState.ASKED)
    document_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    mailed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=60, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_sent_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=20, blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in LetterState]), name="letter_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[LetterState.ASKED.value, LetterState.FAILED.value])
                | models.Q(state=LetterState.WITHDRAWN.value)
                | models.Q(document_id__isnull=False),
                name="letter_is_made",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=models.Q(state=LetterState.ASKED.value), name="letter_waits"),
            models.Index(fields=["failed_at"], condition=~models.Q(failure=""), name="letter_failed"),
        ]
