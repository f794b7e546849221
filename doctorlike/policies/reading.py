"""A policy as pages and rules need it, and which of a person's policies matters most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from doctorlike.accounts.queries import PersonCard, card_of
from doctorlike.kit.dates import Period
from doctorlike.kit.money import Money
from doctorlike.policies import rules
from doctorlike.policies.models import Policy
from doctorlike.policies.rules import LinkRole, Standing
from doctorlike.products.queries import terms_of
from doctorlike.products.rules import Terms


@dataclass(frozen=True, slots=True)
class PolicyView:
    """A policy as pages and rules need it. `role` is the viewer's («» for staff and jobs); `medical_open` says whether
    the viewer may see visits, services and conclusions of the insured."""

    id: UUID
    number: str
    version_id: UUID
    product_name: str
    terms: Terms
    programme: str
    programme_name: str
    scope: str
    copay_percent: int
    period: Period
    insured: PersonCard
    policyholder: PersonCard
    role: str
    medical_open: bool
    premium: Money
    concluded_at: datetime
    cancelled_on: date | None
    contact_phone: str
    contact_email: str
    order_id: UUID | None

    @property
    def insured_from(self) -> date:
        """The first day after the waiting period."""
        return rules.insured_from(self.period, self.terms.waiting_days)

    @property
    def by_invitation(self) -> bool:
        """The viewer is the child's other parent: sees and books, has no part in contract and money
        (docs/rules/linking.md)."""
        return self.role == LinkRole.PARENT

    @property
    def person_key(self) -> tuple[str, date]:
        """Each contract names its people anew, so the same human being is known by name and birth date."""
        return (self.insured.full_name.casefold(), self.insured.born_on)

    @property
    def last_day(self) -> date:
        """The last day covered, counting a cancellation."""
        return self.period.last_day if self.cancelled_after is None else min(self.cancelled_after, self.period.last_day)

    @property
    def never_begins(self) -> bool:
        """Ended before its first day."""
        return self.cancelled_on is not None and self.cancelled_on <= self.period.starts_on

    @property
    def cancelled_after(self) -> date | None:
        """The last day in force of a contract that was ended early."""
        return self.cancelled_on and self.cancelled_on - timedelta(days=1)

    def standing(self, on: date) -> Standing:
        return rules.standing(
            period=self.period, cancelled_on=self.cancelled_on, waiting_days=self.terms.waiting_days, on=on
        )


@dataclass(frozen=True, slots=True)
class InsuredPolicy:
    """As much of a policy as deciding about services takes, for thousands of them at once; all as in `PolicyView`.
    `born_on` is the insured's."""

    id: UUID
    number: str
    terms: Terms
    programme: str
    scope: str
    copay_percent: int
    period: Period
    cancelled_on: date | None
    born_on: date

    @property
    def last_day(self) -> date:
        return self.period.last_day if self.cancelled_after is None else min(self.cancelled_after, self.period.last_day)

    @property
    def cancelled_after(self) -> date | None:
        return self.cancelled_on and self.cancelled_on - timedelta(days=1)


def one_per_person(linked: Sequence[PolicyView], today: date) -> list[PolicyView]:
    """For each insured person the policy that matters most now: in force, else the next to start, else the last."""
    best: dict[tuple[str, date], PolicyView] = {}
    for one in linked:
        held = best.get(one.person_key)
        if held is None or _weight(one, today) > _weight(held, today):
            best[one.person_key] = one
    return list(best.values())


def _weight(policy: PolicyView, today: date) -> tuple[int, int]:
    match policy.standing(today):
        case Standing.ACTIVE | Standing.WAITING:
            return (3, policy.period.ends_on.toordinal())
        case Standing.FUTURE:
            return (2, -policy.period.starts_on.toordinal())
        case _:
            return (1, policy.period.ends_on.toordinal())


def view_of(row: Policy, role: str = "", on: date | None = None) -> PolicyView:
    """Of a row joined with its people and its version; `on` decides about `medical_open`."""
    terms = terms_of(row.version_id)
    return PolicyView(
        id=row.pk,
        number=row.number,
        version_id=row.version_id,
        product_name=row.version.product.name,
        terms=terms,
        programme=row.programme,
        programme_name=terms.programme(row.programme).name,
        scope=row.scope,
        copay_percent=row.copay_percent,
        period=Period(row.starts_on, row.ends_on),
        insured=card_of(row.insured),
        policyholder=card_of(row.policyholder),
        role=role,
        medical_open=on is not None
        and rules.medical_open(role=role, insured_born_on=row.insured.born_on, on=on, child_age=terms.child_age),
        premium=row.premium,
        concluded_at=row.concluded_at,
        cancelled_on=row.cancelled_on,
        contact_phone=row.contact_phone,
        contact_email=row.contact_email,
        order_id=row.order_id,
    )
