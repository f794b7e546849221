"""Registers: files of claimed services, on their way from a file to decided lines (docs/rules/registers.md)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from doctorlike.care.rules import CameBy, Outcome, RegisterState
from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money

_NOTHING = Decimal("0.00")


class Register(models.Model):
    """One file of claimed services. `clinic` is who sent it; without one each line names its clinic. The same bytes
    are the same register.

    `columns` tell which column (of `headings`, in `heading_row` of `sheet`) is which field; without them it waits for a
    person. `turn` is its place among all registers whose columns are known: they are decided one after the other in
    that order. `corrects` names the register whose lines its own replace. The counts add up to `row_count` once it is
    decided; `problem` says why it failed; `answer_key` is the file
    that goes back, once a job has made it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    storage_key = models.CharField(max_length=120)
    answer_key = models.CharField(max_length=120, db_default="")
    state = models.CharField(max_length=10, db_default=RegisterState.ANSWERED.value)
    came_by = models.CharField(max_length=10, db_default="")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    sheet = models.CharField(max_length=100, db_default="")
    other_sheets = models.JSONField(null=True)
    heading_row = models.PositiveIntegerField(null=True)
    headings = models.JSONField(null=True)
    columns = models.JSONField(null=True)
    turn = models.PositiveBigIntegerField(null=True)
    problem = models.CharField(max_length=500, db_default="")
    row_count = models.PositiveIntegerField(db_default=0)
    accepted = models.PositiveIntegerField(db_default=0)
    refused = models.PositiveIntegerField(db_default=0)
    not_covered = models.PositiveIntegerField(db_default=0)
    withdrawn = models.PositiveIntegerField(db_default=0)
    reversed = models.PositiveIntegerField(db_default=0)
    charges = models.PositiveIntegerField(db_default=0)
    share = MoneyField(default=Money.zero, db_default=_NOTHING)
    insurer_part = MoneyField(default=Money.zero, db_default=_NOTHING)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=60)
    checked_at = models.DateTimeField(null=True)
    adjudicated_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn"], name="register_turn"),
            models.CheckConstraint(condition=Q(state__in=list(RegisterState)), name="register_state"),
            models.CheckConstraint(condition=Q(came_by="") | Q(came_by__in=list(CameBy)), name="register_came_by"),
        ]
        indexes = [
            models.Index(fields=["turn"], condition=~Q(state__in=("answered", "failed")), name="register_under_way"),
            models.Index(fields=["-received_at", "-id"], name="register_received"),
            models.Index(fields=["clinic", "-received_at"], name="register_clinic"),
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="register_corrects"),
        ]


class RegisterMapping(models.Model):
    """Which column of a clinic's registers is what: a file of that clinic whose heading has this `fingerprint` is read
    so without asking. Without a clinic: of files whose lines name theirs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.CASCADE, null=True, related_name="+", db_index=False)
    fingerprint = models.CharField(max_length=64)
    columns = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "fingerprint"], nulls_distinct=False, name="register_mapping_once"
            )
        ]


class RegisterPiece(models.Model):
    """A part of a register that is decided, and later charged, in one transaction: the lines of slices `from_slice` up
    to, not including, `to_slice`. `visits` are what its accepted lines came to by visit, `taken_back` the lines that it
    reversed: both wait there until the whole register is decided."""

    id = models.BigAutoField(primary_key=True)
    register = models.ForeignKey(Register, models.CASCADE, related_name="pieces", db_index=False)
    from_slice = models.PositiveSmallIntegerField()
    to_slice = models.PositiveSmallIntegerField()
    decided_at = models.DateTimeField(null=True)
    charged_at = models.DateTimeField(null=True)
    visits = models.JSONField(null=True)
    taken_back = models.JSONField(null=True)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    not_covered = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    reversed = models.PositiveIntegerField(default=0)
    charges = models.PositiveIntegerField(default=0)
    share = MoneyField(default=Money.zero)
    insurer_part = MoneyField(default=Money.zero)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "from_slice"], name="register_piece_once")]


class ClaimedRow(models.Model):
    """A row of a file between being read and being decided. `cells` are the texts of the fields, in their order, with
    a unit separator between them; nothing refers to it, and it goes when its piece is decided."""

    pk = models.CompositePrimaryKey("register_id", "slice", "row")
    register = models.ForeignKey(Register, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    slice = models.PositiveSmallIntegerField()
    row = models.PositiveIntegerField()
    cells = models.TextField()


class Encounter(models.Model):
    """A visit: one policy, one clinic, one day of the clinic's calendar."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The index of «encounter_once» begins with it.
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+", db_index=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+")
    visit_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["policy", "clinic", "visit_on"], name="encounter_once")]
        indexes = [models.Index(fields=["policy", "-visit_on"], name="encounter_timeline")]


class RegisterLine(models.Model):
    """One claimed line and its adjudication. A line is never changed: a corrected register brings a new one, and the
    old is stamped with the register that took it back (`reversed_in`). `encounter` is set once clinic and policy are
    known, so a line that belongs to nobody is nobody's to see. `steps` are `care.rules.Step` as signs; `told` is what a
    refused line said, by field, for whoever mends it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Found by «register_line_row» and «line_encounter»: an index of their own would only be written. Whoever writes
    # lines holds a piece of their register, which proves it once; proving it for each line again, all workers would
    # lock the same row a million times.
    register = models.ForeignKey(Register, models.PROTECT, related_name="lines", db_index=False, db_constraint=False)
    row = models.PositiveIntegerField()
    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, related_name="lines", db_index=False)
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
    steps = models.CharField(max_length=16, db_default="")
    told = models.JSONField(null=True)
    rules_version = models.CharField(max_length=20)
    adjudicated_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True)
    # Proving it for every line that is there would stop their readers for as long; registers are never deleted.
    reversed_in = models.ForeignKey(
        Register, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "row"], name="register_line_row"),
            # The last guard against paying for one service twice: `adjudicate` refuses it before.
            models.UniqueConstraint(
                fields=["encounter", "service_code"],
                condition=Q(outcome=Outcome.ACCEPTED, reversed_at__isnull=True),
                name="service_stands_once_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ACCEPTED) | Q(share=0, insurer_part=0), name="only_accepted_lines_cost"
            ),
        ]
        indexes = [
            models.Index(fields=["encounter"], name="line_encounter"),
            models.Index(fields=["reversed_in"], condition=Q(reversed_in__isnull=False), name="line_reversed_in"),
        ]
