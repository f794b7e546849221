"""Doctors' schedules, slots, holds and visits.

Time at the clinic is counted when a slot is made: its instants, its calendar day and the zone it was made by are kept,
so that a later change of the zone or of the pattern moves nothing that exists.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments.rules import State
from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class Doctor(models.Model):
    """A doctor of one clinic; `service_code` (order 804н) is what a visit to them is. `published_until_on`: slots of
    all earlier days at the clinic have been made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+")
    full_name = models.CharField(max_length=200)
    specialty_code = models.CharField(max_length=40)
    service_code = models.CharField(max_length=20)
    room = models.CharField(max_length=20, blank=True)
    published_until_on = models.DateField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "full_name"], name="doctor_once_in_clinic")]

    def __str__(self) -> str:
        return self.full_name


class WeeklyPattern(models.Model):
    """`appointments.rules.Pattern` of a doctor: hours by the clinic's clock on one weekday (Monday is 0)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="patterns")
    weekday = models.PositiveSmallIntegerField()
    from_local = models.TimeField()
    to_local = models.TimeField()
    slot_minutes = models.PositiveSmallIntegerField()
    valid_from_on = models.DateField()
    valid_to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="pattern_weekday"),
            models.CheckConstraint(condition=Q(slot_minutes__gte=5, slot_minutes__lte=480), name="pattern_minutes"),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")), name="pattern_period"
            ),
        ]


class ScheduleException(models.Model):
    """On this day a doctor works other hours, or, without hours, not at all. Read when the day's slots are made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="exceptions")
    on = models.DateField()
    from_local = models.TimeField(null=True)
    to_local = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["doctor", "on"], name="exception_once_a_day"),
            models.CheckConstraint(
                condition=Q(from_local__isnull=True, to_local__isnull=True)
                | Q(from_local__isnull=False, to_local__isnull=False),
                name="exception_hours",
            ),
        ]


class Slot(models.Model):
    """A stretch of a doctor's time. Whether it is free is not stored: it follows from visits, holds and the clock."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="slots", db_index=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    visit_on = models.DateField()
    zone = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["doctor", "starts_at"], name="slot_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_length"),
        ]
        indexes = [models.Index(fields=["clinic", "starts_at"], name="slot_clinic")]


class Hold(models.Model):
    """A slot kept for a policy while its holder confirms. A hold that passed `until_at` keeps nothing, whether or not
    anybody has noted its end. Both instants are of the business clock, as the slot's own: a hold cannot outlive the
    start of its slot, and a moved demo clock ends both alike."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="holds")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    held_by = models.CharField(max_length=60)
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot"], condition=Q(ended_at__isnull=True), name="slot_held_once"),
            models.UniqueConstraint(fields=["policy"], condition=Q(ended_at__isnull=True), name="policy_holds_one"),
        ]


class Appointment(models.Model):
    """A visit. Its time is a copy of the slot's, made at booking; price is what the clinic asked then, None where its
    price list does not name the service. `patient_key` is `rules.patient_key` of the insured."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    # One hold makes one visit: the guard of a double click.
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="appointment")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    patient = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+", db_index=False)
    patient_key = models.UUIDField()
    service_code = models.CharField(max_length=20)
    price = MoneyField(null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(_("состояние"), max_length=10, default=State.BOOKED)
    booked_at = models.DateTimeField()
    booked_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="appointment_state"),
            models.UniqueConstraint(fields=["slot"], condition=~Q(state=State.CANCELLED), name="slot_booked_once"),
            ExclusionConstraint(
                name="patient_in_one_place",
                expressions=[
                    (F("patient_key"), RangeOperators.EQUAL),
                    (Func("starts_at", "ends_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=~Q(state=State.CANCELLED),
            ),
        ]
        indexes = [models.Index(fields=["policy", "starts_at"], name="appointment_policy")]


class DepartureNotice(models.Model):
    """The holder of a policy was told that a clinic where it has visits leaves the network on `left_on`; withdrawn when
    the clinic stays after all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+", db_index=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+", db_index=False)
    left_on = models.DateField()
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=60)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "policy", "left_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="departure_told_once",
            )
        ]
        indexes = [models.Index(fields=["policy", "clinic"], name="departure_policy")]
