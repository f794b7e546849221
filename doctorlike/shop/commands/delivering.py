"""Documents of issued orders, and forgetting orders that were given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from doctorlike.audit import commands as audit
from doctorlike.documents import commands as documents
from doctorlike.documents import queries as made
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.rules import Attachment
from doctorlike.policies.queries import PolicyView
from doctorlike.shop import papers, queries
from doctorlike.shop.commands.changes import locked_order, move
from doctorlike.shop.models import Order
from doctorlike.shop.rules import FORGETTABLE, OrderEvent, OrderState

FORGET_AFTER = timedelta(days=30)
LATE_AFTER = timedelta(minutes=10)


def send_documents(*, order_id: UUID, by: Actor, at: datetime) -> None:
    """Make the signed documents of an issued order and e-mail them to the policyholder. Repeating makes no document
    again and sends no second e-mail; an order that is not issued is left alone."""
    policies = queries.policies_of(order_id)
    order = Order.objects.only("state", "documents_sent_at").get(pk=order_id)
    if order.state != OrderState.ISSUED or order.documents_sent_at is not None or not policies:
        return
    with translation.override("ru"):
        for policy in policies:
            _make_policy_papers(policy, by=by, at=at)
        _make_receipt(order_id, policies, by=by, at=at)
    _send(order_id, policies, by=by, at=at)


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
    order.answers = {}
    order.save()
    audit.record(by=by, at=at, action="order.expired", subject_type="order", subject_id=order.pk)
    return True


def _make_policy_papers(policy: PolicyView, *, by: Actor, at: datetime) -> None:
    known = {card.kind for card in made.documents_of("policy", policy.id)}
    wanted = (
        ("policy", f"Полис {policy.number}", papers.policy_facts(policy)),
        ("terms", f"Условия страхования к полису {policy.number}", papers.terms_facts(policy)),
        ("memo", f"Памятка к полису {policy.number}", papers.memo_facts(policy, settings.SITE_URLS["portal"])),
    )
    for kind, title, facts in wanted:
        if kind not in known:
            documents.make_document(
                kind=kind,
                template=kind,
                facts=facts,
                subject_type="policy",
                subject_id=policy.id,
                title=title,
                by=by,
                at=at,
            )


def _make_receipt(order_id: UUID, policies: list[PolicyView], *, by: Actor, at: datetime) -> None:
    payment = queries.payment_of(order_id)
    if payment is None or made.documents_of("order", order_id):
        return
    documents.make_document(
        kind="receipt",
        template="receipt",
        facts=papers.receipt_facts(policies, payment),
        subject_type="order",
        subject_id=order_id,
        title="Квитанция об оплате",
        by=by,
        at=at,
    )


@transaction.atomic
def _send(order_id: UUID, policies: list[PolicyView], *, by: Actor, at: datetime) -> None:
    order = locked_order(order_id)
    if order.documents_sent_at is not None:
        return
    files = made.documents_of_many("policy", [policy.id for policy in policies]) + made.documents_of("order", order_id)
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
        topic="order",
        subject_id=order.pk,
        by=by,
        at=at,
        attachments=[Attachment(f"{card.title}.pdf", card.storage_key, "application/pdf") for card in files],
    )
    order.documents_sent_at, order.documents_sent_by = at, str(by)
    order.save(update_fields=["documents_sent_at", "documents_sent_by"])
