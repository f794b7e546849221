"""Reading policies: what an account may see, and for the insurer's own people and jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField

from doctorlike.accounts.queries import card_of, user_card
from doctorlike.kit import clock
from doctorlike.kit.dates import Period
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.phones import parse_phone
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import PaymentView, RefundView
from doctorlike.policies import rules
from doctorlike.policies.fitting import DeskFit as DeskFit
from doctorlike.policies.fitting import DeskMatch as DeskMatch
from doctorlike.policies.linked import DecisionView as DecisionView
from doctorlike.policies.linked import LinkView as LinkView
from doctorlike.policies.linked import link_decisions_of as link_decisions_of
from doctorlike.policies.linked import links_of as links_of
from doctorlike.policies.linked import match_at_desk as match_at_desk
from doctorlike.policies.linked import stands_with as stands_with
from doctorlike.policies.models import Cancellation, Policy, PolicyLink
from doctorlike.policies.of_age import OwnAccountInvitation as OwnAccountInvitation
from doctorlike.policies.of_age import OwnAccountOpened as OwnAccountOpened
from doctorlike.policies.of_age import insured_contact as insured_contact
from doctorlike.policies.of_age import insured_contacts as insured_contacts
from doctorlike.policies.of_age import is_own as is_own
from doctorlike.policies.of_age import may_invite_from as may_invite_from
from doctorlike.policies.of_age import of_age_on as of_age_on
from doctorlike.policies.of_age import own_account_invitation as own_account_invitation
from doctorlike.policies.of_age import own_account_opened as own_account_opened
from doctorlike.policies.parents import InvitationView as InvitationView
from doctorlike.policies.parents import Opened as Opened
from doctorlike.policies.parents import invitation_opened as invitation_opened
from doctorlike.policies.parents import invitations_of as invitations_of
from doctorlike.policies.parents import manages_child as manages_child
from doctorlike.policies.reading import InsuredPolicy as InsuredPolicy
from doctorlike.policies.reading import PolicyView as PolicyView
from doctorlike.policies.reading import one_per_person as one_per_person
from doctorlike.policies.reading import view_of
from doctorlike.policies.rules import CancellationOutcome, LateRefund, LinkRole
from doctorlike.products.queries import terms_of

# What payments call the purchase that paid for a policy.
ORDER = "order"
# No version's terms offer a renewal earlier than that.
FURTHEST_OFFER = timedelta(days=180)
_NOBODY = UUID(int=0)
_insured = Read(
    lambda: Policy.objects.filter(Among("number", "numbers")).values_list(
        *("pk", "number", "version_id", "programme", "scope", "copay_percent", "starts_on", "ends_on", "cancelled_on"),
        "insured__born_on",
    ),
    prepared=True,
)


def policies_of(user_id: UUID, on: date) -> list[PolicyView]:
    """Every policy in an account: own first, then children's, the latest to start first. One query. `on` is the
    insurer's date that decides about `medical_open`."""
    return sorted(
        (view_of(link.policy, link.role, on) for link in _links(user_id=user_id)),
        key=lambda view: (view.role != LinkRole.SELF, -view.period.starts_on.toordinal(), view.number),
    )


def policy_for(user_id: UUID, policy_id: UUID, on: date) -> PolicyView:
    """One policy of the account; NotFoundError when it is not linked there, whether or not it exists."""
    links = PolicyLink.objects.filter(user=user_id, policy=policy_id).select_related(
        "policy__insured", "policy__policyholder", "policy__version__product"
    )
    for link in _slim(links, "policy__version__terms"):
        return view_of(link.policy, link.role, on)
    raise NotFoundError


def own_accounts(policy_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The insured's own accounts (one, unless somebody keeps two), by policy; policies without one are missing."""
    found: dict[UUID, list[UUID]] = {}
    rows = PolicyLink.objects.filter(policy__in=set(policy_ids), role=LinkRole.SELF).order_by("linked_at", "pk")
    for policy_id, user_id in rows.values_list("policy", "user"):
        found.setdefault(policy_id, []).append(user_id)
    return found


def managed_policy_for(user_id: UUID, policy_id: UUID, on: date) -> PolicyView:
    """As `policy_for`, for what belongs to the contract and its money: NotFoundError also for the child's other parent,
    who has no part in either."""
    view = policy_for(user_id, policy_id, on)
    if view.by_invitation:
        raise NotFoundError
    return view


def opens_account(user_id: UUID | None, *, number: str, born_on: date) -> bool:
    """Whether the policy with that number stands in the account and the account's holder was born on that day: what
    somebody who lost their phone proves. The same one question is asked for an account there is not (None)."""
    return PolicyLink.objects.filter(
        user=user_id or _NOBODY, policy__number=rules.normal_number(number), user__person__born_on=born_on
    ).exists()


def policy(policy_id: UUID) -> PolicyView:
    """For staff and jobs; NotFoundError."""
    return _one(_whole().filter(pk=policy_id))


def policies_by_id(policy_ids: Iterable[UUID]) -> dict[UUID, PolicyView]:
    """For staff and jobs, in one query; unknown ids are left out."""
    asked = set(policy_ids)
    return {row.pk: view_of(row) for row in _by_id(ids=asked)} if asked else {}


def find_by_number(number: str) -> PolicyView:
    """By number as people type it; NotFoundError."""
    return _one(_whole().filter(number=rules.normal_number(number)))


def insured_by_number(numbers: Iterable[str]) -> dict[str, InsuredPolicy]:
    """By numbers as they are stored, in one query; unknown ones are missing."""
    return {
        number: InsuredPolicy(
            policy_id, number, terms_of(version_id), programme, scope, percent, Period(starts_on, ends_on), ended, born
        )
        for policy_id, number, version_id, programme, scope, percent, starts_on, ends_on, ended, born in _insured(
            numbers=set(numbers)
        )
    }


def policies_of_order(order_id: UUID) -> list[PolicyView]:
    """What an order issued, by number."""
    return [view_of(row) for row in _of_order(order_id=order_id)]


def premiums_of_orders() -> Iterator[tuple[UUID, UUID, Money]]:
    """(policy, the same policy, premium) of everything orders issued, as the ledger is compared with; a free one has
    no entry."""
    rows = Policy.objects.filter(order_id__isnull=False, premium__gt=0).values_list("pk", "premium")
    return ((policy_id, policy_id, premium) for policy_id, premium in rows.iterator(2000))


def search(text: str, limit: int = 50) -> list[PolicyView]:
    """For the desk: the beginning of a number, a phone, an e-mail or a surname of insured or policyholder; newest
    first. Blank text finds nothing."""
    asked = text.strip()
    if not asked:
        return []
    found = Q(number__startswith=rules.normal_number(asked)) | Q(contact_email__iexact=asked)
    phone = parse_phone(asked)
    if phone is not None:
        found |= Q(contact_phone=phone)
    surname = asked.split()[0].capitalize()
    found |= Q(insured__surname__startswith=surname) | Q(policyholder__surname__startswith=surname)
    return [view_of(row) for row in _whole().filter(found).order_by("-concluded_at")[:limit]]


@dataclass(frozen=True, slots=True)
class Contract:
    """A policy as a party to the contract sees it. `is_policyholder` may end and renew it and sees what was paid;
    whoever holds it without being linked sees the contract and its money, never what is done under it."""

    view: PolicyView
    is_policyholder: bool
    linked: bool


def contract_for(user_id: UUID, policy_id: UUID, on: date, *, of_policyholder: bool = False) -> Contract:
    """One contract of the account: linked there, or concluded by its holder. NotFoundError otherwise, and with
    `of_policyholder` for everybody who did not conclude it."""
    for contract in _contracts(user_id, on, Policy.objects.filter(pk=policy_id)):
        if contract.is_policyholder or not of_policyholder:
            return contract
    raise NotFoundError


def contracts_of(user_id: UUID, on: date) -> list[Contract]:
    """Every contract the account is a party to, the latest to start first."""
    found = _contracts(user_id, on, Policy.objects.all())
    return sorted(found, key=lambda one: (-one.view.period.starts_on.toordinal(), one.view.number))


def _contracts(user_id: UUID, on: date, among: QuerySet[Policy]) -> list[Contract]:
    user = user_card(user_id)
    roles = dict(PolicyLink.objects.filter(user=user_id, policy__in=among).values_list("policy", "role"))
    mine = Q(pk__in=list(roles))
    reached = Q(pk__in=[])
    if user.phone:
        reached |= Q(contact_phone=user.phone) | Q(handed_over__holder_phone=user.phone)
    if user.email:
        reached |= Q(contact_email=user.email) | Q(handed_over__holder_email=user.email)
    if user.person is not None:
        mine |= reached & Q(policyholder__born_on=user.person.born_on)
    rows = _slim(
        among.filter(mine).select_related("insured", "policyholder", "version__product", "handed_over"),
        "version__terms",
    )
    contracts = [
        Contract(
            view=view_of(row, roles.get(row.pk, ""), on),
            is_policyholder=rules.may_end(
                holder_born_on=user.person.born_on if user.person else None,
                policyholder_born_on=row.policyholder.born_on,
                role=roles.get(row.pk, ""),
                own=row.insured_id == row.policyholder_id,
                reached=bool({user.phone, user.email} & set(_holder_contacts(row))),
            ),
            linked=row.pk in roles,
        )
        for row in rows
    ]
    return [one for one in contracts if one.linked or one.is_policyholder]


def holder_contacts(policy_id: UUID) -> tuple[str, str]:
    """Phone and e-mail address of who concluded the contract: the policy's own, unless it was a gift. NotFoundError."""
    row = Policy.objects.select_related("handed_over").filter(pk=policy_id).first()
    if row is None:
        raise NotFoundError
    return _holder_contacts(row)


def _holder_contacts(row: Policy) -> tuple[str, str]:
    handed = getattr(row, "handed_over", None)
    return (handed.holder_phone, handed.holder_email) if handed else (row.contact_phone, row.contact_email)


def outcome_of(policy: PolicyView, *, asked_on: date, insured_event: bool) -> CancellationOutcome:
    """What ending that contract on that day gives back by its own terms. ValueError when it is over by then."""
    return rules.cancellation_outcome(
        premium=policy.premium,
        period=policy.period,
        concluded_on=clock.insurer_date(policy.concluded_at),
        asked_on=asked_on,
        cooling_off_days=policy.terms.cooling_off_days,
        insured_event=insured_event,
        late_refund=LateRefund(policy.terms.refund_after_cooling_off),
        late_kept_percent=policy.terms.refund_kept_percent,
    )


def payment_left(policy: PolicyView) -> tuple[PaymentView | None, Money]:
    """The payment that paid for the policy's order, and what of it has neither gone back nor been asked for."""
    payment_id = payments.paid_for(ORDER, [policy.order_id]).get(policy.order_id) if policy.order_id else None
    if payment_id is None:
        return None, Money.zero()
    return payments.payment(payment_id), payments.left_to_refund(payment_id)


@dataclass(frozen=True, slots=True)
class CancellationView:
    """How a contract was ended. `refund` is None when nothing was asked back by card."""

    cooling_off: bool
    insured_event: bool
    due: Money
    refund: RefundView | None
    asked_at: datetime


def cancellation_of(policy_id: UUID) -> CancellationView | None:
    """None while the contract was not ended early."""
    row = Cancellation.objects.filter(policy=policy_id).first()
    if row is None:
        return None
    refund = payments.refund(row.refund_id) if row.refund_id else None
    return CancellationView(row.cooling_off, row.insured_event, row.due, refund, row.asked_at)


def numbers_of_refunds(refund_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By refund the number of the contract whose end it was asked for; other refunds are left out. One query: an order
    of several contracts is paid by one payment, which does not tell them apart."""
    rows = Cancellation.objects.filter(refund_id__in=list(refund_ids)).values_list("refund_id", "policy__number")
    return {refund_id: number for refund_id, number in rows if refund_id is not None}


def ending_without_offer(on: date, limit: int = 500) -> list[PolicyView]:
    """Contracts that end within their own terms' time of the renewal offer, are in force and were not offered one; the
    first to end first."""
    waiting = Policy.objects.filter(
        ends_on__gt=on, cancelled_on__isnull=True, renewal_offer__isnull=True, ends_on__lte=on + FURTHEST_OFFER
    )
    due = Q(pk__in=[])
    for version_id in waiting.order_by().values_list("version", flat=True).distinct():
        due |= Q(version=version_id, ends_on__lte=on + timedelta(days=terms_of(version_id).renewal_offer_days))
    rows = _whole().filter(due, pk__in=waiting).order_by("ends_on", "pk")
    return [view_of(row) for row in rows[:limit]]


def followed(among: Iterable[PolicyView]) -> set[UUID]:
    """Those of the contracts whose insured have a later one in force already: they are renewed. One query."""
    asked = list(among)
    if not asked:
        return set()
    later = Policy.objects.filter(
        cancelled_on__isnull=True,
        starts_on__gte=min(one.period.ends_on for one in asked),
        insured__born_on__in={one.insured.born_on for one in asked},
        insured__surname__in={one.insured.surname for one in asked},
    ).select_related("insured")
    starts = [(card_of(row.insured), row.starts_on) for row in later.defer("insured__identity")]
    return {
        one.id
        for one in asked
        if any(
            start >= one.period.ends_on and (card.full_name.casefold(), card.born_on) == one.person_key
            for card, start in starts
        )
    }


def _whole() -> QuerySet[Policy]:
    return _slim(Policy.objects.select_related("insured", "policyholder", "version__product"), "version__terms")


def _slim(rows: Any, terms_path: str) -> Any:
    # Terms come from the cache of their version; documents of people are not for lists.
    people = terms_path.removesuffix("version__terms")
    return rows.defer(terms_path, f"{people}insured__identity", f"{people}policyholder__identity")


_links = Read(
    lambda: _slim(
        PolicyLink.objects.filter(user=Told("user_id", UUIDField())).select_related(
            "policy__insured", "policy__policyholder", "policy__version__product"
        ),
        "policy__version__terms",
    ),
    prepared=True,
)
_by_id = Read(lambda: _whole().filter(Among("pk", "ids")), prepared=True)
_of_order = Read(lambda: _whole().filter(order_id=Told("order_id", UUIDField())).order_by("number"), prepared=True)


def _one(rows: QuerySet[Policy]) -> PolicyView:
    row = rows.first()
    if row is None:
        raise NotFoundError
    return view_of(row)
