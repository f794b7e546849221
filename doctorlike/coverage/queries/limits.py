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


@dataclass(slots=True)
class LimitBook:
    """What was used under each policy, by benefit and day."""

    _uses: dict[UUID, list[tuple[str, date, Money]]] = field(default_factory=dict)
    _totals: dict[UUID, Decimal] = field(default_factory=dict)

    def note(self, policy_id: UUID, benefit_code: str, amount: Money, on: date) -> None:
        """One more use, which this book alone knows of; a negative one takes a use back."""
        self._uses.setdefault(policy_id, []).append((benefit_code, on, amount))
        # Of uses taken back the total keeps the whole: it has to be an upper bound on any day.
        self._totals[policy_id] = self._totals.get(policy_id, _NOTHING) + max(amount.amount, _NOTHING)

    def used(self, policy_id: UUID, on: date, benefit_code: str | None = None) -> Money:
        """Up to that day, the day included: of one benefit, or of all together."""
        return Money.total(
            amount
            for code, used_on, amount in self._uses.get(policy_id, ())
            if used_on <= on and benefit_code in (None, code)
        )

    def exhausted(self, policy: Coverable, benefit: Benefit, on: date) -> bool:
        """Whether nothing is left for the benefit on that day: of its own limit, or of the sum insured."""
        top = policy.terms.programme(policy.programme).sum_insured
        own = benefit.annual_limit
        lower = min((limit.amount for limit in (own, top) if limit is not None), default=None)
        # Most policies are far from either, and then their uses need not be looked through.
        if lower is None or self._totals.get(policy.id, _NOTHING) < lower:
            return False
        if own is not None and limit_exhausted(own, self.used(policy.id, on, benefit.code)):
            return True
        return top is not None and limit_exhausted(top, self.used(policy.id, on))


def limit_book(policies: Iterable[Coverable]) -> LimitBook:
    """What was used under those of the policies that have a limit. One query, or none."""
    book = LimitBook()
    limited = {policy.id for policy in policies if _has_limit(policy)}
    for policy_id, benefit_code, used_on, amount in _uses(policy_ids=limited) if limited else ():
        book.note(policy_id, benefit_code, amount, used_on)
    return book


def used_by_lines(line_ids: Iterable[UUID]) -> dict[UUID, Money]:
    """What each of these lines counts for; those that count for nothing are missing. One query."""
    return dict(LimitUse.objects.filter(line_id__in=list(line_ids)).values_list("line_id", "amount"))


def limited_benefit(policy: Coverable, service_code: str) -> Benefit | None:
    """The benefit that covers a service, when what the service costs counts towards a limit of the policy."""
    benefit = benefit_for(policy.terms, policy.programme, service_code)
    return benefit if benefit is not None and is_limited(policy, benefit) else None


def is_limited(policy: Coverable, benefit: Benefit) -> bool:
    """Whether what the benefit's services cost counts towards a limit of the policy."""
    return benefit.annual_limit is not None or policy.terms.programme(policy.programme).sum_insured is not None


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
    views = [LimitView("", whole, book.used(policy.id, on))] if whole is not None else []
    views += [
        LimitView(benefit.name, benefit.annual_limit, book.used(policy.id, on, benefit.code))
        for benefit in programme.benefits
        if benefit.annual_limit is not None
    ]
    return tuple(views)


def _has_limit(policy: Coverable) -> bool:
    return any(is_limited(policy, benefit) for benefit in policy.terms.programme(policy.programme).benefits)
