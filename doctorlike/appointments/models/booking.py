"""Holds, visits, and what was told about them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments.models.schedules import Slot
from doctorlike.appointments.rules import Purpose, State
from doctorlike.kit.fields import MoneyField
from doctorlike.kit.ids import new_id


class Hold(models.Model):
    """A slot kept for a policy while its holder confirms. A hold that passed `until_at` keeps nothing, whether or not
    anybody has noted its end. Both instants are of the business clock, as the slot's own: a hold cannot outlive the
    start of its slot, and a moved demo clock ends both alike.

    `purpose`: to book; to move the visit `moves`, which keeps its own slot meanwhile; or an offer of the waiting list.
    `kept_until_at`: to all others the slot is taken until then. None: as long as to the holder, until `until_at`. An
    offer is kept a little longer, so that it goes to the next in the list and not to whoever happens to look."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="holds")
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    held_by = models.CharField(max_length=60)
    until_at = models.DateTimeField()
    kept_until_at = models.DateTimeField(null=True)
    purpose = models.CharField(max_length=5, default=Purpose.BOOK, db_default=Purpose.BOOK.value)
    moves = models.ForeignKey("Appointment", models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot"], condition=Q(ended_at__isnull=True), name="slot_held_once"),
            # Offers stand beside: whoever chooses a time does not lose the one that is offered.
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(ended_at__isnull=True) & ~Q(purpose=Purpose.OFFER),
                name="policy_chooses_one",
            ),
            models.CheckConstraint(condition=Q(purpose__in=list(Purpose)), name="hold_purpose"),
        ]
        indexes = [
            models.Index(fields=["until_at"], condition=Q(ended_at__isnull=True), name="hold_open_until"),
        ]


class Appointment(models.Model):
    """A visit. Its time is a copy of the slot's, made at booking; price is what the clinic asked then, None where its
    price list does not name the service. `patient_key` is `rules.patient_key` of the insured. Moved, it stays the same
    visit with another slot and hold; `moves` counts how often. `cancelled_late`: past the clinic's limit."""

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
    moves = models.SmallIntegerField(default=0, db_default=0)
    cancelled_late = models.BooleanField(default=False, db_default=False)

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
        indexes = [
            models.Index(fields=["policy", "starts_at"], name="appointment_policy"),
            models.Index(fields=["starts_at"], condition=Q(state=State.BOOKED), name="appointment_to_come"),
        ]


class SentReminder(models.Model):
    """A reminder that went out, of a visit at that time. What is due follows from the visit and the clock, so a visit
    that is cancelled or moved takes its reminders with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="+", db_index=False)
    noted_visit = models.ForeignKey("NotedVisit", models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    visit_starts_at = models.DateTimeField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["appointment", "kind", "visit_starts_at"], name="reminded_once"),
            models.UniqueConstraint(fields=["noted_visit", "kind", "visit_starts_at"], name="reminded_of_noted_once"),
            models.CheckConstraint(
                condition=Q(appointment__isnull=True) ^ Q(noted_visit__isnull=True), name="reminder_of_one"
            ),
        ]


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


class TimeNotice(models.Model):
    """The client was told that the clinic took away the time of a visit: once for each time it was taken away.
    `taken_back_at`: the time stands again, and that was told too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+", db_index=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField()
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=60)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appointment", "slot", "withdrawn_at"], name="time_notice_once")]
