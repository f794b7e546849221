"""People and how they sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Permission, permissions_of
from doctorlike.kit.fields import EncryptedJSONField
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
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "subject"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

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
