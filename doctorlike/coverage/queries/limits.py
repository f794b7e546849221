"""What of a policy's limits is used: those of its benefits and the sum insured of all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from doctorlike.coverage.models import LimitUse
from doctorlike.coverage.rules import limit_exhausted
from doctorlike.kit.dates import Period
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import Benefit, Terms, benefit_for

_NOTHING = Decimal(0)

_uses = Read(
    lambda: LimitUse.objects.filter(Among("policy_id", "policy_ids")).values_list(
        "policy_id", "benefit_code", "used_on", "amount"
    ),
    prepared=True,
)


class Coverable(Protocol):
    """What of a policy decides about services; `PolicyView` and `InsuredPolicy` are such."""

    @property
    def id(self) -> UUID: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def programme(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def period(self) -> Period: ...
    @property
    def cancelled_on(self) -> date | None: ...
    @property
    def cancelled_after(self) -> date | None: ...
    @property
    def last_day(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Cover:
    """What the terms of a contract say of one service: the benefit that covers it, the sum insured of all care, and
    `lowest`, the lower of the limits that what it costs counts towards, None where there is none."""

    benefit: Benefit
    sum_insured: Money | None
    lowest: Decimal | None


def cover_of(terms: Terms, programme: str, service_code: str) -> Cover | None:
    """None for a service that nothing covers."""
    benefit = benefit_for(terms, programme, service_code)
    if benefit is None:
        return None
    whole = terms.programme(programme).sum_insured
    limits = [limit.amount for limit in (benefit.annual_limit, whole) if limit is not None]
    return Cover(benefit, whole, min(limits, default=None))


@dataclass(slots=True)
class PolicyUses:
    """What was used under one policy, by benefit and day."""

    _uses: list[tuple[str, date, Money]] = field(default_factory=list)
    _total: Decimal = _NOTHING

    def note(self, benefit_code: str, amount: Money, on: date) -> None:
        """One more use, which this book alone knows of; a negative one takes a use back."""
        self._uses.append((benefit_code, on, amount))
        # Of uses taken back the total keeps the whole: it has to be an upper bound on any day.
        if amount.amount > _NOTHING:
            self._total += amount.amount

    def used(self, on: date, benefit_code: str | None = None) -> Money:
        """Up to that day, the day included: of one benefit, or of all together."""
        return Money.total(
            amount for code, used_on, amount in self._uses if used_on <= on and benefit_code in (None, code)
        )

    def exhausted(self, cover: Cover, on: date) -> bool:
        """Whether nothing is left for the service on that day: of its benefit's own limit, or of the sum insured."""
        # Most policies are far from either, and then their uses need not be looked through.
        if cover.lowest is None or self._total < cover.lowest:
            return False
        own, whole = cover.benefit.annual_limit, cover.sum_insured
        if own is not None and limit_exhausted(own, self.used(on, cover.benefit.code)):
            return True
        return whole is not None and limit_exhausted(whole, self.used(on))


@dataclass(slots=True)
class LimitBook:
    """What was used under each policy."""

    _by_policy: dict[UUID, PolicyUses] = field(default_factory=dict)

    def of(self, policy_id: UUID) -> PolicyUses:
        """The same each time: what is noted in it stays."""
        uses = self._by_policy.get(policy_id)
        if uses is None:
            uses = self._by_policy[policy_id] = PolicyUses()
        return uses


def limit_book(policies: Iterable[Coverable]) -> LimitBook:
    """What was used under those of the policies that have a limit. One query, or none."""
    book = LimitBook()
    limited = {policy.id for policy in policies if _has_limit(policy)}
    for policy_id, benefit_code, used_on, amount in _uses(policy_ids=limited) if limited else ():
        book.of(policy_id).note(benefit_code, amount, used_on)
    return book


def used_by_lines(line_ids: Iterable[UUID]) -> dict[UUID, Money]:
    """What each of these lines counts for; those that count for nothing are missing. One query."""
    return dict(LimitUse.objects.filter(line_id__in=list(line_ids)).values_list("line_id", "amount"))


@dataclass(frozen=True, slots=True)
class LimitView:
    """A limit in the account: `name` of the benefit, empty for the sum insured of all care. `left` is not below
    nothing: the service that reached the limit was covered whole."""

    name: str
    limit: Money
    used: Money

    @property
    def left(self) -> Money:
        return max(self.limit - self.used, Money.zero())

    @property
    def used_percent(self) -> int:
        """Whole percents for a picture: 100 only when nothing is left."""
        return 100 if not self.left else int(self.used.amount * 100 // self.limit.amount)


def limits_of(policy: PolicyView, on: date) -> tuple[LimitView, ...]:
    """The policy's limits with what is used of each up to that day: the sum insured first, where the version names one,
    then the benefits' own. At most one query."""
    programme = policy.terms.programme(policy.programme)
    book = limit_book([policy])
    whole = programme.sum_insured
    uses = book.of(policy.id)
    views = [LimitView("", whole, uses.used(on))] if whole is not None else []
    views += [
        LimitView(benefit.name, benefit.annual_limit, uses.used(on, benefit.code))
        for benefit in programme.benefits
        if benefit.annual_limit is not None
    ]
    return tuple(views)


def _has_limit(policy: Coverable) -> bool:
    programme = policy.terms.programme(policy.programme)
    return programme.sum_insured is not None or any(one.annual_limit is not None for one in programme.benefits)
