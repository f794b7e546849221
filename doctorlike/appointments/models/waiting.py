"""Who waits for a time that is not free yet, and what was offered to them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from doctorlike.appointments.models.booking import Hold
from doctorlike.appointments.models.schedules import Doctor, Slot
from doctorlike.appointments.rules import OfferState, WaitingState
from doctorlike.kit.ids import new_id


class WaitingEntry(models.Model):
    """Somebody waits for a doctor, or for a specialty at a clinic or in a region. A slot serves that starts on one of
    the days at the clinic (`from_on` up to, not including, `until_on`), on one of `weekdays` (Monday is 0; empty: any),
    and by the clinic's clock at `from_local` or later and before `until_local` (None: until midnight). The list is in
    the order of `joined_at`, then `id`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    patient_key = models.UUIDField()
    specialty_code = models.CharField(max_length=40)
    doctor = models.ForeignKey(Doctor, models.PROTECT, null=True, related_name="+")
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey("regions.Region", models.PROTECT, null=True, related_name="+", db_index=False)
    from_on = models.DateField()
    until_on = models.DateField()
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    from_local = models.TimeField()
    until_local = models.TimeField(null=True)
    state = models.CharField(max_length=8, default=WaitingState.WAITING)
    joined_at = models.DateTimeField()
    joined_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(WaitingState)), name="waiting_state"),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="waiting_days"),
            models.CheckConstraint(
                condition=Q(doctor__isnull=False, clinic__isnull=False, region__isnull=True)
                | Q(doctor__isnull=True, clinic__isnull=False, region__isnull=True)
                | Q(doctor__isnull=True, clinic__isnull=True, region__isnull=False),
                name="waiting_where",
            ),
        ]
        indexes = [
            models.Index(
                fields=["specialty_code", "joined_at", "id"],
                condition=Q(state=WaitingState.WAITING),
                name="waiting_in_order",
            ),
        ]


class WaitingOffer(models.Model):
    """A freed slot offered to whoever waits first; its hold keeps the slot for them meanwhile."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    entry = models.ForeignKey(WaitingEntry, models.PROTECT, related_name="offers")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+")
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default=OfferState.OPEN)
    offered_at = models.DateTimeField()
    until_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(OfferState)), name="offer_state"),
            models.UniqueConstraint(fields=["slot"], condition=Q(state=OfferState.OPEN), name="slot_offered_once"),
            models.UniqueConstraint(fields=["entry"], condition=Q(state=OfferState.OPEN), name="one_offer_at_a_time"),
        ]
        indexes = [models.Index(fields=["until_at"], condition=Q(state=OfferState.OPEN), name="offer_open_until")]
