"""What clinics say they rendered, and what was decided about it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from doctorlike.care.rules import DisputeKind, DisputeState, Outcome
from doctorlike.kit.fields import EncryptedTextField, MoneyField
from doctorlike.kit.ids import new_id


class Register(models.Model):
    """One file of claimed services. `clinic` is who sent it; without one each line names its clinic. The same bytes
    are the same register."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    storage_key = models.CharField(max_length=120)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=60)
    adjudicated_at = models.DateTimeField(null=True)


class Encounter(models.Model):
    """A visit: one policy, one clinic, one day of the clinic's calendar."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+")
    visit_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "clinic", "visit_on"], name="encounter_once")]
        indexes = [models.Index(fields=["policy", "-visit_on"], name="encounter_timeline")]


class RegisterLine(models.Model):
    """One claimed line and its adjudication. A line is never changed: a corrected register brings a new one.
    `encounter` is set once clinic and policy are known, so a line that belongs to nobody is nobody's to see."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    register = models.ForeignKey(Register, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, related_name="lines")
    service_code = models.CharField(max_length=20, blank=True)
    service_name = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)
    price = MoneyField(null=True)
    total = MoneyField(null=True)
    outcome = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Outcome])
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    refusal_text = models.CharField(max_length=300, blank=True)
    share = MoneyField()
    insurer_part = MoneyField()
    rules_version = models.CharField(max_length=20)
    adjudicated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "row"], name="register_line_row"),
            # The last guard against paying for one service twice: `adjudicate` refuses it before.
            models.UniqueConstraint(
                fields=["encounter", "service_code"],
                condition=models.Q(outcome=Outcome.ACCEPTED),
                name="service_accepted_once_a_visit",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=Outcome.ACCEPTED) | models.Q(share=0, insurer_part=0),
                name="only_accepted_lines_cost",
            ),
        ]
        indexes = [models.Index(fields=["encounter"], name="line_encounter")]


class Dispute(models.Model):
    """The client does not agree with a line: it was not given, or costs otherwise. One for a line, for good."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    line = models.OneToOneField(RegisterLine, models.PROTECT, related_name="dispute")
    kind = models.CharField(max_length=12)
    text = EncryptedTextField()
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=DisputeState.OPEN)
    answer = EncryptedTextField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(DisputeKind)), name="dispute_kind"),
            models.CheckConstraint(condition=models.Q(state__in=list(DisputeState)), name="dispute_state"),
            models.CheckConstraint(
                condition=models.Q(state=DisputeState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(
                    ~models.Q(state=DisputeState.OPEN),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    answer__isnull=False,
                ),
                name="dispute_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(state=DisputeState.OPEN), name="dispute_waiting")
        ]


class DisputeFile(models.Model):
    """What the client attached; its name may tell as much as its content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="files")
    name = EncryptedTextField()
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=120)


class Complaint(models.Model):
    """The client does not agree with a rejection: numbered without gaps within a year, answered by another person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="complaint")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    text = EncryptedTextField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=DisputeState.OPEN)
    answer = EncryptedTextField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="complaint_number"),
            models.CheckConstraint(condition=models.Q(state__in=list(DisputeState)), name="complaint_state"),
            models.CheckConstraint(
                condition=models.Q(state=DisputeState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(
                    ~models.Q(state=DisputeState.OPEN),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    answer__isnull=False,
                ),
                name="complaint_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=models.Q(state=DisputeState.OPEN), name="complaint_waiting")
        ]
