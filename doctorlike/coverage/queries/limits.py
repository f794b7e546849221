"""What of a policy's limits is used: those of its benefits and the sum insured of all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from doctorlike.coverage.models import LimitUse
from doctorlike.coverage.rules import limit_exhausted
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import Benefit, benefit_for

_uses = Read(
    lambda: LimitUse.objects.filter(Among("policy_id", "policy_ids")).values_list(
        "policy_id", "benefit_code", "used_on", "amount"
    )
)


@dataclass(slots=True)
class LimitBook:
    """What was used under each policy, by benefit and day."""

    _uses: dict[UUID, list[tuple[str, date, Money]]] = field(default_factory=dict)

    def note(self, policy_id: UUID, benefit_code: str, amount: Money, on: date) -> None:
        """One more use, which this book alone knows of."""
        self._uses.setdefault(policy_id, []).append((benefit_code, on, amount))

    def used(self, policy_id: UUID, on: date, benefit_code: str | None = None) -> Money:
        """Up to that day, the day included: of one benefit, or of all together."""
        return Money.total(
            amount
            for code, used_on, amount in self._uses.get(policy_id, ())
            if used_on <= on and benefit_code in (None, code)
        )

    def exhausted(self, policy: PolicyView, benefit: Benefit, on: date) -> bool:
        """Whether nothing is left for the benefit on that day: of its own limit, or of the sum insured."""
        top = policy.terms.programme(policy.programme).sum_insured
        own = benefit.annual_limit
        if own is not None and limit_exhausted(own, self.used(policy.id, on, benefit.code)):
            return True
        return top is not None and limit_exhausted(top, self.used(policy.id, on))


def limit_book(policies: Iterable[PolicyView]) -> LimitBook:
    """What was used under those of the policies that have a limit. One query, or none."""
    book = LimitBook()
    limited = {policy.id for policy in policies if _has_limit(policy)}
    for policy_id, benefit_code, used_on, amount in _uses(policy_ids=limited) if limited else ():
        book.note(policy_id, benefit_code, amount, used_on)
    return book


def limited_benefit(policy: PolicyView, service_code: str) -> Benefit | None:
    """The benefit that covers a service, when what the service costs counts towards a limit of the policy."""
    benefit = benefit_for(policy.terms, policy.programme, service_code)
    return benefit if benefit is not None and is_limited(policy, benefit) else None


def is_limited(policy: PolicyView, benefit: Benefit) -> bool:
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


def _has_limit(policy: PolicyView) -> bool:
    return any(is_limited(policy, benefit) for benefit in policy.terms.programme(policy.programme).benefits)
