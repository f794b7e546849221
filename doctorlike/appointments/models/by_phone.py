"""Visits arranged by phone, calls that were asked for, and addresses of personal calendars."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from doctorlike.appointments.models.booking import Appointment
from doctorlike.appointments.rules import CallState
from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id


class NotedVisit(models.Model):
    """A visit that the client arranged with the clinic by phone and noted for themselves. It promises nothing to the
    clinic and keeps no slot. `zone`: the clinic's IANA zone when it was noted; `changes` counts how often it was
    changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    zone = models.CharField(max_length=40)
    # Whom they go to, in the client's own words: medical.
    words = EncryptedTextField(null=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=60)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=60)
    changes = models.PositiveSmallIntegerField(default=0, db_default=0)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["policy", "starts_at"], name="noted_visit_policy"),
            models.Index(fields=["starts_at"], condition=Q(removed_at__isnull=True), name="noted_visit_to_come"),
        ]


class CallBack(models.Model):
    """A client asks the contact centre to call and book for them, at `phone`, at the latest at `promised_at`. `wish`:
    what they need, in their own words: medical. `result`: how it was closed without a visit of ours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, null=True, related_name="+", db_index=False)
    phone = models.CharField(max_length=20)
    wish = EncryptedTextField(null=True)
    state = models.CharField(max_length=10, default=CallState.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    promised_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    taken_by = models.CharField(max_length=60, blank=True)
    taken_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=12, blank=True, default="", db_default="")
    # The visit that came of it.
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(CallState)), name="call_back_state"),
            models.CheckConstraint(condition=Q(promised_at__gte=F("asked_at")), name="call_back_promised"),
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(state__in=[CallState.WAITING, CallState.TAKEN]),
                name="call_back_once_until_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["promised_at"],
                condition=Q(state__in=[CallState.WAITING, CallState.TAKEN]),
                name="call_back_queue",
            )
        ]


class CalendarAddress(models.Model):
    """The secret address of an account's calendar of visits; only its digest is kept. A new one ends the one before."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at__isnull=True), name="one_calendar_an_account")
        ]
