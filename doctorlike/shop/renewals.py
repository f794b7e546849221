"""What may be renewed, for whom and for how much."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.crypto import salted_hmac

from doctorlike.kit.money import Money
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.products import queries as products
from doctorlike.products.errors import AgeNotSoldError, NothingOnSaleError, NotOnOfferError
from doctorlike.products.rules import Terms
from doctorlike.shop.rules import Choice, start_window
from doctorlike.shop.rules.renewals import PriceChange, price_change, renewal_start


@dataclass(frozen=True, slots=True)
class RenewedLine:
    """One contract with the price of its next year."""

    policy: PolicyView
    price: PriceChange


@dataclass(frozen=True, slots=True)
class Renewal:
    """The next year of the contracts that were concluded together. `left_out` are those of them whose insured the
    version on sale no longer takes."""

    group_id: UUID
    version_id: UUID
    terms: Terms
    choice: Choice
    starts_on: date
    lines: Sequence[RenewedLine]
    left_out: Sequence[PolicyView]

    @property
    def before(self) -> Money:
        return Money.total(one.price.before for one in self.lines)

    @property
    def total(self) -> Money:
        return Money.total(one.price.after for one in self.lines)


def group_of(policy: PolicyView) -> list[PolicyView]:
    """The contracts that end together with this one, it among them: those of one order still in force."""
    if policy.order_id is None:
        return [policy]
    ours = policies.policies_of_order(policy.order_id)
    return [one for one in ours if one.cancelled_on is None and one.period == policy.period]


def renewal_of(policy: PolicyView, *, on: date) -> Renewal | None:
    """The next year of a contract that ends soon by its own terms. None when it is too early or too late, when the
    contract was ended early or is renewed already, and when nothing like it is sold."""
    offered_from = policy.period.ends_on - timedelta(days=policy.terms.renewal_offer_days)
    if policy.cancelled_on is not None or not offered_from <= on < policy.period.ends_on:
        return None
    group = group_of(policy)
    renewed = policies.followed(group)
    if policy.id in renewed:
        return None
    try:
        sold = products.terms_on_sale(on)
    except NothingOnSaleError:
        return None
    choice = Choice(policy.programme, policy.scope, policy.copay_percent)
    starts_on = renewal_start(ends_on=policy.period.ends_on, first_on=start_window(sold.terms, on)[0])
    wanted = [one for one in group if one.id not in renewed]
    lines, left_out = _priced(wanted, sold.terms, choice, starts_on, old_count=len(group))
    if not any(one.policy.id == policy.id for one in lines):
        return None
    return Renewal(
        group_id=policy.order_id or policy.id,
        version_id=sold.version_id,
        terms=sold.terms,
        choice=choice,
        starts_on=starts_on,
        lines=lines,
        left_out=left_out,
    )


def renewal_token(renewal: Renewal) -> str:
    """The secret of the renewal's order: the same for the same contracts, so that a second tap, from another device
    too, finds the first one's order; nobody without the key makes it up."""
    who = "|".join(sorted(one.policy.number for one in renewal.lines))
    told = f"{renewal.group_id}|{renewal.lines[0].policy.period.ends_on.isoformat()}|{who}"
    digest = salted_hmac("doctorlike.shop.renewal", told, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _priced(
    wanted: Sequence[PolicyView], new: Terms, choice: Choice, starts_on: date, *, old_count: int
) -> tuple[list[RenewedLine], list[PolicyView]]:
    """Priced for as many as can be insured: who cannot changes the number, and with it everybody's price."""
    left_out: list[PolicyView] = []
    while True:
        insurable = [one for one in wanted if one not in left_out]
        lines: list[RenewedLine] = []
        for one in insurable:
            try:
                price = price_change(
                    paid=one.premium,
                    old=one.terms,
                    new=new,
                    choice=choice,
                    born_on=one.insured.born_on,
                    sex=one.insured.sex,
                    starts_on=starts_on,
                    old_count=old_count,
                    new_count=len(insurable),
                )
            except (AgeNotSoldError, NotOnOfferError):
                left_out.append(one)
            else:
                lines.append(RenewedLine(one, price))
        if len(lines) == len(insurable):
            return lines, left_out
