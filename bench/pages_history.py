"""Care that clients have behind them: visits, adjudicated lines of registers, charges and their payments, written set
by set. Import this only after `Measurement.enter_django`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from bench.pages_people import PERCENT, PROGRAMME, Client
from doctorlike.care.models import Encounter, Register, RegisterLine
from doctorlike.care.rules import RULES_VERSION, Outcome
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import PriceSpan
from doctorlike.copay.models import Charge, ChargeTry, Enrolment
from doctorlike.copay.rules import ChargeState, charge_day, share
from doctorlike.coverage.models import LimitUse
from doctorlike.coverage.rules import ReasonCode
from doctorlike.kit import clock
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments.models import Attempt, Payment
from doctorlike.payments.rules import AttemptState, PaymentState
from doctorlike.products import queries as products
from doctorlike.products.rules import Terms, benefit_for

VISITS_EACH = 11
LINES_EACH = 4
DAYS_BETWEEN = 24

Prices = dict[UUID, list[tuple[str, PriceSpan]]]


@transaction.atomic
def years_of_care(some: Sequence[Client], *, at: datetime) -> None:
    """`VISITS_EACH` past visits with `LINES_EACH` services for each client, the newest four days ago, every visit in
    the register of its turn; charges of visits whose day has come are paid."""
    terms = products.terms_on_sale(clock.insurer_date(at)).terms
    prices = _prices({clinic_id for one in some for clinic_id in one.clinic_ids})
    registers = _registers(at)
    encounters = _encounters(some, clock.insurer_date(at))
    lines = list(_lines(encounters, registers, prices, terms, at=at))
    RegisterLine.objects.bulk_create(lines, batch_size=2000)
    _use_limits(lines, terms, at=at)
    charges = _charges(encounters, lines, terms, at=at)
    _pay([one for one in charges if one.state == ChargeState.PAID])


def _prices(clinic_ids: set[UUID]) -> Prices:
    prices: Prices = {clinic_id: [] for clinic_id in clinic_ids}
    for (clinic_id, code), spans in sorted(clinics.price_spans(clinic_ids).items(), key=lambda one: one[0]):
        prices[clinic_id].append((code, spans[0]))
    return {clinic_id: some for clinic_id, some in prices.items() if len(some) >= LINES_EACH}


def _registers(at: datetime) -> list[Register]:
    """One for each turn of visits, the newest visits in the last."""
    return Register.objects.bulk_create(
        [
            Register(
                file_name=f"register-{turn}.csv",
                sha256=hashlib.sha256(f"bench {turn}".encode()).hexdigest(),
                storage_key=f"registers/bench-{turn}",
                received_at=at - timedelta(days=2 + DAYS_BETWEEN * (VISITS_EACH - 1 - turn)),
                received_by="system:bench",
                adjudicated_at=at,
            )
            for turn in range(VISITS_EACH)
        ]
    )


def _encounters(some: Sequence[Client], today: date) -> list[list[Encounter]]:
    """By turn, the oldest first."""
    turns = [
        [
            Encounter(
                policy_id=one.policy_id,
                clinic_id=one.clinic_ids[(turn + number) % len(one.clinic_ids)],
                visit_on=today - timedelta(days=4 + DAYS_BETWEEN * (VISITS_EACH - 1 - turn)),
            )
            for number, one in enumerate(some)
        ]
        for turn in range(VISITS_EACH)
    ]
    Encounter.objects.bulk_create([one for turn in turns for one in turn], batch_size=2000)
    return turns


def _lines(
    encounters: Sequence[Sequence[Encounter]],
    registers: Sequence[Register],
    prices: Prices,
    terms: Terms,
    *,
    at: datetime,
) -> Iterator[RegisterLine]:
    lists = list(prices.values())
    for register, visits in zip(registers, encounters, strict=True):
        for number, visit in enumerate(visits):
            listed = prices.get(visit.clinic_id) or lists[number % len(lists)]
            for place in range(LINES_EACH):
                code, span = listed[(number + place) % len(listed)]
                covered = benefit_for(terms, PROGRAMME, code) is not None
                client, insurer = share(span.price, PERCENT) if covered else (Money.zero(), Money.zero())
                yield RegisterLine(
                    id=new_id(),
                    register=register,
                    row=2 + number * LINES_EACH + place,
                    encounter=visit,
                    service_code=code,
                    service_name=span.service_name,
                    price=span.price,
                    total=span.price,
                    outcome=Outcome.ACCEPTED if covered else Outcome.NOT_COVERED,
                    reasons=[] if covered else [ReasonCode.SERVICE_NOT_COVERED],
                    share=client,
                    insurer_part=insurer,
                    rules_version=RULES_VERSION,
                    adjudicated_at=at,
                )


def _use_limits(lines: Sequence[RegisterLine], terms: Terms, *, at: datetime) -> None:
    LimitUse.objects.bulk_create(
        [
            LimitUse(
                policy_id=line.encounter.policy_id,
                benefit_code=benefit.code,
                line_id=line.pk,
                amount=line.total,
                used_on=line.encounter.visit_on,
                noted_at=at,
                noted_by="system:bench",
            )
            for line in lines
            if line.outcome == Outcome.ACCEPTED
            and (benefit := benefit_for(terms, PROGRAMME, line.service_code)) is not None
        ],
        batch_size=2000,
    )


def _charges(
    encounters: Sequence[Sequence[Encounter]], lines: Sequence[RegisterLine], terms: Terms, *, at: datetime
) -> list[Charge]:
    shares: dict[UUID, list[RegisterLine]] = {}
    for line in lines:
        shares.setdefault(line.encounter_id, []).append(line)
    payers = dict(Enrolment.objects.values_list("policy", "user"))
    charges = []
    for visit in (one for turn in encounters for one in turn):
        amount = Money.total(line.share for line in shares[visit.pk])
        if not amount:
            continue
        told_at = _noon(visit.visit_on + timedelta(days=3))
        due_on = charge_day(visit.visit_on, clock.insurer_date(told_at), terms)
        paid = due_on < clock.insurer_date(at)
        charges.append(
            Charge(
                policy_id=visit.policy_id,
                encounter_id=visit.pk,
                batch_id=shares[visit.pk][0].register_id,
                payer_id=payers[visit.policy_id],
                visit_on=visit.visit_on,
                amount=amount,
                state=ChargeState.PAID if paid else ChargeState.SCHEDULED,
                created_at=_noon(visit.visit_on + timedelta(days=2)),
                told_at=told_at,
                charge_on=due_on,
                first_tried_on=due_on if paid else None,
                next_try_on=None if paid else due_on,
                paid_at=_noon(due_on) if paid else None,
                payment_id=new_id() if paid else None,
            )
        )
    return Charge.objects.bulk_create(charges, batch_size=2000)


def _pay(charges: Sequence[Charge]) -> None:
    cards = dict(Enrolment.objects.values_list("policy", "card"))
    payments = [
        Payment(
            id=charge.payment_id,
            purpose="charge",
            subject_id=charge.pk,
            amount=charge.amount,
            description="Доля по франшизной программе",
            receipt={"email": "client@bench.example", "item": "Доля по франшизной программе"},
            shop_id="100001",
            card_id=cards[charge.policy_id],
            state=PaymentState.SUCCEEDED,
            receipt_registration="succeeded",
            created_at=charge.paid_at,
            settled_at=charge.paid_at,
        )
        for charge in charges
    ]
    Payment.objects.bulk_create(payments, batch_size=2000)
    Attempt.objects.bulk_create(
        [
            Attempt(
                payment=payment,
                body={"amount": str(payment.amount)},
                state=AttemptState.SUCCEEDED,
                acquirer_id=f"bench-{payment.pk}",
                created_at=payment.created_at,
                sent_at=payment.created_at,
                settled_at=payment.created_at,
            )
            for payment in payments
        ],
        batch_size=2000,
    )
    ChargeTry.objects.bulk_create(
        [
            ChargeTry(
                charge=charge,
                payment_id=charge.payment_id,
                card_id=cards[charge.policy_id],
                came_from=ChargeState.SCHEDULED,
                tried_on=charge.first_tried_on,
                tried_at=charge.paid_at,
                succeeded=True,
                settled_at=charge.paid_at,
            )
            for charge in charges
        ],
        batch_size=2000,
    )


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), clock.insurer_zone())
