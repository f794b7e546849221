"""A day on which many charges are due, for the measurement and for the proof in the tests: people, policies, cards
bound at the sandbox, and what the day must have come to. Import this only when Django is set up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from uuid import UUID

import httpx
from django.db.models import Sum

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import User
from doctorlike.copay.models import Charge, Enrolment, EnrolmentSpan
from doctorlike.copay.rules import ChargeState, EnrolmentState
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments.ledger import CHARGE_LEGS, Account, Event
from doctorlike.payments.models import Card, LedgerEntry, Payment
from doctorlike.payments.rules import PaymentState
from doctorlike.policies import commands as policies
from doctorlike.policies.models import Policy
from doctorlike.products import commands as products

SHOP = "100001"
PERCENT = 30
_BY = Actor.system("bench")
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class People:
    """Who pays: accounts, each with a card, and a policy to make others after."""

    users: list[User]
    cards: list[Card]
    policy_id: UUID


def people(count: int, *, methods: list[str], at: datetime) -> People:
    """Accounts with a phone and an e-mail address, each with one card of its own at the acquirer (`methods`)."""
    users = User.objects.bulk_create(
        User(
            phone=f"+7900{number:07d}",
            phone_verified_at=at,
            email=f"payer{number}@people.example",
            email_verified_at=at,
        )
        for number in range(count)
    )
    cards = Card.objects.bulk_create(
        Card(
            owner=user,
            shop_id=SHOP,
            token=token,
            brand="MasterCard",
            last_four="4444",
            expires_year=at.year + 9,
            expires_month=9,
            bound_at=at,
        )
        for user, token in zip(users, methods, strict=True)
    )
    person_id = accounts.create_person(
        surname="Платова", given_name="Вера", born_on=date(1980, 2, 3), sex="female", by=_BY, at=at
    )
    policy_id = policies.issue_policy(
        version_id=products.seed_demo_product(by=_BY, at=at),
        policyholder_id=person_id,
        insured_id=person_id,
        programme="polyclinic",
        scope="regions",
        copay_percent=PERCENT,
        starts_on=at.date() - timedelta(days=120),
        premium=Money.of("9500.00"),
        contact_phone="+79000000000",
        contact_email="payer0@people.example",
        order_id=None,
        by=_BY,
        at=at,
    )
    return People(users, cards, policy_id)


def charges_due(payers: People, count: int, *, on: date, at: datetime) -> list[UUID]:
    """So many charges due on that day, each of a policy of its own; their ids."""
    like = Policy.objects.get(pk=payers.policy_id)
    owned = cycle(zip(payers.users, payers.cards, strict=True))
    made = []
    for first in range(0, count, _ROWS_AT_ONCE):
        made += _some_due(like, owned, min(_ROWS_AT_ONCE, count - first), on=on, at=at)
    return made


def _some_due(like: Policy, owned: cycle[tuple[User, Card]], count: int, *, on: date, at: datetime) -> list[UUID]:
    terms = {
        field.attname: getattr(like, field.attname)
        for field in Policy._meta.concrete_fields
        if field.name not in ("id", "number")
    }
    insured = [Policy(**terms, id=(one := new_id()), number=f"BENCH-{one.hex[-20:]}") for _ in range(count)]
    whose = [next(owned) for _ in insured]
    enrolments = [
        Enrolment(
            policy=policy,
            user=user,
            card=card,
            consent_id=new_id(),
            needs_card=True,
            state=EnrolmentState.ACTIVE,
            created_at=at,
            activated_at=at,
            changed_at=at,
        )
        for policy, (user, card) in zip(insured, whose, strict=True)
    ]
    charges = [
        Charge(
            policy=policy,
            encounter_id=new_id(),
            batch_id=new_id(),
            payer=user,
            visit_on=on - timedelta(days=31),
            amount=Money(Decimal(100_00 + number * 7) / 100),
            state=ChargeState.SCHEDULED,
            created_at=at,
            told_at=at,
            charge_on=on,
            next_try_on=on,
        )
        for number, (policy, (user, _card)) in enumerate(zip(insured, whose, strict=True))
    ]
    Policy.objects.bulk_create(insured)
    Enrolment.objects.bulk_create(enrolments)
    EnrolmentSpan.objects.bulk_create([EnrolmentSpan(enrolment=one, starts_at=at) for one in enrolments])
    Charge.objects.bulk_create(charges)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            event=Event.CHARGE,
            source_id=charge.pk,
            debit=CHARGE_LEGS.debit,
            credit=CHARGE_LEGS.credit,
            amount=charge.amount,
            subject_id=charge.pk,
            policy_id=charge.policy_id,
            posted_at=at,
        )
        for charge in charges
    )
    return [charge.pk for charge in charges]


def bound_methods(sandbox: httpx.Client, secret: str, count: int) -> list[str]:
    """So many cards bound at the sandbox the way people do it; their tokens."""
    tokens = []
    for _ in range(count):
        body = {"type": "bank_card", "confirmation": {"type": "redirect", "return_url": "http://localhost/back"}}
        asked = sandbox.post(
            "/yookassa/v3/payment_methods", json=body, auth=(SHOP, secret), headers={"Idempotence-Key": new_id().hex}
        )
        asked.raise_for_status()
        token = asked.json()["id"]
        typed = {"step": "card", "number": "5555555555554444", "expiry": "09/39", "cvc": "123"}
        sandbox.post(f"/checkout/{token}/", data=typed)
        tokens.append(token)
    return tokens


@dataclass(frozen=True)
class Verdict:
    """What is wrong after a day; nothing is, when all are 0."""

    double: int
    missing: int
    kopecks_apart: int


def verdict(charge_ids: list[UUID], sandbox: httpx.Client) -> Verdict:
    """Compares what we believe (the charge, its payments), what the ledger says and what the acquirer really debited;
    of each charge the largest of these sums less the smallest is apart. A charge is missing unless it is paid by one
    debit, or has no debit and waits for another card, the try before having been refused."""
    told = sandbox.get("/control/debits.json", params={"key": "subject_id"}, timeout=60).json()["values"]
    really = {key: (row["debits"], row["kopecks"]) for key, row in told.items()}
    charges = Charge.objects.in_bulk(charge_ids)
    paid = Payment.objects.filter(purpose="charge", subject_id__in=charge_ids, state=PaymentState.SUCCEEDED)
    ours = {row["subject_id"]: row["paid"] for row in paid.values("subject_id").annotate(paid=Sum("amount"))}
    entries = LedgerEntry.objects.filter(event=Event.PAYMENT, subject_id__in=charge_ids, debit=Account.ACQUIRER)
    booked = {row["subject_id"]: row["booked"] for row in entries.values("subject_id").annotate(booked=Sum("amount"))}
    double = missing = apart = 0
    for charge_id in charge_ids:
        debits, debited = really.get(str(charge_id), (0, 0))
        double += debits > 1
        sound = (ChargeState.PAID, 1), (ChargeState.AWAITING_CARD, 0)
        charge = charges[charge_id]
        missing += (charge.state, min(debits, 1)) not in sound
        believed = charge.to_pay if charge.state == ChargeState.PAID else Money.zero()
        told_here = (believed, ours.get(charge_id, Money.zero()), booked.get(charge_id, Money.zero()))
        sums = (*(one.kopecks for one in told_here), debited)
        apart += max(sums) - min(sums)
    return Verdict(double, missing, apart)
