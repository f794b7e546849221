"""New versions of a policy's documents after a correction (docs/rules/correction.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from doctorlike.documents import commands as documents
from doctorlike.documents import queries as made
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.rules import Attachment
from doctorlike.policies import queries as policies
from doctorlike.policies.facts import PolicyCorrected
from doctorlike.policies.queries import PolicyView
from doctorlike.shop import papers


def remake_documents(fact: PolicyCorrected) -> None:
    """The job that makes a corrected policy's documents anew. It is safe to repeat."""
    from doctorlike.shop.tasks import deliver_corrected_documents  # the task calls back into this package

    deliver_corrected_documents.configure(lock=f"corrected:{fact.policy_id}").defer(
        policy_id=str(fact.policy_id), corrected_at=fact.at.isoformat()
    )


def send_corrected_documents(*, policy_id: UUID, corrected_at: datetime, by: Actor, at: datetime) -> None:
    """Make the next version of the policy and its memo, and e-mail them to the policyholder; the earlier version is
    kept. Repeating for the same correction makes and sends nothing twice. Documents that were never made are left to
    the job of their order."""
    policy = policies.policy(policy_id)
    wanted = (
        ("policy", f"Полис {policy.number}", papers.policy_facts),
        ("memo", f"Памятка к полису {policy.number}", _memo_facts),
    )
    with transaction.atomic(), translation.override("ru"):
        advisory_lock(f"corrected documents of {policy_id}")
        known = {card.kind: card for card in made.documents_of("policy", policy_id)}
        old = [one for one in wanted if one[0] in known and known[one[0]].made_at <= corrected_at]
        for kind, title, facts_of in old:
            documents.make_document(
                kind=kind,
                template=kind,
                facts=facts_of(policy),
                subject_type="policy",
                subject_id=policy_id,
                title=title,
                by=by,
                # A moved clock may show the very instant of the correction: the new version is always later.
                at=max(at, corrected_at + timedelta(microseconds=1)),
            )
        if old:
            _send(policy, [kind for kind, _title, _facts in old], by=by, at=at)


def _memo_facts(policy: PolicyView) -> dict[str, object]:
    return papers.memo_facts(policy, settings.SITE_URLS["portal"])


def _send(policy: PolicyView, kinds: list[str], *, by: Actor, at: datetime) -> None:
    brand = settings.BRAND
    notifications.send_email(
        to=policy.contact_email,
        subject=f"{brand.product}: исправленные документы по полису {policy.number}",
        text=(
            f"Здравствуйте!\n\nМы исправили данные в полисе {policy.number}. Новая версия документов приложена к "
            "письму и лежит в личном кабинете, прежняя сохранена там же с пометкой «заменён». Номер, срок и условия "
            f"не изменились.\n\nЕсли вы этого не просили, позвоните: {brand.phone}.\n{brand.insurer}"
        ),
        topic="correction",
        subject_id=policy.id,
        by=by,
        at=at,
        attachments=[
            Attachment(f"{card.title}.pdf", card.storage_key, "application/pdf")
            for card in made.documents_of("policy", policy.id)
            if card.kind in kinds
        ],
    )
