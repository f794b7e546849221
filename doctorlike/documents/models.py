"""Signed documents. Whose they are, the app that owns the subject decides."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.ids import new_id


class Document(models.Model):
    """One revision of one document about one subject; its bytes lie encrypted in the private storage. Documents of many
    subjects that say the same (terms of insurance) share one file."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    signed_by_certificate = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="document_sha256")]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "kind", "revision"], name="document_revision")
        ]


class PublicCode(models.Model):
    """What a QR code on paper says: whoever holds it may ask whether the paper is genuine. It tells nothing about its
    subject and is never given anew."""

    code = models.CharField(primary_key=True, max_length=16)
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="public_code_of_subject")]
