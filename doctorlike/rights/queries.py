"""What a client may know of their own data: consents, who looked, the copy, the closing of the account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.queries import ConsentView
from doctorlike.audit import queries as trail
from doctorlike.audit.queries import DeedAbout
from doctorlike.clinics import queries as clinics
from doctorlike.copay import queries as copay
from doctorlike.kit import clock, storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import Contract, PolicyView
from doctorlike.rights import rules, wordings, words
from doctorlike.rights.errors import CopyGoneError
from doctorlike.rights.models import Closing, DataCopy
from doctorlike.rights.rules import ADVERTISING, ClosingState, CopyState, OpenMatter, Way
from doctorlike.telemed import queries as telemed


@dataclass(frozen=True, slots=True)
class Given:
    """A consent of the client. `contract_id` is a contract whose end would take it along, where the client may end
    one; `numbers` are of the contracts it is about."""

    consent: ConsentView
    title: str
    numbers: Sequence[str]
    way: Way
    consequence: str
    contract_id: UUID | None

    @property
    def may_withdraw(self) -> bool:
        return self.consent.stands and self.way is Way.AT_ONCE


def consents_of(user_id: UUID, on: date) -> list[Given]:
    """Every consent given in the account, in the shop and for consultations, newest first; six queries, however many.
    `on` is the insurer's date."""
    contracts = policies.contracts_of(user_id, on)
    linked = [one.view for one in contracts if one.linked]
    talks = telemed.archive_of([one.id for one in linked if one.medical_open])
    found = accounts.consents_about(
        {
            "user": [user_id],
            "policy": [one.id for one in linked if not one.by_invitation],
            "order": {one.view.order_id for one in contracts if one.is_policyholder and one.view.order_id},
            "consultation": [one.id for one in talks],
        }
    )
    by_talk = {str(one.id): one.policy_id for one in talks}
    return [_given(one, _about(one, contracts, by_talk), on) for one in found]


def consent_of(user_id: UUID, consent_id: UUID, on: date) -> Given:
    """One of them; NotFoundError for another's."""
    for one in consents_of(user_id, on):
        if one.consent.id == consent_id:
            return one
    raise NotFoundError


def wording_of(given: Given) -> str:
    """The words agreed to, as they were. Those from before words were kept are made again of their version where the
    digest proves them the same; else empty."""
    digest = given.consent.text_sha256
    return trail.wordings([digest]).get(digest) or wordings.made_again(given.consent)


def accepts_advertising(user_id: UUID, on: date) -> bool:
    """Whether anything advertising may be sent to the client: the latest word counts, and none means no. The one
    question that decides about it (`commands.send_advertising` asks it)."""
    return any(one.consent.stands for one in consents_of(user_id, on) if one.consent.purpose == ADVERTISING)


def _about(consent: ConsentView, contracts: Sequence[Contract], by_talk: dict[str, UUID]) -> list[Contract]:
    match consent.subject_type:
        case "order":
            return [one for one in contracts if str(one.view.order_id) == consent.subject_id]
        case "policy":
            return [one for one in contracts if str(one.view.id) == consent.subject_id]
        case "consultation":
            return [one for one in contracts if one.view.id == by_talk.get(consent.subject_id)]
        case _:
            return []


def _given(consent: ConsentView, about: Sequence[Contract], on: date) -> Given:
    over = bool(about) and all(is_over(one.view, on) for one in about)
    way = rules.way_back(consent.purpose, contract_over=over)
    ending = next((one for one in about if one.is_policyholder and not is_over(one.view, on)), None)
    return Given(
        consent=consent,
        title=words.purpose(consent.purpose),
        numbers=[one.view.number for one in about],
        way=way,
        consequence=words.consequence(consent.purpose, way),
        contract_id=ending.view.id if ending and way is Way.END_CONTRACT else None,
    )


def is_over(policy: PolicyView, on: date) -> bool:
    """Whether the contract covers no day any more."""
    return on >= ends_on(policy)


def ends_on(policy: PolicyView) -> date:
    """The first day no longer covered, counting a cancellation."""
    return min(policy.period.ends_on, policy.cancelled_on or policy.period.ends_on)


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody at work saw medical records or checked a policy: who by their work, never by name, why where a reason
    was noted, and `place`, the clinic whose reception it was."""

    at: datetime
    reader: str
    deed: str
    reason: str
    place: str
    person: str
    number: str


@dataclass(frozen=True, slots=True)
class Readings:
    page: int
    lines: Sequence[Reading]
    has_more: bool


def readings_of(user_id: UUID, on: date, page: int = 1) -> Readings:
    """Who opened the medical records that the account may see or checked its policies at a clinic, newest first; `page`
    from 1. The trail is asked once; four queries in all, five where a clinic is to be named."""
    size = rules.READINGS_ON_A_PAGE
    seen = {one.id: one for one in policies.policies_of(user_id, on) if one.medical_open}
    talks = {str(one.id): one.policy_id for one in telemed.archive_of(seen)}
    deeds = trail.deeds_about(
        {"policy": seen, "consultation": talks},
        actions=words.DEEDS,
        skip=(page - 1) * size,
        limit=size + 1,
    )
    roles = accounts.roles_of(_staff_of(one.deed.by) for one in deeds)
    places = _clinics_of(deeds)
    lines = [
        Reading(
            at=one.deed.at,
            reader=words.reader(roles.get(_staff_of(one.deed.by), ())),
            deed=str(words.DEEDS[one.deed.action]),
            reason=words.reason(one.deed.action, one.deed.details.get("reason", "")),
            place=places.get(one.deed.details.get("clinic", ""), ""),
            person=policy.insured.short_name,
            number=policy.number,
        )
        for one in deeds[:size]
        for policy in (seen[talks[one.subject_id] if one.subject_type == "consultation" else UUID(one.subject_id)],)
    ]
    return Readings(page, lines, has_more=len(deeds) > size)


def _clinics_of(deeds: Iterable[DeedAbout]) -> dict[str, str]:
    """Names of the clinics at whose receptions it happened, by id as the trail writes it."""
    ids = {UUID(told) for one in deeds if (told := one.deed.details.get("clinic"))}
    return {str(clinic_id): card.name for clinic_id, card in clinics.clinics(ids).items()} if ids else {}


def _staff_of(by: str) -> UUID:
    """The account of an actor as the trail writes it; nobody's for a job."""
    try:
        return UUID(by.partition(":")[2])
    except ValueError:
        return UUID(int=0)


@dataclass(frozen=True, slots=True)
class CopyView:
    id: UUID
    state: CopyState
    asked_at: datetime
    ready_at: datetime | None
    open_until: datetime | None
    size_bytes: int

    def can_fetch(self, at: datetime) -> bool:
        return self.state is CopyState.READY and self.open_until is not None and at < self.open_until


def latest_copy(user_id: UUID) -> CopyView | None:
    """The copy that was asked for last."""
    row = DataCopy.objects.filter(user=user_id).order_by("-asked_at").first()
    if row is None:
        return None
    until = rules.copy_open_until(row.ready_at) if row.ready_at else None
    return CopyView(row.pk, CopyState(row.state), row.asked_at, row.ready_at, until, row.size_bytes)


def read_copy(user_id: UUID, copy_id: UUID, at: datetime) -> bytes:
    """The archive; NotFoundError for another's or one still being made, CopyGoneError after its seven days, and as soon
    as something in it is closed to its owner: a child has come of age since."""
    row = DataCopy.objects.filter(user=user_id, pk=copy_id).first()
    if row is None or row.ready_at is None:
        raise NotFoundError
    if row.state != CopyState.READY or at >= rules.copy_open_until(row.ready_at):
        raise CopyGoneError
    if _open_to(user_id, row.ready_at) - _open_to(user_id, at):
        raise CopyGoneError
    return storage.read(row.storage_key)


def _open_to(user_id: UUID, at: datetime) -> set[UUID]:
    linked = policies.policies_of(user_id, clock.insurer_date(at))
    return {one.id for one in linked if one.medical_open}


def open_matters(user_id: UUID, on: date) -> list[OpenMatter]:
    """Why the account cannot be closed on that insurer's date: contracts in force or still to begin, shares to pay,
    work for the insurer. Shares of another adult's contract are that adult's and not told here; a contract seen by
    invitation keeps nobody's account open."""
    contracts = [one for one in policies.contracts_of(user_id, on) if not one.view.by_invitation]
    linked = {one.view.id: one.view.number for one in contracts if one.linked}
    work = [OpenMatter("work", "")] if accounts.roles_of([user_id]).get(user_id) else []
    in_force = [
        OpenMatter("policy", one.view.number, until=ends_on(one.view)) for one in contracts if not is_over(one.view, on)
    ]
    owed = [OpenMatter("debt", linked[one.policy_id], owed=one.to_pay) for one in copay.unpaid_charges_of(linked)]
    return work + in_force + owed


@dataclass(frozen=True, slots=True)
class ClosingView:
    id: UUID
    user_id: UUID
    state: ClosingState
    asked_at: datetime
    closed_at: datetime | None
    erase_on: date | None


def closing_of(user_id: UUID) -> ClosingView | None:
    """The request that stands, if any."""
    row = Closing.objects.filter(user=user_id).exclude(state=ClosingState.TAKEN_BACK).first()
    return _closing(row) if row is not None else None


def closings(limit: int = 100) -> list[ClosingView]:
    """For the desk: requests that wait first, then the latest closed ones."""
    rows = Closing.objects.exclude(state=ClosingState.TAKEN_BACK)
    waiting = rows.filter(state=ClosingState.WAITING).order_by("asked_at")[:limit]
    others = rows.exclude(state=ClosingState.WAITING).order_by("-asked_at")[:limit]
    return [_closing(row) for row in (*waiting, *others)]


def _closing(row: Closing) -> ClosingView:
    return ClosingView(row.pk, row.user_id, ClosingState(row.state), row.asked_at, row.closed_at, row.erase_on)
