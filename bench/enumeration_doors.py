"""Doors at which a stranger might learn who or what exists, and people to ask about at each: some that exist and some
that do not, otherwise alike to the length of their names. Import this only after `enter_django("portal")`."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import cache
from django.db import transaction

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import OneTimeCode, Person, RecoveryTry, User
from doctorlike.accounts.rules.codes import SIGN_IN
from doctorlike.accounts.rules.recovery import MAILBOX, NEW_PHONE
from doctorlike.accounts.rules.roles import Role
from doctorlike.documents.models import PublicCode
from doctorlike.documents.rules import new_code
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policies
from doctorlike.policies import queries as issued
from doctorlike.policies.models import LinkTry
from doctorlike.products import queries as products
from doctorlike.shop.commands import start_order
from doctorlike.shop.rules import Choice

CSRF = "c" * 32
_BY = Actor.system("bench")
_AGO = timedelta(minutes=2)


@dataclass(frozen=True)
class Try:
    """One request about somebody. `told` is what of them a page may repeat; without `form` the page is only opened."""

    path: str
    told: str = ""
    form: Mapping[str, str] | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """Who is asked about by the try of this number."""

    number: int
    exists: bool
    phone: str
    email: str
    staff_email: str
    user_id: UUID
    own_number: str
    other_number: str
    born_on: date


@dataclass(frozen=True)
class Door:
    """`prepare` brings a browser as far as the door; only the request that follows is compared."""

    name: str
    site: str
    status: int
    prepare: Callable[[Subject], Try]


def cast(count: int, *, at: datetime) -> list[tuple[Subject, Subject]]:
    """So many pairs: somebody who exists, and somebody who does not. Everybody is an account's holder, so that those
    who ask while signed in are alike; of the missing no phone, address or policy is told anywhere."""
    with transaction.atomic():
        users = _users(2 * count)
        User.objects.bulk_create(
            User(email=f"staff{number:07}@bench.example", email_verified_at=at, roles=[Role.OPERATOR])
            for number in range(count)
        )
        version_id = products.terms_on_sale(clock.insurer_date(at)).version_id
        numbers = [
            [_insure(user, phone, version_id, at) for phone in (user.phone or "", f"+7902{place:07}")]
            for place, user in enumerate(users[:count])
        ]
    made_up = _numbers_of_nobody(numbers[0][0])
    return [
        (
            _subject(number, users[number], numbers[number]),
            _missing(number, users[count + number], made_up),
        )
        for number in range(count)
    ]


def _subject(number: int, user: User, numbers: list[str]) -> Subject:
    return Subject(
        number=number,
        exists=True,
        phone=user.phone or "",
        email=user.email or "",
        staff_email=f"staff{number:07}@bench.example",
        user_id=user.pk,
        own_number=numbers[0],
        other_number=numbers[1],
        born_on=_born_on(number),
    )


def _missing(number: int, asking: User, made_up: str) -> Subject:
    return Subject(
        number=number,
        exists=False,
        phone=f"+7901{number:07}",
        email=f"nobody{number:07}@bench.example",
        staff_email=f"nobod{number:07}@bench.example",
        user_id=asking.pk,
        own_number=made_up,
        other_number=made_up,
        born_on=_born_on(number),
    )


def _numbers_of_nobody(known: str) -> str:
    return re.sub(r"\d+$", lambda digits: "9" * len(digits[0]), known)


def _born_on(number: int) -> date:
    return date(1960 + number % 40, 1 + number % 12, 1 + number % 28)


def _users(count: int) -> list[User]:
    now = clock.real_now()
    people = [
        Person(
            surname="Проверкина", given_name="Вера", born_on=_born_on(number % (count // 2)), sex="female",
            created_at=now,
        )
        for number in range(count)
    ]  # fmt: skip
    users = [
        User(
            phone=f"+7900{number:07}",
            phone_verified_at=now,
            email=f"client{number:07}@bench.example",
            email_verified_at=now,
            person=person,
        )
        for number, person in enumerate(people)
    ]
    for user in users:
        user.set_unusable_password()
    Person.objects.bulk_create(people)
    return User.objects.bulk_create(users)


def _insure(user: User, phone: str, version_id: UUID, at: datetime) -> str:
    """Under the account's own phone the policy is linked at once, under another it is not."""
    person_id = user.person_id or UUID(int=0)
    policy_id = policies.issue_policy(
        version_id=version_id,
        policyholder_id=person_id,
        insured_id=person_id,
        programme="polyclinic",
        scope="russia",
        copay_percent=30,
        starts_on=clock.insurer_date(at) + timedelta(days=1),
        premium=Money.of(21_000),
        contact_phone=phone,
        contact_email=f"{phone}@bench.example",
        order_id=None,
        by=_BY,
        at=at,
    )
    return issued.policy(policy_id).number


def forget() -> None:
    """What was sent and tried at the door before counts no more."""
    OneTimeCode.objects.all().delete()
    RecoveryTry.objects.all().delete()
    LinkTry.objects.all().delete()
    cache.clear()


def _cookies(site: str, session: Mapping[str, Any] | None = None) -> dict[str, str]:
    cookies = {f"{site}_csrf": CSRF}
    if session is not None:
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store.update(session)
        store.save()
        cookies[f"{site}_session"] = store.session_key
    return cookies


def _form(**told: str) -> dict[str, str]:
    return {"csrfmiddlewaretoken": CSRF, **told}


def _pending(kind: str, value: str, *, purpose: str, ago: timedelta = timedelta()) -> dict[str, str]:
    """A code sent there, as a browser's session remembers it."""
    told = {"kind": kind, "value": value, "subject": str(uuid4()), "next_url": ""}
    accounts.send_code(purpose=purpose, to=value, subject_id=told["subject"], at=clock.real_now() - ago)
    return told


def _sign_in(site: str, contact: Callable[[Subject], str]) -> Callable[[Subject], Try]:
    def prepare(one: Subject) -> Try:
        return Try("/signin/", contact(one), _form(contact=contact(one), next=""), _cookies(site))

    return prepare


def _code(site: str, kind: str, contact: Callable[[Subject], str]) -> Callable[[Subject], Try]:
    def prepare(one: Subject) -> Try:
        session = {"signing_in": _pending(kind, contact(one), purpose=SIGN_IN)}
        return Try("/signin/code/", contact(one), _form(code="000000"), _cookies(site, session))

    return prepare


def _again(one: Subject) -> Try:
    session = {"signing_in": _pending("phone", one.phone, purpose=SIGN_IN, ago=_AGO)}
    return Try("/signin/code/again/", one.phone, _form(), _cookies("portal", session))


def _again_too_soon(one: Subject) -> Try:
    session = {"signing_in": _pending("phone", one.phone, purpose=SIGN_IN)}
    return Try("/signin/code/again/", one.phone, _form(), _cookies("portal", session))


def _recovery(one: Subject) -> Try:
    return Try("/recovery/", one.email, _form(contact=one.email), _cookies("portal"))


def _recovery_code(one: Subject) -> Try:
    session = {"recovering_mailbox": _pending("email", one.email, purpose=MAILBOX)}
    return Try("/recovery/mail/", one.email, _form(code="000000"), _cookies("portal", session))


def _recovery_policy(one: Subject) -> Try:
    session = {"recovering": {"email": one.email, "proven_at": time.time(), "fits": None}}
    told = _form(number=one.own_number, born_on=one.born_on.strftime("%d.%m.%Y"))
    return Try("/recovery/policy/", one.own_number, told, _cookies("portal", session))


def _recovery_asked(one: Subject) -> Try:
    """The last step: the request begins, or is refused by mail."""
    phone = f"+7903{one.number:07}" if one.exists else f"+7904{one.number:07}"
    pending = _pending("phone", phone, purpose=NEW_PHONE)
    sent = Message.objects.filter(to=phone).latest("created_at").text
    (figures,) = re.findall(r"\b\d{6}\b", sent)
    session = {
        "recovering": {"email": one.email, "proven_at": time.time(), "fits": one.exists},
        "recovering_phone": pending,
    }
    return Try("/recovery/phone/code/", phone, _form(code=figures), _cookies("portal", session))


def _signed_in(one: Subject) -> dict[str, str]:
    user = User.objects.get(pk=one.user_id)
    return _cookies(
        "portal",
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "seen_on": str(clock.real_now().date()),
        },
    )


def _linking(one: Subject) -> Try:
    told = _form(number=one.other_number, born_on=one.born_on.strftime("%d.%m.%Y"))
    return Try("/cabinet/link/", one.other_number, told, _signed_in(one))


def _linking_code(one: Subject) -> Try:
    try_id = policies.link_by_number(
        user_id=one.user_id,
        number=one.other_number,
        born_on=one.born_on,
        by=_BY,
        at=clock.now(),
        real_at=clock.real_now(),
    )
    policies.send_link_code(try_id=try_id, by=_BY)
    return Try(f"/cabinet/link/{try_id}/", str(try_id), _form(code="000000"), _signed_in(one))


def _secret_link(path: str) -> Callable[[Subject], Try]:
    """A made-up secret; the one that «exists» was given, but for a link of another kind."""

    def prepare(one: Subject) -> Try:
        secret = secrets.token_urlsafe(24)
        if one.exists:
            start_order(token=secret, choice=Choice("polyclinic", "russia", 30), at=clock.now())
        return Try(path.format(secret), secret)

    return prepare


def _verify(one: Subject) -> Try:
    """A made-up code; the one that «exists» stands for something else than a policy."""
    code = new_code()
    if one.exists:
        PublicCode.objects.create(code=code, subject_type="order", subject_id=str(uuid4()), made_at=clock.now())
    return Try(f"/verify/{code}/", code)


DOORS: tuple[Door, ...] = (
    Door("signin_phone", "portal", 302, _sign_in("portal", lambda one: one.phone)),
    Door("signin_email", "portal", 302, _sign_in("portal", lambda one: one.email)),
    Door("signin_code", "portal", 200, _code("portal", "phone", lambda one: one.phone)),
    Door("signin_again", "portal", 200, _again),
    Door("signin_again_too_soon", "portal", 409, _again_too_soon),
    Door("staff_signin", "staff", 302, _sign_in("staff", lambda one: one.staff_email)),
    Door("staff_code", "staff", 200, _code("staff", "email", lambda one: one.staff_email)),
    Door("recovery", "portal", 302, _recovery),
    Door("recovery_code", "portal", 200, _recovery_code),
    Door("recovery_policy", "portal", 302, _recovery_policy),
    Door("recovery_asked", "portal", 302, _recovery_asked),
    Door("linking", "portal", 302, _linking),
    Door("linking_code", "portal", 200, _linking_code),
    Door("pay_link", "portal", 404, _secret_link("/pay/{}/")),
    Door("cancel_link", "portal", 404, _secret_link("/recovery/cancel/{}/")),
    Door("verify_code", "portal", 404, _verify),
)
