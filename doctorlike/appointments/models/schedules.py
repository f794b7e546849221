"""Doctors, their hours, and the rows of time made from them.

Time at the clinic is counted when a slot is made: its instants, its calendar day and the zone it was made by are kept,
so that a later change of the zone or of the pattern moves nothing that exists.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from doctorlike.appointments.rules import HORIZON_DAYS
from doctorlike.kit.ids import new_id


class Doctor(models.Model):
    """A doctor of one clinic; `service_code` (order 804н) is what a visit to them is. `published_until_on`: slots of
    all earlier days at the clinic have been made. `leaves_on`: the first day without them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+")
    full_name = models.CharField(max_length=200)
    specialty_code = models.CharField(max_length=40)
    service_code = models.CharField(max_length=20)
    room = models.CharField(max_length=20, blank=True)
    published_until_on = models.DateField(null=True, db_index=True)
    leaves_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clinic", "full_name"], name="doctor_once_in_clinic")]

    def __str__(self) -> str:
        return self.full_name


class WeeklyPattern(models.Model):
    """`appointments.rules.Pattern` of a doctor: hours by the clinic's clock on one weekday (Monday is 0), and what is
    done in them. `service_code` and `room`: blank means the doctor's own. `buffer_minutes` stay free behind each slot,
    `capacity` patients share one time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="patterns")
    weekday = models.PositiveSmallIntegerField()
    from_local = models.TimeField()
    to_local = models.TimeField()
    slot_minutes = models.PositiveSmallIntegerField()
    buffer_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    capacity = models.PositiveSmallIntegerField(default=1, db_default=1)
    service_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    room = models.CharField(max_length=20, blank=True, default="", db_default="")
    valid_from_on = models.DateField()
    valid_to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="pattern_weekday"),
            models.CheckConstraint(condition=Q(slot_minutes__gte=5, slot_minutes__lte=480), name="pattern_minutes"),
            models.CheckConstraint(condition=Q(buffer_minutes__lte=240), name="pattern_buffer"),
            models.CheckConstraint(condition=Q(capacity__gte=1, capacity__lte=50), name="pattern_capacity"),
            models.CheckConstraint(
                condition=Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=F("valid_from_on")), name="pattern_period"
            ),
        ]


class ScheduleException(models.Model):
    """`appointments.rules.OtherHours` of a doctor on one day, one row for each stretch of hours; a row without hours is
    a day off. Without `slot_minutes` the hours are worked as the day's usual ones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.CASCADE, related_name="exceptions")
    on = models.DateField()
    from_local = models.TimeField(null=True)
    to_local = models.TimeField(null=True)
    slot_minutes = models.PositiveSmallIntegerField(null=True)
    buffer_minutes = models.PositiveSmallIntegerField(default=0, db_default=0)
    capacity = models.PositiveSmallIntegerField(default=1, db_default=1)
    service_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    room = models.CharField(max_length=20, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["doctor", "on", "from_local"], name="exception_once_a_time"),
            models.CheckConstraint(
                condition=Q(from_local__isnull=True, to_local__isnull=True)
                | Q(from_local__isnull=False, to_local__isnull=False),
                name="exception_hours",
            ),
            models.CheckConstraint(
                condition=Q(slot_minutes__isnull=True) | Q(slot_minutes__gte=5, slot_minutes__lte=480),
                name="exception_minutes",
            ),
            models.CheckConstraint(condition=Q(buffer_minutes__lte=240), name="exception_buffer"),
            models.CheckConstraint(condition=Q(capacity__gte=1, capacity__lte=50), name="exception_capacity"),
        ]


class ClinicDay(models.Model):
    """On this day the whole clinic is open within other hours only, or, without hours, closed. A doctor's own exception
    of the day comes before it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    from_local = models.TimeField(null=True)
    to_local = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "on"], name="clinic_day_once"),
            models.CheckConstraint(
                condition=Q(from_local__isnull=True, to_local__isnull=True)
                | Q(from_local__isnull=False, to_local__isnull=False),
                name="clinic_day_hours",
            ),
        ]


class Slot(models.Model):
    """A stretch of a doctor's time for one patient. Whether it is free is not stored: it follows from visits, holds and
    the clock. Where several patients share a time, each has a row of their own, numbered by `place`. `service_code` and
    `room`: blank means the doctor's own. A slot that a change of the schedule took away is `withdrawn`: nobody books it
    any more, and a visit that stands in it is to be moved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="slots", db_index=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    visit_on = models.DateField()
    zone = models.CharField(max_length=40)
    place = models.SmallIntegerField(default=1, db_default=1)
    service_code = models.CharField(max_length=20, blank=True, default="", db_default="")
    room = models.CharField(max_length=20, blank=True, default="", db_default="")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["doctor", "starts_at", "place"], condition=Q(withdrawn_at__isnull=True), name="slot_place_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_length"),
        ]
        indexes = [
            models.Index(fields=["clinic", "starts_at"], name="slot_clinic"),
            models.Index(
                fields=["clinic", "starts_at"], condition=Q(withdrawn_at__isnull=False), name="slot_withdrawn"
            ),
        ]

    @property
    def service(self) -> str:
        """Code (order 804н) of what is done in this time."""
        return self.service_code or self.doctor.service_code


class BookingTerms(models.Model):
    """What one clinic asks of online booking; where it has no row, `rules.HORIZON_DAYS` and no limit hold. Whoever
    cancels or moves a visit later than `free_until_hours` before its start is told `late_words` first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.OneToOneField("clinics.Clinic", models.PROTECT, related_name="+")
    horizon_days = models.PositiveSmallIntegerField(default=HORIZON_DAYS)
    free_until_hours = models.PositiveSmallIntegerField(default=0)
    late_words = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(horizon_days__gte=1, horizon_days__lte=180), name="terms_horizon"),
            models.CheckConstraint(condition=Q(free_until_hours__lte=168), name="terms_free_until"),
        ]
