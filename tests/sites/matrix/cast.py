"""Everybody who knocks, and the world they knock at."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.appointments.models import Doctor, Hold
from doctorlike.care.models import Register
from doctorlike.clinics import commands as clinics
from doctorlike.clinics.models import Clinic
from doctorlike.clinics.rules import ListKind
from doctorlike.copay import commands as copay
from doctorlike.copay import paylinks
from doctorlike.copay.models import Charge
from doctorlike.coverage import commands as coverage
from doctorlike.coverage.commands import OpenCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments.models import Card
from doctorlike.payments.rules import RefundReason
from doctorlike.policies.models import PolicyLink
from doctorlike.products import commands as products
from doctorlike.rights import commands as rights
from doctorlike.sites.middleware import SEEN
from doctorlike.telemed import commands as telemed
from tests.appointments import builders as calendar
from tests.copay.stage import moment
from tests.jobs import run_jobs
from tests.policies.builders import Someone
from tests.sites.matrix import rows
from tests.sites.matrix.account import account_things, order_begun
from tests.sites.matrix.asking import Browser
from tests.sites.matrix.belongings import (
    BOOKED_ON,
    BY,
    NOW,
    PAID_VISIT_ON,
    SOLD_AT,
    Owner,
    Things,
    in_the_programme,
    issued,
    signed_up,
    under_the_policy,
)
from tests.sites.matrix.family import NIKOLAY, children, childs_policy, invited

BACKEND = "doctorlike.accounts.recognition.AccountBackend"
ANNA = Owner(
    Someone("Выдрина", "Аглая", date(1987, 7, 19), "female", "+79276410935", "aglaya.vydrina@mail.example"),
    "Выхухоль", 1713, 0,
)  # fmt: skip
BORIS = Owner(
    Someone("Барсуков", "Борис", date(1975, 11, 2), "male", "+79276410777", "boris.barsukov@mail.example"),
    "Каракурт", 1927, 2,
)  # fmt: skip
# Fifteen since April: the policy was linked to the parent's account before.
TEENAGER = Owner(
    Someone("Зайцев", "Тимур", date(2011, 4, 9), "male", "+79276410555", "timur.zaytsev@mail.example"),
    "Трясогузка", 1531, 4,
)  # fmt: skip
VERA = Owner(
    Someone("Лисицына", "Вера", date(1981, 2, 3), "female", "+79276410333", "vera.lisitsyna@mail.example"),
    "Росомаха", 1657, 6,
)  # fmt: skip
PARENT = Someone("Зайцев", "Марат", date(1979, 9, 1), "male", "+79276410444", "marat.zaytsev@mail.example")
PAYER = Someone("Медведев", "Павел", date(1955, 5, 5), "male", "+79276410222", "pavel.medvedev@mail.example")
CLOSED = Someone("Ежова", "Клара", date(1990, 1, 1), "female", "+79276410111", "klara.ezhova@mail.example")
ROLES = tuple(Role)


@dataclass
class World:
    """`anna` is whose objects everybody asks for; the others' are for what only some may see of them."""

    anna: Things
    boris: Things
    teenager: Things
    vera: Things
    users: dict[str, User]
    annas_rows: rows.Rows = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def browser(self, actor: str) -> Browser:
        """Signed in as after a code that was just entered; a stranger's is empty."""
        browser = Browser()
        if actor in self.keys:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.keys[actor]
        return browser


def colleague(name: str, *roles: Role) -> User:
    user_id = accounts.create_staff(
        email=f"{name}@work.example",
        roles=roles,
        surname="Сотрудникова",
        given_name="Софья",
        born_on=date(1985, 6, 1),
        sex="female",
        by=BY,
        at=SOLD_AT,
    )
    return User.objects.get(pk=user_id)


def telemed_doctor(name: str) -> User:
    user = colleague(name, Role.DOCTOR)
    telemed.enrol_doctor(
        user_id=user.pk, full_name="Врачова Вера", speciality="Терапевт", credentials="", by=BY, at=SOLD_AT
    )
    return user


def people_at_work(clinic: Clinic, elsewhere: Clinic) -> dict[str, User]:
    """One of each role; the registrar and the doctor also at another clinic and with another patient."""
    users = {role.value: colleague(role.value, role) for role in ROLES if role is not Role.DOCTOR}
    users |= {name: colleague(name, Role.REGISTRAR) for name in ("registrar_elsewhere", "registrar_of_no_clinic")}
    users |= {name: telemed_doctor(name) for name in ("doctor", "doctor_elsewhere")}
    for name, at_clinic in (("registrar", clinic), ("registrar_elsewhere", elsewhere)):
        clinics.assign_staff(user_id=users[name].pk, clinic_id=at_clinic.pk, by=BY, at=SOLD_AT)
    return users


def sessions_of(users: dict[str, User]) -> dict[str, str]:
    """A session for each, as after a code just entered: sensitive pages then show whether they look at whose it is."""
    keys = {}
    for name, user in users.items():
        browser = Client()
        browser.force_login(user, backend=BACKEND)
        session = browser.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session[SEEN] = str(clock.real_now().date())
        session.save()
        keys[name] = session.session_key or ""
        UserSession.objects.create(user=user, session_key=keys[name], ip="127.0.0.1")
    return keys


def card_on(things: Things, session_key: str) -> OpenCard:
    """The digital card of their policy in that browser."""
    user, device = things.user, UserSession.objects.get(session_key=session_key)
    cards = coverage.open_cards(user_id=user.pk, sign_in_id=device.pk, by=Actor.user(user.pk), at=NOW)
    return next(one for one in cards if one.policy.id == things.policy_id)


def built(outside: Any) -> World:
    """Everything, once."""
    clinic = calendar.clinic("Клиника на Ленина")
    elsewhere = calendar.clinic("Клиника на Мира")
    for one in (clinic, elsewhere):
        coverage.set_letter_wish(clinic_id=one.pk, email="letters@clinic.example", by=BY, at=SOLD_AT)
    therapist = calendar.doctor(clinic)
    other_therapist = calendar.doctor(elsewhere, "Юдин Роман Ильич")
    calendar.publish(until=date(2026, 5, 20), at=NOW)
    staff = people_at_work(clinic, elsewhere)
    draft_id = draft_version()
    boris = insured(outside, BORIS, elsewhere, other_therapist, staff["doctor_elsewhere"].pk)
    account_things(boris)
    teenager, parent, own_account = teenager_of_a_parent(outside, elsewhere, other_therapist)
    vera, payer = insured_by_another(outside, elsewhere, other_therapist)
    closed = signed_up(CLOSED)
    rights.ask_closing(user_id=closed.pk, by=Actor.user(closed.pk), at=NOW)
    closed.refresh_from_db()
    nikolay = childs_policy(NIKOLAY, boris)
    before = rows.every()
    anna = insured(outside, ANNA, clinic, therapist, staff["doctor"].pk)
    money(anna, staff["operator"])
    account_things(anna)
    kept = {"hold_id": held_for(anna, staff["operator"])}
    anna.by_view |= {"desk:book_confirm": kept, "desk:book_release": kept}
    children(anna, nikolay)
    anna.by_view["coming_of_age"]["secret"] = own_account
    old = issued(ANNA, starts_on=date(2025, 5, 20), at=SOLD_AT)
    anna.by_view |= {
        "policy:renew": {"policy_id": old},
        "shop": {"token": order_begun(ANNA), "number": 1},
        # The list's first row stands under its heading.
        "desk:network_row": {"number": 2},
        "paylink": {"token": paylinks.token(anna.ids["charge_id"], on=NOW.date())},
    }
    anna.by_view["gift"] = {"token": anna.by_view["shop"]["token"]}
    run_jobs()
    anna.ids |= common(anna, clinic, draft_id)
    users = {"owner": anna.user, "another_client": boris.user, "teenager": teenager.user, "vera": vera.user}
    users |= {"parent": parent, "payer": payer, "closed": closed, **staff}
    anna.ids["slot"] = calendar.slots(therapist, BOOKED_ON)[-1].pk
    world = World(anna, boris, teenager, vera, users)
    world.keys = sessions_of(users)
    for things, name in ((anna, "owner"), (boris, "another_client")):
        things.card = card_on(things, world.keys[name])
    world.annas_rows = rows.since(before)
    return world


def insured(outside: Any, owner: Owner, clinic: Clinic, therapist: Doctor, doctor_id: UUID) -> Things:
    """Insured by themselves."""
    things = Things(owner, signed_up(owner.who), issued(owner))
    in_the_programme(outside, things.policy_id, things.user, clinic.region_id)
    things.ids["card"] = things.ids["card_id"] = Card.objects.get(owner=things.user).pk
    return under_the_policy(things, clinic, therapist, doctor_id)


def teenager_of_a_parent(outside: Any, clinic: Clinic, therapist: Doctor) -> tuple[Things, User, str]:
    """The parent concluded the contract and pays; since the birthday only the teenager sees what is done under it."""
    parent = signed_up(PARENT)
    policy_id = issued(TEENAGER, payer=PARENT)
    secret = invited(policy_id, TEENAGER, parent)
    things = Things(TEENAGER, signed_up(TEENAGER.who), policy_id)
    in_the_programme(outside, policy_id, parent, clinic.region_id)
    things.ids["card"] = Card.objects.get(owner=parent).pk
    mine = {"role": "self", "linked_at": NOW, "linked_by": str(BY)}
    PolicyLink.objects.get_or_create(policy_id=policy_id, user=things.user, defaults=mine)
    return under_the_policy(things, clinic, therapist, telemed_doctor("doctor_of_teenager").pk), parent, secret


def insured_by_another(outside: Any, clinic: Clinic, therapist: Doctor) -> tuple[Things, User]:
    """An adult whose contract another adult concluded and paid for."""
    payer = signed_up(PAYER)
    policy_id = issued(VERA, payer=PAYER)
    things = Things(VERA, signed_up(VERA.who), policy_id)
    PolicyLink.objects.create(policy_id=policy_id, user=things.user, role="self", linked_at=NOW, linked_by=str(BY))
    in_the_programme(outside, policy_id, things.user, clinic.region_id)
    things.ids["card"] = Card.objects.get(owner=things.user).pk
    return under_the_policy(things, clinic, therapist, telemed_doctor("doctor_of_vera").pk), payer


def money(things: Things, operator: User) -> None:
    """The first share has left the card, and part of it is asked back."""
    on = date(2026, 5, 4)
    copay.run_due_charges(on=on, by=BY, at=moment(on))
    paid = Charge.objects.get(policy_id=things.policy_id, visit_on=PAID_VISIT_ON)
    assert paid.state == "paid", paid.state
    things.ids["payment_id"] = paid.payment_id
    things.ids["refund_id"] = payments.request_refund(
        payment_id=paid.payment_id,
        amount=Money.of("100.00"),
        why=RefundReason.CHARGED_IN_ERROR,
        by=Actor.staff(operator.pk),
        at=NOW,
    )


def held_for(things: Things, operator: User) -> UUID:
    """A time that the operator kept for them and let go."""
    by = Actor.staff(operator.pk)
    own = Hold.objects.get(pk=things.ids["hold_id"])
    hold = Hold.objects.create(
        slot=own.slot, policy_id=things.policy_id, held_at=SOLD_AT, held_by=str(by), until_at=SOLD_AT,
        ended_at=SOLD_AT, ended_by=str(by),
    )  # fmt: skip
    return hold.pk


def draft_version() -> UUID:
    products.seed_demo_product(by=BY, at=SOLD_AT)
    return products.start_draft(product_code="doctor-like", by=BY, at=NOW)


def list_read() -> UUID:
    """A list of clinics that waits to be applied; the clinic in it is nobody's."""
    content = 'address,clinic\n"Самарская обл, г Самара, ул Садовая, д.1",ООО «Лотос»\n'.encode()
    received = clinics.receive_list(kind=ListKind.CLINICS, content=content, file_name="сеть.csv", by=BY, at=NOW)
    clinics.name_columns(
        run_id=received.run_id, columns={"address": "address", "clinic": "clinic"}, source="Сеть", by=BY, at=NOW
    )
    clinics.read_list(run_id=received.run_id, by=BY, at=NOW)
    return received.run_id


def common(things: Things, clinic: Clinic, draft_id: UUID) -> dict[str, Any]:
    """What is nobody's own."""
    return {
        "clinic_id": clinic.pk,
        "specialty": "therapist",
        "kind": "phone",
        "whom": "insured",
        "number": 1,
        "run_id": list_read(),
        "register_id": Register.objects.get(lines__encounter=things.ids["encounter_id"]).pk,
        "version_id": draft_id,
        "product_code": "doctor-like",
        "programme": "polyclinic",
        "part": "contract",
        "app_label": "regions",
        "url": "nowhere",
        "object_id": clinic.region_id,
    }
