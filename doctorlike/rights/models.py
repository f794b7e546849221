"""What a client asked for about their own data: a copy of it, the end of the account."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doctorlike.kit.ids import new_id
from doctorlike.rights.rules import ClosingState, CopyState


class DataCopy(models.Model):
    """A copy of everything the client may have. Its file lies encrypted in the private storage until it is removed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=CopyState.ASKED)
    storage_key = models.CharField(max_length=120, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    ready_at = models.DateTimeField(null=True)
    ready_by = models.CharField(max_length=60, blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(state=CopyState.ASKED), name="copy_one_being_made"),
            models.CheckConstraint(
                condition=Q(state=CopyState.ASKED, ready_at__isnull=True)
                | (Q(state=CopyState.READY, ready_at__isnull=False, removed_at__isnull=True) & ~Q(storage_key=""))
                | Q(state=CopyState.REMOVED, ready_at__isnull=False, removed_at__isnull=False, storage_key=""),
                name="copy_state",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-asked_at"], name="copy_of_user"),
            models.Index(fields=["ready_at"], name="copy_to_remove", condition=Q(state=CopyState.READY)),
            models.Index(fields=["asked_at"], name="copy_to_make", condition=Q(state=CopyState.ASKED)),
        ]


class Closing(models.Model):
    """The client asked for the account and what is held of them to be deleted. `person_ids` are the people
    as the contracts of the account name them: their papers, which the law makes the insurer keep, are erased from
    `erase_on` on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=ClosingState.WAITING)
    person_ids = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, blank=True)
    erase_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=~Q(state=ClosingState.TAKEN_BACK), name="closing_one_of_user"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ClosingState.WAITING, ClosingState.TAKEN_BACK], closed_at__isnull=True)
                | Q(state=ClosingState.CLOSED, closed_at__isnull=False, erase_on__isnull=False)
                | Q(state=ClosingState.ERASED, closed_at__isnull=False, erased_at__isnull=False),
                name="closing_state",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="closing_waiting", condition=Q(state=ClosingState.WAITING)),
            models.Index(fields=["erase_on"], name="closing_to_erase", condition=Q(state=ClosingState.CLOSED)),
        ]
