"""Answers on the way to a contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import CharField

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert
from doctorlike.products import queries as products
from doctorlike.products.errors import NotOnOfferError
from doctorlike.products.queries import terms_of
from doctorlike.products.rules import Terms
from doctorlike.shop.commands.changes import edit, locked_order
from doctorlike.shop.errors import OrderChangedError, TooManyInsuredError
from doctorlike.shop.models import Order
from doctorlike.shop.queries import token_digest
from doctorlike.shop.rules import (
    MOST_INSURED,
    OPEN_TO_CHANGES,
    Answers,
    Choice,
    Draft,
    Policyholder,
    check_people,
    check_policyholder_age,
    check_start,
    premium_for,
    priced,
    read_draft,
)

_by_token = Read(
    lambda: Order.objects.filter(token_digest=Told("digest", CharField())).values_list("pk", flat=True), prepared=True
)
POLICYHOLDER_PAGE = "policyholder"


def insured_page(index: int) -> str:
    """Under which name a draft keeps what was typed for the insured at `index`."""
    return f"insured-{index + 1}"


@transaction.atomic
def start_order(*, token: str, choice: Choice, at: datetime) -> UUID:
    """Begin an order under a secret token that the page made up. The same token again is the same order (a double
    click, the back button): while it may be changed it takes the new choice. NotOnOfferError for a variant that is
    not sold, NothingOnSaleError."""
    sold = products.terms_on_sale(clock.insurer_date(at))
    _check_choice(sold.terms, choice)
    digest = token_digest(token)
    advisory_lock(f"order:{digest}")
    for known in _by_token(digest=digest):
        _choose(known, sold.version_id, choice, at=at)
        return known
    order = Order(version_id=sold.version_id, token_digest=digest, created_at=at, changed_at=at, **_columns(choice))
    by = Actor.visitor(str(order.pk))
    order.created_by = order.changed_by = str(by)
    insert(order)
    audit.record(by=by, at=at, action="order.started", subject_type="order", subject_id=order.pk)
    return order.pk


def _choose(order_id: UUID, version_id: UUID, choice: Choice, *, at: datetime) -> None:
    order = locked_order(order_id)
    same = (order.version_id, order.programme, order.scope, order.copay_percent) == (
        version_id,
        choice.programme,
        choice.scope,
        choice.copay_percent,
    )
    if same or order.state not in OPEN_TO_CHANGES:
        return
    order.version_id = version_id
    for column, value in _columns(choice).items():
        setattr(order, column, value)
    edit(order, read_draft(order.answers), by=Actor.visitor(str(order.pk)), at=at)


@transaction.atomic
def save_policyholder(*, order_id: UUID, policyholder: Policyholder, starts_on: date, by: Actor, at: datetime) -> None:
    """Who concludes the contract and from when it runs. Refusals of `rules.check_policyholder_age`, `check_start` and,
    when the policyholder is insured too, of the tariff. OrderClosedError, NotFoundError."""
    order = locked_order(order_id)
    terms, today = terms_of(order.version_id), clock.insurer_date(at)
    check_policyholder_age(policyholder.person.born_on, today)
    check_start(terms, starts_on, today)
    if policyholder.is_insured:
        _check_insurable(order, policyholder.person, starts_on)
    draft = read_draft(order.answers).with_policyholder(policyholder, starts_on)
    check_people(draft)
    edit(order, draft.with_unfinished(POLICYHOLDER_PAGE, {}), by=by, at=at)


@transaction.atomic
def save_insured(
    *,
    order_id: UUID,
    index: int,
    person: Answers,
    by: Actor,
    at: datetime,
    seen_edition: int | None = None,
    is_new: bool = False,
) -> None:
    """One more insured, or a correction of the one at `index`. NotFoundError before the policyholder has answered or
    for a gap in the list; InsuredTwiceError, SameDocumentError, TooManyInsuredError, AgeNotSoldError, OrderClosedError.

    A page sent twice (double click, the back button, another tab) overwrites nobody: one that asked for a new person
    (`is_new`) adds at the end when somebody else has meanwhile taken its place, and one that corrected somebody at
    `seen_edition` is refused with OrderChangedError when another person stands there now."""
    order = locked_order(order_id)
    draft = read_draft(order.answers)
    if draft.policyholder is None or draft.starts_on is None:
        raise NotFoundError
    _check_insurable(order, person, draft.starts_on)
    if is_new:
        index = _place_for(person, draft, index)
    elif seen_edition not in (None, order.edition) and not _same(person, draft, index):
        raise OrderChangedError
    try:
        changed = draft.with_other(index, person)
    except IndexError:
        raise NotFoundError from None
    if len(changed.insured) > MOST_INSURED:
        raise TooManyInsuredError(most=MOST_INSURED)
    check_people(changed)
    edit(order, changed.with_unfinished(insured_page(index), {}), by=by, at=at)


@transaction.atomic
def remove_insured(*, order_id: UUID, index: int, by: Actor, at: datetime, seen_edition: int | None = None) -> bool:
    """Take one insured off the list; False when nothing was taken off: the index is not there, or the list has changed
    since `seen_edition`, so that a second click never takes the next person. OrderClosedError."""
    order = locked_order(order_id)
    draft = read_draft(order.answers)
    if index >= len(draft.others) or (seen_edition is not None and seen_edition != order.edition):
        return False
    # What was typed for later places belongs to other people now.
    kept = {page: typed for page, typed in draft.unfinished.items() if page == POLICYHOLDER_PAGE}
    edit(order, replace(draft.without_other(index), unfinished=kept), by=by, at=at)
    return True


@transaction.atomic
def choose_variant(*, order_id: UUID, choice: Choice, by: Actor, at: datetime) -> None:
    """Another programme, scope or percent for the whole order, from what is sold today. NotOnOfferError,
    AgeNotSoldError for somebody it is not sold to, OrderClosedError. Repeating is safe."""
    order = locked_order(order_id)
    sold = products.terms_on_sale(clock.insurer_date(at))
    _check_choice(sold.terms, choice)
    draft = read_draft(order.answers)
    priced(sold.terms, choice, draft)
    order.version_id = sold.version_id
    for column, value in _columns(choice).items():
        setattr(order, column, value)
    edit(order, draft, by=by, at=at)


def _place_for(person: Answers, draft: Draft, index: int) -> int:
    """Where a new person goes: to their own place when they are there already (by name and document, so that a slip
    put right replaces), else to the end when the wished place is taken."""
    known = [at for at, one in enumerate(draft.others) if one.same_person(person) and one.same_document(person)]
    if known:
        return known[0]
    return index if _same(person, draft, index) else len(draft.others)


def _same(person: Answers, draft: Draft, index: int) -> bool:
    """Nobody stands there, or somebody who is this person in one way at least."""
    there = draft.others[index] if index < len(draft.others) else None
    return there is None or there.same_person(person) or there.same_document(person)


def _check_insurable(order: Order, person: Answers, starts_on: date) -> None:
    choice = Choice(order.programme, order.scope, order.copay_percent)
    premium_for(terms_of(order.version_id), choice, born_on=person.born_on, sex=person.sex, starts_on=starts_on)


def _check_choice(terms: Terms, choice: Choice) -> None:
    terms.programme(choice.programme)
    if choice.scope not in terms.scopes or choice.copay_percent not in terms.copay_percents:
        raise NotOnOfferError


def _columns(choice: Choice) -> dict[str, object]:
    return {"programme": choice.programme, "scope": choice.scope, "copay_percent": choice.copay_percent}
