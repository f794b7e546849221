"""The notice of a cancellation: a signed document and an e-mail, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from doctorlike.documents import commands as documents
from doctorlike.documents import queries as made
from doctorlike.documents.queries import DocumentCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.rules import Attachment
from doctorlike.policies import queries
from doctorlike.policies.models import Cancellation
from doctorlike.policies.queries import PolicyView
from doctorlike.ui.words import day, money

KIND = "cancellation"
LATE_AFTER = timedelta(minutes=10)


def send_cancellation_notice(*, policy_id: UUID, by: Actor, at: datetime) -> None:
    """Make the signed notice of a contract that was ended, and e-mail it to the policyholder. Repeating makes no second
    notice and sends no second letter; a contract in force is left alone."""
    cancellation = Cancellation.objects.filter(policy=policy_id, told_at__isnull=True).first()
    if cancellation is None:
        return
    policy = queries.policy(policy_id)
    # A contract's papers are Russian whatever the language of the page.
    with translation.override("ru"):
        facts = _facts(policy, cancellation)
        if not _notices(policy_id):
            documents.make_document(
                kind=KIND,
                template=KIND,
                facts=facts,
                subject_type="policy",
                subject_id=policy_id,
                title=f"Уведомление о расторжении полиса {policy.number}",
                by=by,
                at=at,
            )
        _send(cancellation.pk, policy, facts["money"], by=by, at=at)


def untold_cancellations(at: datetime) -> list[UUID]:
    """Contracts ended for a while whose notice was not sent: a job was lost."""
    rows = Cancellation.objects.filter(told_at__isnull=True, asked_at__lt=at - LATE_AFTER)
    return list(rows.values_list("policy", flat=True)[:100])


def _notices(policy_id: UUID) -> list[DocumentCard]:
    return [card for card in made.documents_of("policy", policy_id) if card.kind == KIND]


def _facts(policy: PolicyView, cancellation: Cancellation) -> dict[str, str]:
    outcome = queries.outcome_of(
        policy,
        asked_on=clock.insurer_date(cancellation.asked_at),
        insured_event=cancellation.insured_event,
    )
    if not cancellation.due:
        back = "Премия не возвращается: таковы условия договора на день обращения."
    elif cancellation.refund_id is None:
        back = f"К возврату {money(cancellation.due)}. Сотрудник свяжется с вами и уточнит, куда перевести деньги."
    else:
        back = f"К возврату {money(cancellation.due)}: на карту, с которой была оплата, после проверки сотрудником."
    return {
        "number": policy.number,
        "product": policy.product_name,
        "policyholder": policy.policyholder.full_name,
        "insured": policy.insured.full_name,
        "concluded_on": day(clock.insurer_date(policy.concluded_at)),
        "asked_on": day(clock.insurer_date(cancellation.asked_at)),
        "last_day": "" if policy.never_begins else day(policy.last_day),
        "premium": money(policy.premium),
        "days": f"{outcome.days_left} из {outcome.days_total}",
        "refund": money(cancellation.due),
        "money": back,
    }


@transaction.atomic
def _send(cancellation_id: UUID, policy: PolicyView, back: str, *, by: Actor, at: datetime) -> None:
    row = locked(Cancellation.objects.all(), pk=cancellation_id)
    if row.told_at is not None:
        return
    brand = settings.BRAND
    until = (
        "Он не начнёт действовать."
        if policy.never_begins
        else f"Последний день, когда он действует: {day(policy.last_day)}."
    )
    _phone, holder_email = queries.holder_contacts(policy.id)
    notifications.send_email(
        to=holder_email,
        subject=f"{brand.product}: полис {policy.number} расторгнут",
        text=(
            f"Здравствуйте!\n\nДоговор по полису {policy.number} расторгнут по вашему обращению. {until} Записи на "
            f"более поздние дни отменены.\n\n{back}\n\n"
            "Ваша доля за уже оказанные услуги остаётся к оплате, её видно в личном кабинете.\n\nПодписанное "
            f"уведомление приложено к письму.\n\nЕсли вы этого не просили, сразу позвоните: {brand.phone}.\n"
            f"{brand.insurer}"
        ),
        topic=KIND,
        subject_id=row.pk,
        by=by,
        at=at,
        attachments=[
            Attachment(f"{card.title}.pdf", card.storage_key, "application/pdf") for card in _notices(policy.id)
        ],
    )
    if policy.contact_email != holder_email:
        # It was a gift: the insured learns that the cover ends; the money is the policyholder's matter.
        notifications.send_email(
            to=policy.contact_email,
            subject=f"{brand.product}: полис {policy.number} расторгнут",
            text=(
                f"Здравствуйте!\n\nСтрахователь расторг договор по полису {policy.number}. {until} Записи на более "
                "поздние дни отменены. Ваша доля за уже оказанные услуги остаётся к оплате, её видно в личном "
                f"кабинете.\n\nВопросы: {brand.phone}.\n{brand.insurer}"
            ),
            topic=KIND,
            subject_id=row.pk,
            by=by,
            at=at,
        )
    row.told_at, row.told_by = at, str(by)
    row.save(update_fields=["told_at", "told_by"])
