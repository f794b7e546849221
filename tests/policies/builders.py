"""The cast's people, accounts and policies, made through the product's own commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.policies import commands as policies
from doctorlike.products import commands as products

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor.system("tests")


@dataclass(frozen=True)
class Someone:
    surname: str
    given_name: str
    born_on: date
    sex: str
    phone: str = ""
    email: str = ""


ANNA = Someone("Серова", "Анна", date(1988, 5, 14), "female", "+79270000012", "anna@mail.example")
MITYA = Someone("Серов", "Дмитрий", date(2015, 3, 20), "male")
BORIS = Someone("Борисов", "Борис", date(1975, 11, 2), "male", "+79270000077", "boris@mail.example")


def person(who: Someone) -> UUID:
    return accounts.create_person(
        surname=who.surname, given_name=who.given_name, born_on=who.born_on, sex=who.sex, by=BY, at=AT
    )


def account(who: Someone, *, phone: str | None = None, email: str | None = None, profile: bool = True) -> User:
    """An account with a verified phone (the person's own unless told otherwise) and a filled profile."""
    user = User.objects.create_user(
        phone=phone or who.phone,
        phone_verified_at=AT,
        email=email,
        email_verified_at=AT if email else None,
    )
    if profile:
        save_profile(user, who)
    return user


def save_profile(user: User, who: Someone, at: datetime = AT) -> None:
    accounts.save_profile(
        user_id=user.pk,
        surname=who.surname,
        given_name=who.given_name,
        born_on=who.born_on,
        sex=who.sex,
        by=Actor.user(user.pk),
        at=at,
    )


def policy(
    insured: Someone,
    policyholder: Someone | None = None,
    *,
    percent: int = 30,
    starts_on: date = date(2026, 3, 10),
    phone: str | None = None,
    email: str | None = None,
    order_id: UUID | None = None,
    at: datetime = AT,
) -> UUID:
    payer = policyholder or insured
    payer_id = person(payer)
    return policies.issue_policy(
        version_id=products.seed_demo_product(by=BY, at=AT),
        policyholder_id=payer_id,
        insured_id=payer_id if payer == insured else person(insured),
        programme="polyclinic",
        scope="regions",
        copay_percent=percent,
        starts_on=starts_on,
        premium=Money.of("9500.00"),
        contact_phone=phone or payer.phone,
        contact_email=email or payer.email,
        order_id=order_id,
        by=BY,
        at=at,
    )
