"""A card in use that will soon be of no use."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.copay.commands.telling import NEWS_TOPIC
from doctorlike.copay.models import CardExpiryWarning, Enrolment
from doctorlike.copay.rules import EnrolmentState
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.notifications import commands as notifications
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import CardView
from doctorlike.ui.words import day

AHEAD = timedelta(days=30)


@transaction.atomic
def warn_of_expiry(*, on: date, by: Actor, at: datetime) -> int:
    """Tells the owner of every card in use whose last day is at most 30 days after that business date, once for each
    card; returns how many were told. Safe to repeat and to run beside itself."""
    advisory_lock("copay:card_expiry")
    in_use = Enrolment.objects.exclude(state=EnrolmentState.ENDED).filter(card__isnull=False)
    unwarned = in_use.values_list("card", flat=True).exclude(card__in=CardExpiryWarning.objects.values("card"))
    expiring = payments.cards_expiring(unwarned, on + AHEAD)
    CardExpiryWarning.objects.bulk_create([CardExpiryWarning(card_id=card.id, warned_on=on) for card in expiring])
    for card in expiring:
        _tell(card, by=by, at=at)
    return len(expiring)


def _tell(card: CardView, *, by: Actor, at: datetime) -> None:
    owner = accounts.user_card(card.owner_id)
    text = _("Срок карты {card} — до {day} включительно. Привяжите другую в личном кабинете, чтобы не терять запись.")
    text = text.format(card=card.title, day=day(card.last_day))
    subject = _("Срок карты заканчивается")
    if owner.email:
        notifications.send_email(
            to=owner.email, subject=subject, text=text, topic=NEWS_TOPIC, subject_id=card.id, by=by, at=at
        )
    if owner.phone:
        notifications.send_sms(to=owner.phone, text=text, topic=NEWS_TOPIC, subject_id=card.id, by=by, at=at)
