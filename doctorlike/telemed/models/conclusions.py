"""What a doctor writes and signs: drafts, private notes, conclusions, addenda, referrals. All words are encrypted."""

from __future__ import annotations

import pgtrigger
from django.db import models

from doctorlike.kit.fields import EncryptedJSONField, EncryptedTextField
from doctorlike.kit.ids import new_id
from doctorlike.telemed.models.consultations import Consultation, Doctor
from doctorlike.telemed.rules import IdentifiedBy

STAYS = [pgtrigger.Protect(name="stays", operation=pgtrigger.Delete)]


class Conclusion(models.Model):
    """The doctor's signed word. It is never changed; `document_id` is its PDF. `diagnosis` is one made earlier in
    person: code, name, made_on, where."""

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="conclusion", primary_key=True)
    complaints = EncryptedTextField()
    history = EncryptedTextField()
    recommendations = EncryptedTextField()
    diagnosis = EncryptedJSONField(null=True)
    identified_by = models.CharField(max_length=10, default=IdentifiedBy.ACCOUNT)
    signed_at = models.DateTimeField()
    document_id = models.UUIDField(null=True)

    class Meta:
        triggers = STAYS


class Addendum(models.Model):
    """What a doctor added to a signed conclusion, signed by itself. `number` counts within the conclusion from 1."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conclusion = models.ForeignKey(Conclusion, models.PROTECT, related_name="addenda")
    number = models.PositiveSmallIntegerField()
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="+")
    text = EncryptedTextField()
    signed_at = models.DateTimeField()
    document_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conclusion", "number"], name="addendum_number")]
        triggers = STAYS


class Referral(models.Model):
    """To whom a conclusion sends the patient: `what` is a specialty code of the directory and the doctor's words. The
    id stands in the link by which it is booked, and says nothing."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conclusion = models.OneToOneField(Conclusion, models.PROTECT, related_name="referral")
    what = EncryptedJSONField()


class ConclusionDraft(models.Model):
    """What a doctor has written and not signed. `version` counts the writings; `written_on` is the page that wrote
    last. Gone when the conclusion is signed."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="drafts")
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="+")
    parts = EncryptedJSONField()
    version = models.PositiveIntegerField(default=0)
    written_on = models.UUIDField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "doctor"], name="draft_of_a_doctor")]


class PrivateNote(models.Model):
    """What a doctor notes for themselves: no other reader, no place in the archive or the patient's copy."""

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    doctor = models.ForeignKey(Doctor, models.PROTECT, related_name="+")
    text = EncryptedTextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "doctor"], name="note_of_a_doctor")]


class ConclusionTemplate(models.Model):
    """Words to begin with. The house's have no `doctor` and are for one speciality, or with an empty one for all; a
    doctor's own are theirs alone. Encrypted: people save what they have just written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    doctor = models.ForeignKey(Doctor, models.CASCADE, null=True, related_name="+")
    speciality = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=100)
    parts = EncryptedJSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["doctor", "title"], name="own_template_title"),
            models.UniqueConstraint(
                fields=["speciality", "title"], condition=models.Q(doctor__isnull=True), name="house_template_title"
            ),
        ]


class Icd10Code(models.Model):
    """МКБ-10 as the health ministry publishes it, loaded by `import_icd10`. What left the list stays, not actual."""

    code = models.CharField(primary_key=True, max_length=10)
    name = models.CharField(max_length=400)
    is_actual = models.BooleanField()
