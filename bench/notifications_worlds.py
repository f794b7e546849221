"""Two equal worlds for the measurement of notifications: as many charges with the same fates, at us and at the
acquirer, and what each has come to. Import this only when Django is set up."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, OuterRef, Subquery

from bench.charges_day import SHOP, People, charges_due
from bench.notifications_fates import Fate
from doctorlike.audit.models import Entry
from doctorlike.copay.models import Charge, ChargeTry, Enrolment
from doctorlike.copay.rules import ChargeState
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments.ledger import Event, payment_legs
from doctorlike.payments.models import Attempt, LedgerEntry, Payment, Refund
from doctorlike.payments.rules import PaymentState
from sandbox.acquirer import ids
from sandbox.acquirer.objects import party_of
from sandbox.storage import Database

_ROWS_AT_ONCE = 2000
_RECEIPT = {"email": "payer@people.example", "phone": "", "item": "bench"}


@dataclass(frozen=True)
class Thing:
    """A charge with its payment, and its refund if it has one, here and at the acquirer."""

    fate: Fate
    amount: Money
    policy_id: UUID
    charge_id: UUID
    payment_id: UUID
    attempt_id: UUID
    acquirer_id: str
    refund_id: UUID | None
    acquirer_refund_id: str

    def object_of(self, event: str) -> str:
        """The acquirer's id of what an event is about."""
        return self.acquirer_refund_id if event.startswith("refund") else self.acquirer_id

    @property
    def kopecks(self) -> int:
        """What the acquirer debited."""
        return self.amount.kopecks + self.fate.apart_kopecks


def world(payers: People, chosen: Sequence[Fate], *, on: date, at: datetime, true_now: datetime) -> list[Thing]:
    """A thing for each fate, as we believe it to be before the acquirer's notifications come."""
    charge_ids = charges_due(payers, len(chosen), on=on, at=at)
    rows = Charge.objects.in_bulk(charge_ids)
    now_ms = int(true_now.timestamp() * 1000)
    things = []
    for charge_id, fate in zip(charge_ids, chosen, strict=True):
        things.append(
            Thing(
                fate=fate,
                amount=rows[charge_id].amount,
                policy_id=rows[charge_id].policy_id,
                charge_id=charge_id,
                payment_id=new_id(),
                attempt_id=new_id(),
                acquirer_id=ids.new_id("payment", now_ms),
                refund_id=new_id() if fate.refund else None,
                acquirer_refund_id=ids.new_id("refund", now_ms) if fate.refund else "",
            )
        )
    for some in _parts(things):
        with transaction.atomic():
            _believe(some, payers, on=on, at=at, true_now=true_now)
    return things


def _believe(things: Sequence[Thing], payers: People, *, on: date, at: datetime, true_now: datetime) -> None:
    cards = dict(Enrolment.objects.filter(policy__in=[one.policy_id for one in things]).values_list("policy", "card"))
    Payment.objects.bulk_create([_payment(one, cards[one.policy_id], at=at) for one in things])
    Attempt.objects.bulk_create([_attempt(one, true_now=true_now) for one in things])
    ChargeTry.objects.bulk_create([_try(one, cards[one.policy_id], on=on, at=at) for one in things])
    asker, decider = payers.users[:2]
    Refund.objects.bulk_create(
        [_refund(one, asker.pk, decider.pk, at=at, true_now=true_now) for one in things if one.refund_id]
    )
    LedgerEntry.objects.bulk_create(entry for one in things for entry in _entries(one, at=at))
    _charges(things, on=on, at=at)


def _payment(one: Thing, card_id: UUID, *, at: datetime) -> Payment:
    settled = one.fate.ours in ("succeeded", "declined")
    registration = ("succeeded" if one.fate.registered else "pending") if one.fate.ours == "succeeded" else ""
    return Payment(
        id=one.payment_id,
        purpose="charge",
        subject_id=one.charge_id,
        amount=one.amount,
        description="bench",
        receipt=_RECEIPT,
        shop_id=SHOP,
        card_id=card_id if one.fate.by_card else None,
        return_url="" if one.fate.by_card else "http://localhost/back",
        state=one.fate.ours,
        decline="soft" if one.fate.ours == "declined" else "",
        reason="never_arrived" if one.fate.ours == "declined" else "",
        receipt_registration=registration,
        created_at=at,
        settled_at=at if settled else None,
    )


def _attempt(one: Thing, *, true_now: datetime) -> Attempt:
    settled = one.fate.attempt in ("succeeded", "canceled")
    return Attempt(
        id=one.attempt_id,
        payment_id=one.payment_id,
        body={"amount": {"value": str(one.amount.amount), "currency": "RUB"}},
        state=one.fate.attempt,
        acquirer_id=None if one.fate.told_late else one.acquirer_id,
        created_at=true_now,
        first_sent_at=true_now,
        sent_at=true_now,
        asked_at=true_now,
        settled_at=true_now if settled else None,
    )


def _try(one: Thing, card_id: UUID, *, on: date, at: datetime) -> ChargeTry:
    ended = {"succeeded": True, "declined": False}.get(one.fate.ours)
    return ChargeTry(
        charge_id=one.charge_id,
        payment_id=one.payment_id,
        card_id=card_id if one.fate.by_card else None,
        came_from=ChargeState.SCHEDULED,
        tried_on=on,
        tried_at=at,
        succeeded=ended,
        decline="soft" if ended is False else "",
        reason="never_arrived" if ended is False else "",
        settled_at=at if ended is not None else None,
    )


def _entries(one: Thing, *, at: datetime) -> Iterator[LedgerEntry]:
    told = {"amount": one.amount, "subject_id": one.charge_id, "policy_id": one.policy_id, "posted_at": at}
    # The charge itself was posted when it was made.
    if one.fate.ours == "succeeded":
        paid = payment_legs("charge", PaymentState.SUCCEEDED)
        legs = {"debit": paid.debit, "credit": paid.credit}
        yield LedgerEntry(event=Event.PAYMENT, source_id=one.payment_id, payment_id=one.payment_id, **legs, **told)


def _charges(things: Sequence[Thing], *, on: date, at: datetime) -> None:
    """A few statements for all: each charge is where its try has brought it."""
    of_state: dict[str, list[UUID]] = defaultdict(list)
    for one in things:
        of_state[one.fate.ours].append(one.charge_id)
    paid, declined = of_state.pop("succeeded", []), of_state.pop("declined", [])
    tries = ChargeTry.objects.filter(charge=OuterRef("pk")).values("payment_id")[:1]
    Charge.objects.filter(pk__in=paid).update(
        state=ChargeState.PAID, first_tried_on=on, paid_at=at, next_try_on=None, payment_id=Subquery(tries)
    )
    Charge.objects.filter(pk__in=declined).update(
        state=ChargeState.RETRYING, first_tried_on=on, next_try_on=on + timedelta(days=1)
    )
    under_way = Charge.objects.filter(pk__in=[one for some in of_state.values() for one in some])
    under_way.update(state=ChargeState.CHARGING, first_tried_on=on)


def _refund(one: Thing, asker: UUID, decider: UUID, *, at: datetime, true_now: datetime) -> Refund:
    lost = one.fate.name.endswith("answer lost")
    return Refund(
        id=one.refund_id,
        payment_id=one.payment_id,
        amount=one.amount,
        why="charged_in_error",
        state="unknown" if lost else "pending",
        asked_by_id=asker,
        asked_at=at,
        decided_by_id=decider,
        decided_at=at,
        body={"payment_id": one.acquirer_id},
        acquirer_id=None if lost else one.acquirer_refund_id,
        first_sent_at=true_now,
        sent_at=true_now,
    )


def tell_acquirer(things: Sequence[Thing], folder: Path, *, true_now: datetime) -> None:
    """The acquirer's rows, nothing decided yet."""
    # Long enough ago for the cash desk to have registered the receipt.
    now_ms = int(true_now.timestamp() * 1000) - 5000
    with closing(Database(folder)) as database:
        for some in _parts(things):
            with database.transaction():
                for one in some:
                    _tell_one(database, one, now_ms)


def _tell_one(database: Database, one: Thing, now_ms: int) -> None:
    done = one.fate.ours == "succeeded"
    database.insert(
        "payments",
        id=one.acquirer_id,
        shop_id=SHOP,
        status="succeeded" if done else "pending",
        amount=one.kopecks,
        capture=True,
        save_method=False,
        recurring=one.fate.by_card,
        return_url="http://localhost/back",
        metadata=json.dumps({"attempt_id": str(one.attempt_id), "subject_id": str(one.charge_id)}),
        receipt="{}",
        captured_at=now_ms if done else None,
        created_at=now_ms,
    )
    if one.refund_id:
        database.insert(
            "refunds",
            id=one.acquirer_refund_id,
            shop_id=SHOP,
            payment_id=one.acquirer_id,
            status="pending",
            amount=one.kopecks,
            metadata=json.dumps({"refund_id": str(one.refund_id)}),
            receipt="{}",
            created_at=now_ms,
        )


def decide(things: Sequence[Thing], folder: Path, *, true_now: datetime) -> None:
    """At the acquirer every fate comes true."""
    now_ms = int(true_now.timestamp() * 1000) - 5000
    with closing(Database(folder)) as database:
        for some in _parts(things):
            with database.transaction():
                for one in some:
                    _decide_one(database, one, now_ms)


def _decide_one(database: Database, one: Thing, now_ms: int) -> None:
    fate = one.fate
    captured_at = now_ms if fate.status == "succeeded" else None
    database.write(
        "UPDATE payments SET status = ?, reason = ?, party = ?, captured_at = ? WHERE id = ?",
        (
            fate.status,
            fate.reason or None,
            party_of(fate.reason) if fate.reason else None,
            captured_at,
            one.acquirer_id,
        ),
    )
    if one.refund_id:
        database.write("UPDATE refunds SET status = ? WHERE id = ?", (fate.refund_status, one.acquirer_refund_id))


def _parts(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    """Some at a time: the sandbox writes to the same file and does not wait long."""
    for first in range(0, len(things), _ROWS_AT_ONCE):
        yield things[first : first + _ROWS_AT_ONCE]


Picture = dict[str, Any]


def pictures(things: Sequence[Thing]) -> list[Picture]:
    """What each thing has come to, without ids and instants, so that two worlds can be laid beside each other."""
    found = []
    for some in _parts(things):
        found += _some_pictures(some)
    return found


def _some_pictures(things: Sequence[Thing]) -> list[Picture]:
    charge_ids = [one.charge_id for one in things]
    payment_ids = [one.payment_id for one in things]
    refund_ids = [one.refund_id for one in things if one.refund_id]
    subjects = [str(one) for one in (*charge_ids, *payment_ids, *refund_ids)]
    rows: dict[str, dict[UUID, list[Any]]] = {
        "payment": _by(Payment, "pk", payment_ids, "state amount told_amount decline reason receipt_registration"),
        "payments": _by(Payment, "subject_id", charge_ids, "state"),
        "attempts": _by(Attempt, "payment_id", payment_ids, "state reason acquirer_id settled_at"),
        "refunds": _by(Refund, "payment_id", payment_ids, "state reason receipt_registration amount settled_at"),
        "charge": _by(Charge, "pk", charge_ids, "state first_tried_on next_try_on paid_at overdue_at payment_id"),
        "tries": _by(ChargeTry, "charge_id", charge_ids, "came_from succeeded decline reason settled_at"),
        "ledger": _by(LedgerEntry, "subject_id", charge_ids, "event debit credit amount"),
    }
    trail: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, action in Entry.objects.filter(subject_id__in=subjects).values_list("subject_id", "action"):
        trail[subject][action] += 1
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for subject, channel, topic in Message.objects.filter(subject_id__in=subjects).values_list(
        "subject_id", "channel", "topic"
    ):
        told[subject][f"{channel} {topic}"] += 1
    found = []
    for one in things:
        keys = {"payment": one.payment_id, "attempts": one.payment_id, "refunds": one.payment_id}
        picture: Picture = {name: sorted(by[keys.get(name, one.charge_id)], key=str) for name, by in rows.items()}
        mine = [str(key) for key in (one.charge_id, one.payment_id, one.refund_id) if key]
        picture["trail"] = [sorted(trail[key].items()) for key in mine]
        picture["told"] = [sorted(told[key].items()) for key in mine]
        found.append(picture)
    return found


def _by(model: type[Model], key: str, values: Sequence[Any], columns: str) -> dict[UUID, list[Any]]:
    """Rows by `key`. Of ids and instants only whether they are there is told."""
    names = columns.split()
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in model._default_manager.filter(**{f"{key}__in": values}).values_list(key, *names):
        kept = [
            value is not None if name.endswith(("_at", "_id")) else str(value)
            for name, value in zip(names, row[1:], strict=True)
        ]
        found[row[0]].append(kept)
    return found


def is_true(one: Thing, picture: Picture) -> bool:
    """Whether a thing has come to what the acquirer's own state says it is, and just the acquirer's money is booked:
    accepted for the share, or kept apart for a person."""
    fate = one.fate
    states = (picture["payment"][0][0], picture["charge"][0][0], [row[0] for row in picture["refunds"]])
    booked = [row[2:] for row in picture["ledger"] if row[0] == "payment"]
    serves = "suspense" if fate.payment in ("mismatch", "late") else "receivable"
    debited = [[serves, str(Money.of_kopecks(one.kopecks))]] if fate.status == "succeeded" else []
    returned = [row[3] for row in picture["ledger"] if row[0] == "refund"]
    given_back = [str(one.amount)] if fate.refund == "succeeded" else []
    expected = (fate.payment, fate.charge, [fate.refund] if fate.refund else [])
    return (states, booked, returned) == (expected, debited, given_back)
