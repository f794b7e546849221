"""Concluding contracts."""

from __future__ import annotations

from datetime import date, datetime
from itertools import takewhile
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, PositiveSmallIntegerField, UUIDField

from doctorlike.audit import commands as audit
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.dates import Period
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert, update
from doctorlike.payments import commands as payments
from doctorlike.policies.facts import PolicyIssued
from doctorlike.policies.models import NumberSeries, Policy, TakenNumber
from doctorlike.policies.rules import policy_number
from doctorlike.products import queries as products
from doctorlike.products.rules import Terms

ALREADY_IN_USE = "already in use"
_AT_ONCE = 1000


_of_order = Read(
    lambda: Policy.objects.filter(
        order_id=Told("order_id", UUIDField()), insured=Told("insured_id", UUIDField())
    ).values_list("pk", flat=True),
    prepared=True,
)
_series = Read(
    lambda: NumberSeries.objects.select_for_update().filter(
        prefix=Told("prefix", CharField()), copay_percent=Told("copay_percent", PositiveSmallIntegerField())
    ),
    prepared=True,
)
_bearing = Read(lambda: Policy.objects.filter(number=Told("number", CharField())).values_list("pk"), prepared=True)


@transaction.atomic(savepoint=False)
def issue_policy(
    *,
    version_id: UUID,
    policyholder_id: UUID,
    insured_id: UUID,
    programme: str,
    scope: str,
    copay_percent: int,
    starts_on: date,
    premium: Money,
    contact_phone: str,
    contact_email: str,
    order_id: UUID | None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Conclude the contract and give it the next number of its series; publishes PolicyIssued. `contact_phone` is
    E.164. Repeating for the same order and insured gives the policy already issued. Nothing is priced here: whoever
    sells has quoted `premium`. NotFoundError for an unpublished version, NotOnOfferError for its unknown programme."""
    terms = products.terms_of(version_id)
    terms.programme(programme)
    if order_id is not None:
        advisory_lock(f"policies of order {order_id}")
        for issued in _of_order(order_id=order_id, insured_id=insured_id):
            return issued
    period = Period.of_months(starts_on, terms.term_months)
    series = _locked_series(terms, copay_percent)
    serial, number = _next_free(series, terms, by=by, at=at)
    policy = Policy(
        number=number,
        version_id=version_id,
        policyholder_id=policyholder_id,
        insured_id=insured_id,
        contact_phone=contact_phone,
        contact_email=contact_email.strip().lower(),
        programme=programme,
        scope=scope,
        copay_percent=copay_percent,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        premium=premium,
        concluded_at=at,
        concluded_by=str(by),
        order_id=order_id,
    )
    insert(policy)
    TakenNumber.objects.create(
        series=series, serial=serial, number=number, policy=policy, taken_at=at, taken_by=str(by)
    )
    audit.record(
        by=by,
        at=at,
        action="policy.issued",
        subject_type="policy",
        subject_id=policy.pk,
        details={"number": number, "order": str(order_id) if order_id else None},
    )
    if order_id is not None:
        payments.post_premium(policy_id=policy.pk, order_id=order_id, amount=premium, at=at)
    facts.publish(PolicyIssued(policy.pk, at))
    return policy.pk


def _locked_series(terms: Terms, copay_percent: int) -> NumberSeries:
    for series in _series(prefix=terms.number_prefix, copay_percent=copay_percent):
        return series
    begun, _ = NumberSeries.objects.get_or_create(prefix=terms.number_prefix, copay_percent=copay_percent)
    return locked(NumberSeries.objects, pk=begun.pk)


def _next_free(series: NumberSeries, terms: Terms, *, by: Actor, at: datetime) -> tuple[int, str]:
    """The next serial and its number. One that a policy brought from elsewhere already bears is accounted as void."""
    if _bearing(number=_number(series, terms, series.next_serial)):
        pass_over_borne(series, terms, by=by, at=at)
    serial = series.next_serial
    series.next_serial += 1
    update(series, "next_serial")
    return serial, _number(series, terms, serial)


def pass_over_borne(series: NumberSeries, terms: Terms, *, by: Actor, at: datetime) -> int:
    """Account the serials that come next as void while policies brought from elsewhere bear their numbers; returns how
    many. The series is locked by the caller. Set by set: a list may hold a hundred thousand numbers in a row."""
    began_at = series.next_serial
    borne = True
    while borne:
        serials = range(series.next_serial, series.next_serial + _AT_ONCE)
        numbers = {serial: _number(series, terms, serial) for serial in serials}
        known = set(Policy.objects.filter(number__in=numbers.values()).values_list("number", flat=True))
        run = list(takewhile(lambda serial: numbers[serial] in known, serials))  # noqa: B023 - used up at once
        TakenNumber.objects.bulk_create(
            TakenNumber(
                series=series,
                serial=serial,
                number=numbers[serial],
                void_reason=ALREADY_IN_USE,
                taken_at=at,
                taken_by=str(by),
            )
            for serial in run
        )
        series.next_serial += len(run)
        borne = len(run) == _AT_ONCE
    update(series, "next_serial")
    return series.next_serial - began_at


def _number(series: NumberSeries, terms: Terms, serial: int) -> str:
    return policy_number(
        prefix=series.prefix, digits=terms.number_digits, copay_percent=series.copay_percent, serial=serial
    )
