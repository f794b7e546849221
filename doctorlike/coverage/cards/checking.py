"""A code shown at a clinic's reception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from doctorlike.accounts import queries as accounts
from doctorlike.audit import commands as audit
from doctorlike.coverage.cards import rules
from doctorlike.coverage.cards.rules import CardFacts, Finding, Shown, better, judge
from doctorlike.coverage.errors import ChecksLockedError
from doctorlike.coverage.models import CardCheck, DeviceCard
from doctorlike.kit import clock, tries
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import normal_number

# More devices than these do not show one policy; the latest are looked at.
_MOST_CARDS = 50


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """`policy` is told with a good code alone. `next_at` is when a device shows the code after this one."""

    finding: Finding
    policy: PolicyView | None
    next_at: datetime | None


@transaction.atomic
def check_card(
    *, clinic_id: UUID, shown: Shown, policy_number: str, by: Actor, at: datetime, real_at: datetime
) -> CardVerdict:
    """What a code is that a patient shows: by the card's own number where it was scanned, else among the cards of the
    policy with that number. A good code is taken: shown again it is used. Every check is in the trail, of the policy
    where the code is one of its cards. `real_at` is the true instant, which codes and the lock keep.
    ChecksLockedError after too many wrong codes."""
    advisory_lock(f"coverage:card_checks:{clinic_id}")
    _refuse_when_locked(clinic_id, by, real_at)
    finding, step, card = Finding.UNKNOWN, None, None
    for row, facts in _candidates(shown, policy_number, at):
        found, its_step = judge(shown.code, facts, real_at)
        if card is None or better(found, finding):
            finding, step, card = found, its_step, row
    if finding is Finding.UNKNOWN:
        card = None
    CardCheck.objects.create(
        clinic_id=clinic_id, card=card, step=step, finding=finding, checked_at=real_at, checked_by=str(by)
    )
    audit.record(
        by=by,
        at=at,
        action="card.checked" if finding is Finding.GOOD else "card.refused",
        subject_type="policy" if card else "clinic",
        subject_id=card.policy_id if card else clinic_id,
        details={"clinic": str(clinic_id), "finding": finding},
    )
    policy = policies.policy(card.policy_id) if card is not None and finding is Finding.GOOD else None
    return CardVerdict(finding, policy, rules.step_ends_at(step) if step is not None else None)


def _candidates(shown: Shown, policy_number: str, at: datetime) -> list[tuple[DeviceCard, CardFacts]]:
    """Cards the code may be of, locked so that one code is taken once."""
    cards = DeviceCard.objects.filter(
        Q(number=shown.number) if shown.number else Q(policy__number=normal_number(policy_number))
    )
    # In the order of keys, so that two receptions never wait for each other in a circle.
    latest = list(cards.order_by("-made_at").values_list("pk", flat=True)[:_MOST_CARDS])
    rows = list(DeviceCard.objects.filter(pk__in=latest).select_for_update(of=("self",)).order_by("pk"))
    alive = accounts.open_sign_ins(row.sign_in_id for row in rows)
    used = dict(
        CardCheck.objects.filter(card__in=rows, finding=Finding.GOOD).values("card").annotate(last=Max("step"))
        .values_list("card", "last")
    )  # fmt: skip
    return [
        (row, CardFacts(bytes.fromhex(row.secret), row.sign_in_id in alive and _stands(row, at), used.get(row.pk)))
        for row in rows
    ]


def _stands(card: DeviceCard, at: datetime) -> bool:
    """Whether the policy is still in that account, and the account may show it: a link was not parted, a child has not
    come of age."""
    try:
        return policies.policy_for(card.user_id, card.policy_id, clock.insurer_date(at)).medical_open
    except NotFoundError:
        return False


def _refuse_when_locked(clinic_id: UUID, by: Actor, at: datetime) -> None:
    wrong = CardCheck.objects.filter(finding__in=rules.WRONG, checked_at__gte=at - 2 * rules.LOCK_FOR)
    limits = (
        (wrong.filter(checked_by=str(by)), rules.WRONG_BY_ONE),
        (wrong.filter(clinic_id=clinic_id), rules.WRONG_AT_CLINIC),
    )
    for rows, most in limits:
        until = tries.locked_until(
            wrong_at=list(rows.values_list("checked_at", flat=True)), at=at, most=most, lasts=rules.LOCK_FOR
        )
        if until is not None:
            raise ChecksLockedError(until=until)
