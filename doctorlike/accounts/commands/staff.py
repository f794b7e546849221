"""People at work: the insurer's, clinics' and doctors of telemedicine."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.accounts.commands.factors import use_demo_app
from doctorlike.accounts.models import Person, User
from doctorlike.accounts.rules import Role, check_name, read_email
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor

ADMIN_ROLES = {Role.PRODUCT_MANAGER}


@transaction.atomic
def create_staff(
    *,
    email: str,
    roles: Iterable[Role],
    surname: str,
    given_name: str,
    patronymic: str = "",
    born_on: date,
    sex: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Give somebody work access with exactly these roles; they come in by a code sent to the address. An account that
    the address already has is used, a person it already names is kept, so repeating only sets the roles again."""
    granted = sorted(Role(role) for role in roles)
    user, _ = User.objects.select_for_update(of=("self",)).get_or_create(email=read_email(email).value)
    before = sorted(user.roles)
    if user.person_id is None:
        user.person = Person.objects.create(
            surname=check_name(surname),
            given_name=check_name(given_name),
            patronymic=check_name(patronymic) if patronymic else "",
            born_on=born_on,
            sex=sex,
            created_at=at,
        )
    user.roles = [role.value for role in granted]
    # Django's own admin asks these two; which of its pages open is still the permission table's matter.
    user.is_staff = user.is_superuser = bool(ADMIN_ROLES & set(granted))
    user.set_unusable_password()
    user.save()
    if before != user.roles:
        audit.record(
            by=by, at=at, action="roles.set", subject_type="user", subject_id=user.pk, details={"roles": user.roles}
        )
    return user.pk


_DEMO_STAFF: tuple[tuple[str, Role, str, str, str, str], ...] = (
    ("operator", Role.OPERATOR, "Операторова", "Ольга", "Павловна", "female"),
    ("finance", Role.FINANCE, "Счётова", "Фаина", "Игоревна", "female"),
    ("expert", Role.MEDICAL_EXPERT, "Экспертов", "Эдуард", "Львович", "male"),
    ("product", Role.PRODUCT_MANAGER, "Продуктов", "Павел", "Олегович", "male"),
    ("auditor", Role.AUDITOR, "Проверкина", "Алла", "Юрьевна", "female"),
    ("registrar", Role.REGISTRAR, "Приёмова", "Раиса", "Тимофеевна", "female"),
    ("doctor1", Role.DOCTOR, "Терапевтова", "Дарья", "Олеговна", "female"),
    ("doctor2", Role.DOCTOR, "Педиатров", "Денис", "Андреевич", "male"),
)
DEMO_DOMAIN = "demo.example"


def seed_demo_people(*, by: Actor, at: datetime) -> dict[str, UUID]:
    """The invented people at work of the demo, by the part of their address before «@», each with an app of codes that
    the sandbox shows; safe to repeat."""
    made = {
        name: create_staff(
            email=f"{name}@{DEMO_DOMAIN}",
            roles=[role],
            surname=surname,
            given_name=given_name,
            patronymic=patronymic,
            born_on=date(1985, 6, 1),
            sex=sex,
            by=by,
            at=at,
        )
        for name, role, surname, given_name, patronymic, sex in _DEMO_STAFF
    }
    for name, user_id in made.items():
        use_demo_app(user_id=user_id, secret=_demo_secret(f"{name}@{DEMO_DOMAIN}"))
    return made


def _demo_secret(address: str) -> str:
    # The sandbox shows the codes of these: it works the secret out of the address in the same way.
    return base64.b32encode(hashlib.sha256(f"demo authenticator {address}".encode()).digest()[:20]).decode()
