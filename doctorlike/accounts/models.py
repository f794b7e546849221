"""People and how they sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Permission, permissions_of
from doctorlike.accounts.rules.recovery import RecoveryState
from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.fields import EncryptedJSONField, EncryptedTextField
from doctorlike.kit.ids import new_id


class Sex(models.TextChoices):
    FEMALE = "female", _("женский")
    MALE = "male", _("мужской")


class Person(models.Model):
    """A human being as a contract or an account names them; `identity` holds document, birth place and addresses."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    surname = models.CharField(_("фамилия"), max_length=100)
    given_name = models.CharField(_("имя"), max_length=100)
    patronymic = models.CharField(_("отчество"), max_length=100, blank=True)
    born_on = models.DateField(_("дата рождения"))
    sex = models.CharField(_("пол"), max_length=6, choices=Sex.choices)
    identity = EncryptedJSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["surname", "born_on"], name="person_surname_born")]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))


class UserManager(BaseUserManager["User"]):
    def create_user(self, **fields: Any) -> User:
        """A user without a password: codes and passkeys are the ways in."""
        user = self.model(**fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in. `subject` is what telemedicine knows them by: opaque, stable, never reused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.UUIDField(unique=True, default=new_id, editable=False)
    phone = models.CharField(_("телефон"), max_length=16, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    email = models.EmailField(_("электронная почта"), unique=True, null=True, blank=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="+")
    birth_date_changes = models.PositiveSmallIntegerField(default=0)
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "subject"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("аккаунт")
        verbose_name_plural = _("аккаунты")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email__isnull=True) | models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(phone__isnull=False) | models.Q(email__isnull=False), name="user_is_reachable"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.email or self.phone or self.subject)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in self.permissions

    # What Django's own admin asks. Its rows of permissions are not used: ours are data in code.
    is_superuser = False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.may(Permission.CATALOGUES)

    def has_module_perms(self, app_label: str) -> bool:
        return self.may(Permission.CATALOGUES)


class Consent(models.Model):
    """What somebody agreed to, when and to which wording: `text_sha256` proves the text, the text itself is kept with
    its version where it is shown. `code` is the one-time code that was entered for it: the message that carried it
    (topic `code`, about the code's id) tells where to and when. A withdrawal is a row of its own
    kind, never a change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=40)
    document_version = models.CharField(max_length=40)
    text_sha256 = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=20, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    code = models.ForeignKey("accounts.OneTimeCode", models.PROTECT, null=True, db_index=False, related_name="+")
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="consent_subject")]
        triggers = APPEND_ONLY


class OneTimeCode(models.Model):
    """A code sent to a phone or e-mail address. Neither is readable here, nor is the network it was asked from: all
    are keyed digests. `network_digest` is empty when nobody told from where."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=60)
    target_digest = models.CharField(max_length=64)
    network_digest = models.CharField(max_length=64, blank=True, default="", db_default="")
    code_digest = models.CharField(max_length=64)
    tries_left = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["purpose", "subject_id", "sent_at"], name="code_subject"),
            models.Index(fields=["target_digest", "sent_at"], name="code_target"),
            models.Index(
                fields=["network_digest", "sent_at"], name="code_network", condition=~models.Q(network_digest="")
            ),
        ]


class Recovery(models.Model):
    """A lost phone on its way to being replaced: asked for by its owner's mailbox, policy number and birth date, done
    when `due_at` has come and nobody cancelled it. All instants are true ones. `cancel_digest` is of the secret in the
    link that cancels it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    phone = EncryptedTextField()
    state = models.CharField(max_length=10, default=RecoveryState.WAITING)
    cancel_digest = models.CharField(max_length=64, unique=True)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="recovery_due", condition=models.Q(state="waiting"))]
        constraints = [
            models.UniqueConstraint(fields=["user"], name="recovery_one_waiting", condition=models.Q(state="waiting")),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in RecoveryState]), name="recovery_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at__isnull=True)
                | (~models.Q(state="waiting") & models.Q(ended_at__isnull=False)),
                name="recovery_ended",
            ),
        ]


class RecoveryTry(models.Model):
    """One time that policy number and birth date were told with a proven mailbox, known by its digest only, whether or
    not an account has it. Until a job has answered, `asked_for` holds the mailbox and the new phone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email_digest = models.CharField(max_length=64)
    fits = models.BooleanField()
    asked_for = EncryptedJSONField(null=True)
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["email_digest", "tried_at"], name="recovery_try"),
            models.Index(fields=["tried_at"], name="recovery_unanswered", condition=models.Q(asked_for__isnull=False)),
        ]


class EsiaLink(models.Model):
    """An account that «Госуслуги» (ЕСИА) lets in: whose it is by their number of the person, known by its digest only.
    One person has one account that way, and one account one person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="+")
    oid_digest = models.CharField(max_length=64, unique=True)
    joined_at = models.DateTimeField()


class Device(models.Model):
    """A browser somebody signed in from. It is known by a token that it keeps; only the digest is here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64)
    name = models.CharField(max_length=60, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token_digest"], name="device_once")]


class Handover(models.Model):
    """A sign-in handed from the portal to telemedicine: which session there began from which session here, so that
    signing out of the portal ends both. `nonce_digest` is of the nonce telemedicine chose for that sign-in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    nonce_digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    portal_session_key = models.CharField(max_length=40, db_index=True)
    telemed_session_key = models.CharField(max_length=40, blank=True)
    handed_at = models.DateTimeField()


class SharedCacheEntry(models.Model):
    """A row of Django's database cache (`CACHES`), declared so that the table comes with the others. Django itself
    reads and writes it; nobody else does."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_cache"
