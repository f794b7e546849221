"""A policy bought for another adult: told on the order, handed on its day (docs/rules/gift.md)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.documents import queries as made
from doctorlike.documents.queries import DocumentCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.rules import Attachment
from doctorlike.policies import commands as policy_commands
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.shop.commands.changes import locked_order
from doctorlike.shop.errors import OrderClosedError
from doctorlike.shop.models import Gift
from doctorlike.shop.rules import OPEN_TO_CHANGES, OrderState, read_draft
from doctorlike.shop.rules.gifts import Recipient, check_gift, read_recipient, write_recipient
from doctorlike.ui.words import day

TOPIC = "gift"
HANDED, GONE = "handed", "gone"
_AT_ONCE = 200


@transaction.atomic
def save_gift(
    *, order_id: UUID, index: int, phone: str, email: str, hand_over_on: date, by: Actor, at: datetime
) -> None:
    """The policy of the insured at `index` (among the others) is a gift, handed on that day; a gift told before is
    replaced. `phone` is E.164. Refusals of `rules.gifts.check_gift`; OrderClosedError, NotFoundError."""
    order = locked_order(order_id)
    if order.state not in OPEN_TO_CHANGES:
        raise OrderClosedError
    person = check_gift(read_draft(order.answers), index, hand_over_on, clock.insurer_date(at))
    recipient = Recipient(person.full_name, person.born_on, phone, email.strip().lower())
    Gift.objects.update_or_create(
        order=order,
        defaults={
            "recipient": write_recipient(recipient),
            "hand_over_on": hand_over_on,
            "chosen_at": at,
            "chosen_by": str(by),
        },
    )
    audit.record(by=by, at=at, action="gift.chosen", subject_type="order", subject_id=order_id)


@transaction.atomic
def drop_gift(*, order_id: UUID, by: Actor, at: datetime) -> None:
    """It is no gift after all. Repeating changes nothing. OrderClosedError once it may be under way."""
    order = locked_order(order_id)
    if order.state not in OPEN_TO_CHANGES:
        raise OrderClosedError
    dropped, _rows = Gift.objects.filter(order=order, handed_at__isnull=True).delete()
    if dropped:
        audit.record(by=by, at=at, action="gift.dropped", subject_type="order", subject_id=order_id)


def hand_over_gifts(*, by: Actor, at: datetime) -> int:
    """Hand every gift whose day has come; returns how many. Repeating, or two runs at once, hands each once. One whose
    documents are not made yet waits for the next run; gifts of orders that were given up are forgotten."""
    Gift.objects.filter(order__state=OrderState.EXPIRED).delete()
    due = Gift.objects.filter(
        handed_at__isnull=True, hand_over_on__lte=clock.insurer_date(at), order__state=OrderState.ISSUED
    ).order_by("hand_over_on", "pk")
    return sum(_hand_over(gift_id, by=by, at=at) for gift_id in list(due.values_list("pk", flat=True)[:_AT_ONCE]))


@transaction.atomic
def _hand_over(gift_id: UUID, *, by: Actor, at: datetime) -> bool:
    gift = locked(Gift.objects.all(), pk=gift_id)
    if gift.handed_at is not None:
        return False
    recipient = read_recipient(gift.recipient)
    bought = policies.policies_of_order(gift.order_id)
    policy = next((one for one in bought if recipient.is_insured(one.insured.full_name, one.insured.born_on)), None)
    memo = _memo(policy) if policy else None
    if policy is not None and memo is None:
        return False
    handed = policy is not None and policy_commands.hand_over_policy(
        policy_id=policy.id, phone=recipient.phone, email=recipient.email, by=by, at=at
    )
    if policy is not None and memo is not None and handed:
        _tell(policy, memo, recipient, by=by, at=at)
    gift.outcome, gift.recipient = HANDED if handed else GONE, {}
    gift.handed_at, gift.handed_by = at, str(by)
    gift.save()
    audit.record(by=by, at=at, action=f"gift.{gift.outcome}", subject_type="order", subject_id=gift.order_id)
    return handed


def _memo(policy: PolicyView) -> DocumentCard | None:
    return next((card for card in made.documents_of("policy", policy.id) if card.kind == "memo"), None)


def _tell(policy: PolicyView, memo: DocumentCard, recipient: Recipient, *, by: Actor, at: datetime) -> None:
    brand, portal = settings.BRAND, settings.SITE_URLS["portal"]
    notifications.send_email(
        to=recipient.email,
        subject=f"{brand.product}: вам подарили полис",
        text=(
            f"Здравствуйте!\n\n{policy.policyholder.full_name} дарит вам полис медицинского страхования "
            f"{policy.number}. Он действует с {day(policy.period.starts_on)} по "
            f"{day(policy.period.last_day)}.\n\nКак им пользоваться, шаг за шагом показано в памятке, она приложена. "
            f"Войдите в кабинет {portal}/cabinet/ по телефону или почте, куда пришло это письмо, и заполните имя "
            "и дату рождения: полис появится сам. Ваши визиты и "
            f"консультации видите только вы.\n\nВопросы: {brand.phone}.\n{brand.insurer}"
        ),
        topic=TOPIC,
        subject_id=policy.id,
        by=by,
        at=at,
        attachments=[Attachment(f"{memo.title}.pdf", memo.storage_key, "application/pdf")],
    )
    _phone, giver = policies.holder_contacts(policy.id)
    notifications.send_email(
        to=giver,
        subject=f"{brand.product}: подарок вручён",
        text=(
            f"Здравствуйте!\n\nПисьмо с полисом {policy.number} отправлено получателю. Договор и оплату вы видите в "
            f"кабинете: {portal}/cabinet/policies/. Визиты и консультации видит только получатель.\n\n{brand.insurer}"
        ),
        topic=TOPIC,
        subject_id=policy.id,
        by=by,
        at=at,
    )
