"""Documents of issued orders, and forgetting orders that were given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from doctorlike.audit import commands as audit
from doctorlike.audit import queries as trail
from doctorlike.documents import commands as documents
from doctorlike.documents import queries as made
from doctorlike.documents.queries import DocumentCard
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.writes import update
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.rules import Attachment
from doctorlike.policies import queries as policies_of_everybody
from doctorlike.policies.queries import PolicyView
from doctorlike.shop import papers, queries
from doctorlike.shop.commands.changes import locked_order, move
from doctorlike.shop.errors import SentRecentlyError
from doctorlike.shop.models import Order
from doctorlike.shop.rules import FORGET_AFTER, FORGETTABLE, OrderEvent, OrderState

LATE_AFTER = timedelta(minutes=10)
# The subject under which an order's letter is kept.
LETTER = "order"
SENT_AGAIN = "policy.documents_sent_again"
AGAIN_AT_MOST, AGAIN_WITHIN = 3, timedelta(days=1)
# Far more than happens to a policy in a day.
RECENT_DEEDS = 100


def send_documents(*, order_id: UUID, by: Actor, at: datetime) -> None:
    """Make the signed documents of an issued order and e-mail them to the policyholder, in a job and outside of a
    transaction. Repeating makes no document again and sends no second e-mail; an order that is not issued is left
    alone."""
    policies = queries.policies_of(order_id)
    order = queries.order(order_id)
    if order.state != OrderState.ISSUED or not policies:
        return
    if order.documents_sent_at is None:
        _make_missing(policies, order_id, by=by, at=at)
        _send(order_id, policies, by=by, at=at)
    notifications.hand_over_waiting(topic=LETTER, subject_id=order_id, at=at)


def send_documents_again(*, policy_id: UUID, by: Actor, at: datetime) -> str:
    """E-mail the newest documents of a policy once more, always to the address of its contract; returns that address.
    What was never made is made now. NotFoundError; SentRecentlyError after three times within a day, so that nobody's
    mailbox is filled through us."""
    policy = policies_of_everybody.policy(policy_id)
    _make_missing([policy], policy.order_id, by=by, at=at)
    with transaction.atomic():
        advisory_lock(f"documents again:{policy_id}")
        deeds = trail.history(subject_type="policy", subject_id=policy_id, limit=RECENT_DEEDS)
        sent = [one for one in deeds if one.action == SENT_AGAIN and one.at > at - AGAIN_WITHIN]
        if len(sent) >= AGAIN_AT_MOST:
            raise SentRecentlyError
        _mail_again(policy, by=by, at=at)
        audit.record(by=by, at=at, action=SENT_AGAIN, subject_type="policy", subject_id=policy_id)
    return policy.contact_email


def undelivered_orders(at: datetime) -> list[UUID]:
    """Issued for a while and still without documents: a job was lost."""
    rows = Order.objects.filter(issued_at__lt=at - LATE_AFTER, documents_sent_at__isnull=True)
    return list(rows.values_list("pk", flat=True)[:100])


def expire_orders(*, by: Actor, at: datetime) -> int:
    """Forget the answers of orders untouched for thirty days; returns how many. Repeating is safe."""
    old = Order.objects.filter(changed_at__lt=at - FORGET_AFTER, state__in=FORGETTABLE).values_list("pk", flat=True)
    forgotten = 0
    for order_id in list(old[:1000]):
        forgotten += _expire(order_id, by=by, at=at)
    return forgotten


@transaction.atomic
def _expire(order_id: UUID, *, by: Actor, at: datetime) -> bool:
    order = locked_order(order_id)
    if order.changed_at >= at - FORGET_AFTER or order.state not in FORGETTABLE:
        return False
    move(order, OrderEvent.EXPIRE, by=by, at=at)
    order.answers, order.resume = {}, None
    order.save()
    audit.record(by=by, at=at, action="order.expired", subject_type="order", subject_id=order.pk)
    return True


def _make_missing(policies: list[PolicyView], order_id: UUID | None, *, by: Actor, at: datetime) -> None:
    """Whatever of the set is not there yet: each policy's own documents, and the receipt of the order."""
    known = {(card.subject_id, card.kind) for card in _cards(policies, order_id)}
    payment = queries.payment_of(order_id) if order_id else None
    with translation.override("ru"):
        wanted = [paper for policy in policies for paper in papers.papers_of(policy, settings.SITE_URLS["portal"])]
        if order_id and payment is not None:
            # One receipt tells of all policies of the order, whichever of them is asked for.
            bought = policies if len(policies) > 1 else queries.policies_of(order_id)
            wanted.append(papers.receipt_of(order_id, bought, payment))
        missing = [paper for paper in wanted if (str(paper.subject_id), paper.kind) not in known]
        if missing:
            documents.make_documents(missing, by=by, at=at)


def _cards(policies: list[PolicyView], order_id: UUID | None) -> list[DocumentCard]:
    of_policies = made.documents_of_many("policy", [policy.id for policy in policies])
    return of_policies + (made.documents_of("order", order_id) if order_id else [])


def _attachments(cards: list[DocumentCard]) -> list[Attachment]:
    """Each file once: policies on the same conditions share theirs."""
    files = {card.storage_key: card for card in cards}
    return [Attachment(f"{card.title}.pdf", card.storage_key, "application/pdf") for card in files.values()]


@transaction.atomic
def _send(order_id: UUID, policies: list[PolicyView], *, by: Actor, at: datetime) -> None:
    order = locked_order(order_id)
    if order.documents_sent_at is not None:
        return
    numbers = ", ".join(policy.number for policy in policies)
    brand = settings.BRAND
    notifications.send_email(
        to=policies[0].contact_email,
        subject=f"{brand.product}: документы по полису {numbers}",
        text=(
            f"Здравствуйте!\n\nДоговор заключён, номер полиса: {numbers}. Полис, условия, памятка и квитанция "
            f"приложены к письму, они же лежат в личном кабинете.\n\nЧто дальше: войдите в личный кабинет "
            f"{settings.SITE_URLS['portal']}/cabinet/ по телефону или почте из заявки. Памятка проведёт по шагам.\n\n"
            f"Если что-то непонятно, позвоните: {brand.phone}.\n{brand.insurer}"
        ),
        topic=LETTER,
        subject_id=order.pk,
        by=by,
        at=at,
        attachments=_attachments(_cards(policies, order_id)),
        enqueue=False,
    )
    order.documents_sent_at, order.documents_sent_by = at, str(by)
    update(order, "documents_sent_at", "documents_sent_by")


def _mail_again(policy: PolicyView, *, by: Actor, at: datetime) -> None:
    brand = settings.BRAND
    notifications.send_email(
        to=policy.contact_email,
        subject=f"{brand.product}: ещё раз документы по полису {policy.number}",
        text=(
            f"Здравствуйте!\n\nВы просили прислать документы полиса {policy.number} ещё раз: они приложены к письму. "
            f"В личном кабинете {settings.SITE_URLS['portal']}/cabinet/documents/ они лежат всегда.\n\n"
            f"Если вы об этом не просили, позвоните: {brand.phone}.\n{brand.insurer}"
        ),
        topic="documents",
        subject_id=policy.id,
        by=by,
        at=at,
        attachments=_attachments(_cards([policy], policy.order_id)),
    )
