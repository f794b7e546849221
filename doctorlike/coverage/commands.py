"""Choosing regions, giving guarantees, noting what limits were used."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.audit import commands as audit
from doctorlike.coverage import queries
from doctorlike.coverage.cards.checking import CardVerdict as CardVerdict
from doctorlike.coverage.cards.checking import check_card as check_card
from doctorlike.coverage.cards.issuing import OpenCard as OpenCard
from doctorlike.coverage.cards.issuing import forget_ended_cards as forget_ended_cards
from doctorlike.coverage.cards.issuing import open_cards as open_cards
from doctorlike.coverage.errors import (
    NotActivatedError,
    NotCoveredError,
    NothingChosenError,
    PolicyOverError,
    ProgrammeSuspendedError,
    RegionNotOnOfferError,
    RegionsFixedError,
)
from doctorlike.coverage.letters.making import ask_letter, withdraw_letter
from doctorlike.coverage.letters.making import late_letters as late_letters
from doctorlike.coverage.letters.making import make_letter as make_letter
from doctorlike.coverage.letters.making import note_letter_accepted as note_letter_accepted
from doctorlike.coverage.letters.making import note_letter_failed as note_letter_failed
from doctorlike.coverage.letters.making import open_letter as open_letter
from doctorlike.coverage.letters.making import send_letter_again as send_letter_again
from doctorlike.coverage.letters.wishes import set_letter_wish as set_letter_wish
from doctorlike.coverage.models import Guarantee, LimitUse, RegionSelection
from doctorlike.coverage.queries import ChosenRegion
from doctorlike.coverage.rules import ChoiceBar, Decision, serves_from
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_key
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import copy_lines, insert, written
from doctorlike.policies import queries as policies
from doctorlike.products.rules import normal_service_code, region_in_scope
from doctorlike.regions import queries as regions

_REFUSALS = {
    ChoiceBar.FIXED: RegionsFixedError,
    ChoiceBar.OVER: PolicyOverError,
    ChoiceBar.NOT_ACTIVATED: NotActivatedError,
    ChoiceBar.SUSPENDED: ProgrammeSuspendedError,
}


@transaction.atomic
def select_regions(*, policy_id: UUID, region_codes: Collection[str], by: Actor, at: datetime) -> list[ChosenRegion]:
    """Add regions to the policy; returns those that are new, with the day each opens. Regions chosen before stay as
    they are, so repeating is safe. NothingChosenError, RegionNotOnOfferError, RegionsFixedError, PolicyOverError,
    NotActivatedError, ProgrammeSuspendedError, NotFoundError."""
    advisory_lock(f"coverage:regions:{policy_id}")
    today = clock.insurer_date(at)
    policy = policies.policy(policy_id)
    view = queries.regions_of(policy, today)
    if view.bar is not ChoiceBar.NONE:
        raise _REFUSALS[view.bar]
    if not region_codes:
        raise NothingChosenError
    known = {region.code: region for region in regions.all_regions()}
    if any(code not in known or not region_in_scope(policy.scope, code) for code in region_codes):
        raise RegionNotOnOfferError
    held = {chosen.code for chosen in view.chosen}
    opens_on = serves_from(today, policy.period)
    fresh = [code for code in known if code in region_codes and code not in held]
    RegionSelection.objects.bulk_create(
        [
            RegionSelection(
                policy_id=policy_id,
                region_id=code,
                selected_at=at,
                selected_by=str(by),
                serves_from_on=opens_on,
            )
            for code in fresh
        ]
    )
    if fresh:
        audit.record(
            by=by,
            at=at,
            action="regions.selected",
            subject_type="policy",
            subject_id=policy_id,
            details={"regions": fresh, "serves_from_on": opens_on.isoformat()},
        )
    return [ChosenRegion(code, known[code].shown_name, at, opens_on, serving=False) for code in fresh]


_live_of = Read(
    lambda: Guarantee.objects.filter(
        appointment_id=Told("appointment_id", UUIDField()), withdrawn_at__isnull=True
    ).values_list("pk", flat=True),
    prepared=True,
)


@transaction.atomic(savepoint=False)
def give_guarantee(
    *,
    policy_id: UUID,
    clinic_id: UUID,
    service_code: str,
    visit_on: date,
    appointment_id: UUID,
    decision: Decision,
    is_new: bool = False,
    by: Actor,
    at: datetime,
) -> UUID:
    """Give the insurer's word for a booked visit; from now on it is covered whatever changes. A clinic that wants a
    letter gets one. NotCoveredError unless `decision` covers it. A visit has one live guarantee: repeating for it
    returns the same. `is_new`: the visit was made in this transaction, so that nobody can have given it one."""
    if not decision.covered:
        raise NotCoveredError(reasons=decision.reasons)
    if not is_new:
        advisory_lock(f"coverage:guarantee:{appointment_id}")
        given = _live_of(appointment_id=appointment_id)
        if given:
            return given[0]
    guarantee = Guarantee(
        policy_id=policy_id,
        clinic_id=clinic_id,
        service_code=normal_service_code(service_code),
        visit_on=visit_on,
        appointment_id=appointment_id,
        given_at=at,
        given_by=str(by),
    )
    insert(guarantee)
    audit.record(
        by=by,
        at=at,
        action="guarantee.given",
        subject_type="policy",
        subject_id=policy_id,
        details={"guarantee_id": str(guarantee.pk), "clinic_id": str(clinic_id), "visit_on": visit_on.isoformat()},
    )
    ask_letter(guarantee, by=by, at=at)
    return guarantee.pk


@transaction.atomic
def withdraw_guarantee(*, appointment_id: UUID, by: Actor, at: datetime) -> None:
    """The visit was cancelled or moved: its guarantee no longer binds, nor does its letter. Repeating changes
    nothing."""
    live = Guarantee.objects.select_for_update().filter(appointment_id=appointment_id, withdrawn_at__isnull=True)
    for guarantee in live:
        guarantee.withdrawn_at, guarantee.withdrawn_by = at, str(by)
        guarantee.save(update_fields=["withdrawn_at", "withdrawn_by"])
        withdraw_letter(guarantee, by=by, at=at)
        audit.record(
            by=by,
            at=at,
            action="guarantee.withdrawn",
            subject_type="policy",
            subject_id=guarantee.policy_id,
            details={"guarantee_id": str(guarantee.pk)},
        )


class UsedLimit(NamedTuple):
    """What an accepted line used of a benefit: the insurer's and the client's part together. Ids may be told by their
    32 figures."""

    line_id: UUID | str
    policy_id: UUID | str
    benefit_code: str
    amount: Money
    used_on: date


@transaction.atomic
def use_limits(*, uses: Iterable[UsedLimit], by: Actor, at: datetime) -> None:
    """Note what new lines used of their benefits' limits, in one statement. A line counts once: noting one again is an
    error of the caller's."""
    names = ("id", *UsedLimit._fields, "noted_at", "noted_by")
    noted = written((at, str(by)))
    copy_lines(LimitUse, names, (f"{new_key()}\t{written(use)}\t{noted}" for use in uses))


@transaction.atomic
def release_limits(*, line_ids: Collection[UUID], by: Actor, at: datetime) -> int:
    """Lines that were taken back use nothing; returns how many did. Repeating changes nothing."""
    policy_ids = list(LimitUse.objects.filter(line_id__in=line_ids).values_list("policy_id", flat=True))
    LimitUse.objects.filter(line_id__in=line_ids).delete()
    audit.record_many(by=by, at=at, action="limit.released", subject_type="policy", subject_ids=list(policy_ids))
    return len(policy_ids)
