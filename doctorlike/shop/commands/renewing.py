"""The next year: offered in time, and one tap away (docs/rules/renewal.md)."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from doctorlike.accounts import queries as people
from doctorlike.accounts.queries import PersonCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications import commands as notifications
from doctorlike.policies import commands as policy_commands
from doctorlike.policies import queries as policies
from doctorlike.shop.commands.changes import edit, locked_order
from doctorlike.shop.commands.drafting import start_order
from doctorlike.shop.renewals import Renewal, group_of, renewal_of, renewal_token
from doctorlike.shop.rules import Answers, Draft, Policyholder, read_draft
from doctorlike.ui.words import day, money

TOPIC = "renewal"


def offer_renewals(*, by: Actor, at: datetime) -> int:
    """Write to the policyholders of contracts that are about to end; returns how many letters. Contracts of one order
    share a letter. One that is ended, renewed, or no longer sold gets none. Repeating, or two runs at once, writes to
    nobody twice."""
    today = clock.insurer_date(at)
    letters = 0
    seen: set[UUID] = set()
    for policy in policies.ending_without_offer(today):
        if policy.id in seen:
            continue
        seen |= {one.id for one in group_of(policy)}
        renewal = renewal_of(policy, on=today)
        if renewal is not None:
            letters += _offer(renewal, by=by, at=at)
    return letters


@transaction.atomic
def _offer(renewal: Renewal, *, by: Actor, at: datetime) -> bool:
    if not policy_commands.note_renewal_offers(policy_ids=[one.policy.id for one in renewal.lines], by=by, at=at):
        return False
    brand, first = settings.BRAND, renewal.lines[0].policy
    numbers = ", ".join(one.policy.number for one in renewal.lines)
    notifications.send_email(
        to=policies.holder_contacts(first.id)[1],
        subject=f"{brand.product}: полис {numbers} скоро закончится",
        text=(
            f"Здравствуйте!\n\nПолис {numbers} действует по {day(first.period.last_day)} включительно. Его можно "
            f"продлить на следующий год за {money(renewal.total)} (сейчас {money(renewal.before)}). Новый начнётся "
            f"{day(renewal.starts_on)}.\n\nПочему цена такая и что сделать, чтобы продлить, показано в кабинете: "
            f"{settings.SITE_URLS['portal']}/cabinet/policies/{first.id}/renew/\nДанные уже заполнены, останется "
            "проверить их и оплатить. Если ничего не делать, полис просто закончится, деньги сами не списываются.\n\n"
            f"Вопросы: {brand.phone}.\n{brand.insurer}"
        ),
        topic=TOPIC,
        subject_id=first.id,
        by=by,
        at=at,
    )
    return True


def start_renewal(*, user_id: UUID, policy_id: UUID, at: datetime) -> str:
    """Begin the order of the next year with the same people, documents and choice; returns its secret token. Repeating
    leads to the same order as it stands then. NotFoundError for anybody but the policyholder, and when there is
    nothing to renew. What the contracts do not hold (papers of long ago) is asked by the order's own pages."""
    today = clock.insurer_date(at)
    contract = policies.contract_for(user_id, policy_id, on=today, of_policyholder=True)
    renewal = renewal_of(contract.view, on=today)
    if renewal is None:
        raise NotFoundError
    token = renewal_token(renewal)
    with transaction.atomic():
        order_id = start_order(token=token, choice=renewal.choice, at=at)
        order = locked_order(order_id)
        if read_draft(order.answers).policyholder is None:
            draft = _draft(renewal)
            if draft is not None:
                edit(order, draft, by=Actor.user(user_id), at=at)
    return token


def _draft(renewal: Renewal) -> Draft | None:
    first = renewal.lines[0].policy
    holder = _answers(first.policyholder)
    if holder is None:
        return None
    phone, email = policies.holder_contacts(first.id)
    own = [one for one in renewal.lines if one.policy.insured.id == first.policyholder.id]
    others = [_answers(one.policy.insured) for one in renewal.lines if one not in own]
    return Draft(
        starts_on=renewal.starts_on,
        policyholder=Policyholder(holder, phone, email, is_insured=bool(own)),
        others=tuple(one for one in others if one is not None),
    )


def _answers(card: PersonCard) -> Answers | None:
    """The person as the contract holds them; None when it holds less than an order asks."""
    identity = people.identity_of(card.id)
    known: dict[str, Any] = {
        **{field.name: identity[field.name] for field in fields(Answers) if field.name in identity},
        **{name: getattr(card, name) for name in ("surname", "given_name", "patronymic", "sex", "born_on")},
    }
    for name in ("issued_on", "valid_until"):
        if isinstance(known.get(name), str):
            known[name] = date.fromisoformat(known[name])
    try:
        return Answers(**known)
    except TypeError:
        return None
