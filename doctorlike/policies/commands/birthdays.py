"""The birthday that closes a child's medical content to the adults: they are told ahead of it and on the day, and the
invited insured gets the policy (docs/rules/coming-of-age.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as people
from doctorlike.accounts.queries import UserCard
from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.dates import add_months
from doctorlike.kit.locks import advisory_lock
from doctorlike.notifications import commands as notifications
from doctorlike.policies import of_age, queries
from doctorlike.policies.commands.own_account import link_invited
from doctorlike.policies.models import BirthdayNotice, InsuredInvitation, Policy, PolicyLink
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import (
    BIRTHDAY_AHEAD,
    BIRTHDAY_LATE,
    BirthdayKind,
    LinkRole,
    birthday_notice,
)
from doctorlike.products.queries import terms_of
from doctorlike.ui.words import day

TOPIC = "birthday"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Due:
    policy: PolicyView
    kind: BirthdayKind


def tell_birthdays(*, on: date, by: Actor, at: datetime) -> int:
    """Tell the adults of every child's policy whose insured comes of age within thirty days, or did on or shortly
    before `on` (insurer's date), each kind once; on the day an account with the contact that was named for the insured
    gets the policy. Returns how many policies were told of. Safe to repeat, to run beside itself and after missed days;
    a clock that was moved back tells nothing twice."""
    told = 0
    while found := _tell_some(on, by=by, at=at):
        told += found
    return told


@transaction.atomic
def _tell_some(on: date, *, by: Actor, at: datetime) -> int:
    advisory_lock("policies:birthdays")
    due = list(_due(on))
    # The unique key stands behind the lock: a row that is there already ends this sweep, its letters included.
    BirthdayNotice.objects.bulk_create(
        [BirthdayNotice(policy_id=one.policy.id, kind=one.kind, told_at=at, told_by=str(by)) for one in due]
    )
    of_adult = _links([one.policy.id for one in due])
    named = {
        row.policy_id: row
        for row in InsuredInvitation.objects.filter(policy__in=[one.policy.id for one in due], accepted_at=None)
    }
    for one in _one_letter_a_child(due):
        _tell(one, of_adult.get(one.policy.id, ()), invited=one.policy.id in named, by=by, at=at)
    for one in due:
        if one.kind is BirthdayKind.DAY and one.policy.id in named:
            _open(named[one.policy.id], by=by, at=at)
    audit.record_many(
        by=by,
        at=at,
        action="policy.birthday_told",
        subject_type="policy",
        subject_ids=[one.policy.id for one in due],
    )
    return len(due)


def _due(on: date) -> Iterator[_Due]:
    """The first five hundred, in one query a child's age that some version has."""
    seen = 0
    for child_age in sorted({terms_of(one).child_age for one in _versions(on)}):
        first = add_months(on - BIRTHDAY_LATE, -12 * child_age) - timedelta(days=1)
        last = add_months(on + BIRTHDAY_AHEAD, -12 * child_age) + timedelta(days=1)
        told = BirthdayNotice.objects.values_list("policy", "kind")
        rows = (
            _in_force(on)
            .filter(insured__born_on__range=(first, last))
            .exclude(insured=F("policyholder"))
            .order_by("pk")
        )
        known = set(told.filter(policy__in=rows.order_by().values("pk")))
        found = queries.policies_by_id(rows.values_list("pk", flat=True))
        for view in found.values():
            kind = _kind(view, on) if view.terms.child_age == child_age else None
            if kind is not None and (view.id, kind.value) not in known and seen < AT_ONCE:
                seen += 1
                yield _Due(view, kind)


def _kind(view: PolicyView, on: date) -> BirthdayKind | None:
    return birthday_notice(
        born_on=view.insured.born_on,
        child_age=view.terms.child_age,
        concluded_on=clock.insurer_date(view.concluded_at),
        period=view.period,
        cancelled_on=view.cancelled_on,
        on=on,
    )


def _in_force(on: date):  # type: ignore[no-untyped-def]  # a queryset of policies
    lately = on - BIRTHDAY_LATE
    return Policy.objects.filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=lately), ends_on__gt=lately)


def _versions(on: date) -> Iterable[UUID]:
    return _in_force(on).order_by().values_list("version", flat=True).distinct()


def _one_letter_a_child(due: Sequence[_Due]) -> list[_Due]:
    """A child may have two contracts, this year's and the next: the adults read of it once."""
    first: dict[tuple[object, ...], _Due] = {}
    for one in sorted(due, key=lambda each: each.policy.period.starts_on):
        first.setdefault((one.policy.person_key, one.policy.contact_phone, one.kind), one)
    return list(first.values())


def _links(policy_ids: Sequence[UUID]) -> dict[UUID, list[tuple[UserCard, str]]]:
    """Accounts of adults by policy, with their role; two queries."""
    rows = list(
        PolicyLink.objects.filter(policy__in=policy_ids)
        .exclude(role=LinkRole.SELF)
        .order_by("linked_at")
        .values_list("policy", "user", "role")
    )
    cards = people.user_cards(user_id for _policy, user_id, _role in rows)
    found: dict[UUID, list[tuple[UserCard, str]]] = defaultdict(list)
    for policy_id, user_id, role in rows:
        if user_id in cards:
            found[policy_id].append((cards[user_id], role))
    return found


def _tell(one: _Due, adults: Sequence[tuple[UserCard, str]], *, invited: bool, by: Actor, at: datetime) -> None:
    for user, role in adults:
        payer = role == LinkRole.GUARDIAN
        _send(one, user.phone or "", user.email or "", payer=payer, invited=invited, by=by, at=at)
    if not any(role == LinkRole.GUARDIAN for _user, role in adults):
        # A child's policy is no gift (docs/rules/gift.md): its contacts are the policyholder's.
        _send(one, one.policy.contact_phone, one.policy.contact_email, payer=True, invited=invited, by=by, at=at)


def _send(one: _Due, phone: str, email: str, *, payer: bool, invited: bool, by: Actor, at: datetime) -> None:
    """By e-mail where there is an address, else by SMS: the day, what closes, what stays, what to do. No name and no
    word of health."""
    portal, brand = settings.SITE_URLS["portal"], settings.BRAND
    told = {
        "day": day(of_age.of_age_on(one.policy)),
        "number": one.policy.number,
        "age": one.policy.terms.child_age,
        "url": portal
        + reverse("coming_of_age:index", urlconf=settings.URLCONFS["portal"], kwargs={"policy_id": one.policy.id}),
        "phone": brand.phone,
        "insurer": brand.insurer,
    }
    if email:
        notifications.send_email(
            to=email,
            subject=_subject(one.kind).format(**told),
            text="\n\n".join(_paragraphs(one.kind, payer=payer, invited=invited)).format(**told),
            topic=TOPIC,
            subject_id=one.policy.id,
            by=by,
            at=at,
        )
    elif phone:
        text = _brief(one.kind, payer=payer, invited=invited).format(**told)
        notifications.send_sms(to=phone, text=text, topic=TOPIC, subject_id=one.policy.id, by=by, at=at)


def _subject(kind: BirthdayKind) -> str:
    if kind is BirthdayKind.AHEAD:
        return _("Полис {number}: что изменится {day}")
    return _("Полис {number}: что изменилось {day}")


def _paragraphs(kind: BirthdayKind, *, payer: bool, invited: bool) -> list[str]:
    if kind is BirthdayKind.AHEAD:
        what = _(
            "{day} застрахованному по полису {number} исполняется {age} лет. С этого дня всё, что касается его лично, "
            "видит только он сам, в собственном кабинете."
        )
    else:
        what = _(
            "{day} застрахованному по полису {number} исполнилось {age} лет. Всё, что касается его лично, теперь видит "
            "только он сам, в собственном кабинете."
        )
    if not payer:
        stays = _("Ваш доступ к этому полису закрывается в этот же день.")
        return [_("Здравствуйте!"), what, stays, _("Вопросы: {phone}.\n{insurer}")]
    stays = _(
        "У вас остаются договор, его срок, суммы к оплате и дни списаний. Карта, с которой спишется доля, остаётся "
        "прежней; заменить или отвязать её по-прежнему можете вы."
    )
    todo = _("Укажите его собственный телефон или почту, и мы пришлём ему приглашение: {url}")
    if invited:
        todo = _("Приглашение ему уже отправлено. Посмотреть или отправить ещё раз: {url}")
    return [_("Здравствуйте!"), what, stays, todo, _("Вопросы: {phone}.\n{insurer}")]


def _brief(kind: BirthdayKind, *, payer: bool, invited: bool) -> str:
    what = _("С {day} личное по полису {number} видит только сам застрахованный.")
    if not payer:
        return what
    if invited:
        return what + " " + _("Договор и суммы к оплате остаются у вас.")
    return what + " " + _("Договор и суммы к оплате остаются у вас. Пригласите его: {url}")


def _open(row: InsuredInvitation, *, by: Actor, at: datetime) -> None:
    """The named contact is told that the account is open, and an account with it gets the policy at once."""
    text = _("Сегодня открылся ваш собственный кабинет «{product}». Войдите с этим контактом: {url}").format(
        product=settings.BRAND.product, url=f"{settings.SITE_URLS['portal']}/signin/"
    )
    if row.phone:
        notifications.send_sms(to=row.phone, text=text, topic=TOPIC, subject_id=row.pk, by=by, at=at)
    else:
        subject = _("{product}: ваш кабинет открыт").format(product=settings.BRAND.product)
        notifications.send_email(to=row.email, subject=subject, text=text, topic=TOPIC, subject_id=row.pk, by=by, at=at)
    link_invited(row, at=at)
