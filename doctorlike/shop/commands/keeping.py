"""A draft is left and gone on with: what was typed is kept, a letter brings the link, the end is told in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands as notifications
from doctorlike.shop.commands.changes import locked_order, touch
from doctorlike.shop.errors import OrderClosedError
from doctorlike.shop.models import Order
from doctorlike.shop.rules import (
    FORGETTABLE,
    OPEN_TO_CHANGES,
    TELL_AFTER,
    forgotten_on,
    read_draft,
    read_resume,
    with_letter,
    write_draft,
    write_resume,
)

LONGEST_ANSWER = 300
MOST_ANSWERS = 40


@transaction.atomic
def keep_unfinished(*, order_id: UUID, page: str, typed: Mapping[str, str], by: Actor, at: datetime) -> bool:
    """Keep what was typed on a page that cannot be accepted yet, so that it stands there again; False when the order
    is not open to changes. What was agreed stays agreed: nothing of this is part of the order. Repeating is safe."""
    order = locked_order(order_id)
    if order.state not in OPEN_TO_CHANGES:
        return False
    kept = {name[:40]: text[:LONGEST_ANSWER] for name, text in list(typed.items())[:MOST_ANSWERS]}
    order.answers = write_draft(read_draft(order.answers).with_unfinished(page, kept))
    touch(order, by=by, at=at)
    order.save(update_fields=["answers", "changed_at", "changed_by", "expiry_told_at", "expiry_told_by"])
    return True


@transaction.atomic
def send_resume_link(*, order_id: UUID, email: str, link: str, by: Actor, at: datetime, real_at: datetime) -> None:
    """Mail the order's secret link to somebody who wants to go on later; from now on they are also told before the
    answers are deleted. `link` is the page's address. A double click sends one. OrderClosedError,
    TooManyLettersError."""
    order = locked_order(order_id)
    if order.state not in OPEN_TO_CHANGES:
        raise OrderClosedError
    resume = with_letter(read_resume(order.resume), email=email, link=link, at=real_at)
    if resume is None:
        return
    touch(order, by=by, at=at)
    order.resume = write_resume(resume)
    order.save(update_fields=["resume", "changed_at", "changed_by", "expiry_told_at", "expiry_told_by"])
    until = date_format(forgotten_on(at), "j E Y", use_l10n=False)
    _write(
        order,
        email,
        _("{product}: ваша заявка ждёт вас"),
        _(
            "Здравствуйте!\n\nВы попросили ссылку, чтобы закончить заявку позже:\n{link}\n\n"
            "Ответы хранятся до {until}. По ссылке их может прочитать каждый, поэтому никому её не пересылайте.\n\n"
            "Если вы ничего не просили, ничего делать не нужно.\n\nЕсть вопросы? Позвоните: {phone}.\n{insurer}"
        ).format(link=link, until=until, phone=settings.BRAND.phone, insurer=settings.BRAND.insurer),
        by=by,
        at=at,
    )
    audit.record(by=by, at=at, action="order.link_sent", subject_type="order", subject_id=order.pk)


def tell_expiring_drafts(*, by: Actor, at: datetime) -> int:
    """Tell those who asked for their link that the answers will be deleted in three days, once; returns how many were
    told. Repeating is safe."""
    old = Order.objects.filter(
        changed_at__lt=at - TELL_AFTER, state__in=FORGETTABLE, resume__isnull=False, expiry_told_at__isnull=True
    ).values_list("pk", flat=True)
    return sum(_tell_expiry(order_id, by=by, at=at) for order_id in list(old[:1000]))


@transaction.atomic
def _tell_expiry(order_id: UUID, *, by: Actor, at: datetime) -> bool:
    order = locked_order(order_id)
    resume = read_resume(order.resume)
    fresh = order.changed_at >= at - TELL_AFTER
    if fresh or resume is None or order.expiry_told_at is not None or order.state not in FORGETTABLE:
        return False
    with translation.override("ru"):
        until = date_format(forgotten_on(order.changed_at), "j E Y", use_l10n=False)
        _write(
            order,
            resume.email,
            _("{product}: черновик заявки скоро удалится"),
            _(
                "Здравствуйте!\n\nЗаявка на полис не закончена. {until} ответы удалятся, и заполнять придётся заново. "
                "Чтобы закончить:\n{link}\n\nЕсли полис больше не нужен, ничего делать не надо.\n\n"
                "Есть вопросы? Позвоните: {phone}.\n{insurer}"
            ).format(link=resume.link, until=until, phone=settings.BRAND.phone, insurer=settings.BRAND.insurer),
            by=by,
            at=at,
        )
    order.expiry_told_at, order.expiry_told_by = at, str(by)
    order.save(update_fields=["expiry_told_at", "expiry_told_by"])
    return True


def _write(order: Order, email: str, subject: str, text: str, *, by: Actor, at: datetime) -> None:
    # Secret: whoever holds the link reads the answers, so the journal of messages does not show the text.
    notifications.send_email(
        to=email,
        subject=subject.format(product=settings.BRAND.product),
        text=text,
        topic="draft",
        subject_id=order.pk,
        by=by,
        at=at,
        secret=True,
    )
