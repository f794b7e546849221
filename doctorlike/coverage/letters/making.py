"""Making a letter of guarantee and telling the clinic of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from doctorlike.audit import commands as audit
from doctorlike.clinics import queries as clinics
from doctorlike.coverage.letters.rules import LATE_AFTER, LetterEvent, LetterState, letter_number, next_state
from doctorlike.coverage.letters.wishes import letters_email
from doctorlike.coverage.models import Guarantee, GuaranteeLetter
from doctorlike.documents import commands as documents
from doctorlike.documents import queries as made
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from doctorlike.policies import queries as policies
from doctorlike.ui.words import day, money, percent

SUBJECT, KIND = "guarantee_letter", "guarantee"
# What messages about letters are: of a new one, and of one that does not hold any more.
TOLD, WITHDRAWN = "letter", "letter_withdrawn"
NO_ADDRESS, MAIL_REFUSED = "no_address", "mail"


def ask_letter(guarantee: Guarantee, *, by: Actor, at: datetime) -> None:
    """A letter about a guarantee just given, where the clinic wants one; a job makes it. Within the guarantee's own
    transaction. One guarantee has one letter: repeating changes nothing."""
    if not letters_email(guarantee.clinic_id) or GuaranteeLetter.objects.filter(guarantee=guarantee).exists():
        return
    advisory_lock(f"coverage:letters:{guarantee.policy_id}")
    serial = GuaranteeLetter.objects.filter(guarantee__policy_id=guarantee.policy_id).count() + 1
    letter = GuaranteeLetter.objects.create(
        guarantee=guarantee,
        number=letter_number(policies.policy(guarantee.policy_id).number, serial),
        asked_at=at,
        asked_by=str(by),
    )
    _enqueue(letter.pk)


def _enqueue(letter_id: UUID) -> None:
    from doctorlike.coverage.letters.tasks import make_letter_later  # the task calls back into this module

    make_letter_later.configure(lock=f"letter:{letter_id}").defer(letter_id=str(letter_id))


def make_letter(*, letter_id: UUID, by: Actor, at: datetime) -> None:
    """Typeset and sign the letter and tell the clinic that it waits at its reception. Outside a transaction: signing
    takes longer than a lock should be held. Repeating makes no second document and sends no second mail; a letter
    that was withdrawn meanwhile is left alone."""
    letter = GuaranteeLetter.objects.select_related("guarantee").filter(pk=letter_id).first()
    if letter is None or letter.state != LetterState.ASKED:
        return
    known = made.documents_of(SUBJECT, letter_id)
    # The papers of the insurer are Russian whatever the language of who booked.
    with translation.override("ru"):
        document_id = known[-1].id if known else _made(letter, by=by, at=at)
    _tell(letter_id, document_id, by=by, at=at)


def _made(letter: GuaranteeLetter, *, by: Actor, at: datetime) -> UUID:
    return documents.make_document(
        kind=KIND,
        template=KIND,
        facts=letter_facts(letter),
        subject_type=SUBJECT,
        subject_id=letter.pk,
        title=f"Гарантийное письмо {letter.number}",
        by=by,
        at=at,
    )


def letter_facts(letter: GuaranteeLetter) -> dict[str, str]:
    """What the paper says; every value in words of the reader."""
    guarantee = letter.guarantee
    policy, clinic = policies.policy(guarantee.policy_id), clinics.clinic(guarantee.clinic_id)
    listed = {one.service_code: one for one in clinics.prices_of(clinic.id, guarantee.visit_on)}
    service = listed.get(guarantee.service_code)
    share = service.price.share(policy.copay_percent) if service else None
    return {
        "number": letter.number,
        "made_on": day(clock.insurer_date(letter.asked_at)),
        "clinic": f"{clinic.name}, {clinic.address}",
        "patient": policy.insured.full_name,
        "born_on": day(policy.insured.born_on),
        "policy": policy.number,
        "service": f"{guarantee.service_code} {service.service_name}" if service else guarantee.service_code,
        "visit_on": day(guarantee.visit_on),
        "price": money(service.price) if service else "",
        "insurer_pays": money(service.price - share) if service and share is not None else "",
        "share": money(share) if share is not None and policy.copay_percent else "",
        "percent": percent(policy.copay_percent),
    }


@transaction.atomic
def _tell(letter_id: UUID, document_id: UUID, *, by: Actor, at: datetime) -> None:
    letter = _locked(letter_id)
    if letter.state != LetterState.ASKED:
        return
    letter.document_id = document_id
    email = letters_email(letter.guarantee.clinic_id)
    if not email:
        _apply(letter, LetterEvent.FAIL, failure=NO_ADDRESS, failed_at=at)
        return
    _apply(letter, LetterEvent.MAIL, mailed_at=at, failure="", failed_at=None)
    brand = settings.BRAND
    notifications.send_email(
        to=email,
        subject=f"{brand.product}: гарантийное письмо",
        text=(
            f"Здравствуйте!\n\nДля визита {day(letter.guarantee.visit_on)} в вашу клинику готово гарантийное письмо "
            f"страховщика. Откройте его в рабочем месте регистратуры:\n{_address(letter)}\n\nСам документ с подписью "
            f"там же. По этой ссылке попросим войти.\n\nВопросы: {brand.phone}.\n{brand.insurer}"
        ),
        topic=TOLD,
        subject_id=letter.pk,
        by=by,
        at=at,
    )


def _address(letter: GuaranteeLetter) -> str:
    page = reverse("reception:letter", urlconf=settings.URLCONFS["staff"], args=[letter.pk])
    return str(settings.SITE_URLS["staff"] + page)


def withdraw_letter(guarantee: Guarantee, *, by: Actor, at: datetime) -> None:
    """The guarantee does not bind any more: its letter holds no longer, and a clinic that was told of it is told of
    that too. Within the transaction of the withdrawal. Repeating changes nothing."""
    letter = GuaranteeLetter.objects.select_for_update().filter(guarantee=guarantee).first()
    if letter is None or letter.state == LetterState.WITHDRAWN:
        return
    _apply(letter, LetterEvent.WITHDRAW, withdrawn_at=at, failure="", failed_at=None)
    if letter.mailed_at is not None:
        _tell_withdrawal(letter, by=by, at=at)


def _tell_withdrawal(letter: GuaranteeLetter, *, by: Actor, at: datetime) -> None:
    email = letters_email(letter.guarantee.clinic_id)
    if not email:
        _save(letter, failure=NO_ADDRESS, failed_at=at)
        return
    brand = settings.BRAND
    with translation.override("ru"):
        visit_day = day(letter.guarantee.visit_on)
    notifications.send_email(
        to=email,
        subject=f"{brand.product}: гарантийное письмо отозвано",
        text=(
            f"Здравствуйте!\n\nГарантийное письмо для визита {visit_day} больше не действует: запись отменена или "
            f"перенесена. О новом времени, если оно есть, придёт новое письмо.\n{_address(letter)}\n\n"
            f"Вопросы: {brand.phone}.\n{brand.insurer}"
        ),
        topic=WITHDRAWN,
        subject_id=letter.pk,
        by=by,
        at=at,
    )


def note_letter_accepted(fact: MessageAccepted) -> None:
    """The clinic's mail took a message about a letter. News of other messages are none of ours."""
    if fact.topic not in (TOLD, WITHDRAWN):
        return
    letter = _locked(UUID(fact.subject_id))
    if fact.topic == TOLD:
        _apply(letter, LetterEvent.ACCEPT, sent_at=letter.sent_at or fact.at)
    else:
        _save(letter, withdrawal_sent_at=letter.withdrawal_sent_at or fact.at)


def note_letter_failed(fact: MessageFailed) -> None:
    """A message about a letter could not be delivered in all its tries: the desk sees it. One about a letter that was
    withdrawn meanwhile fails nobody."""
    if fact.topic not in (TOLD, WITHDRAWN):
        return
    letter = _locked(UUID(fact.subject_id))
    if (letter.state == LetterState.WITHDRAWN) is (fact.topic == WITHDRAWN):
        _apply(letter, LetterEvent.FAIL, failure=MAIL_REFUSED, failed_at=fact.at)


@transaction.atomic
def open_letter(*, clinic_id: UUID, letter_id: UUID, by: Actor, at: datetime) -> None:
    """Somebody at the clinic's reception reads the letter: noted in the trail each time, and on the letter the first
    time. NotFoundError for another clinic's, and for one that is still being made."""
    rows = GuaranteeLetter.objects.filter(guarantee__clinic_id=clinic_id, document_id__isnull=False)
    if not rows.filter(pk=letter_id).exists():
        raise NotFoundError
    letter = _locked(letter_id)
    if letter.opened_at is None:
        _apply(letter, LetterEvent.OPEN, opened_at=at, opened_by=str(by))
    audit.record(
        by=by, at=at, action="letter.read", subject_type="policy", subject_id=letter.guarantee.policy_id,
        details={"clinic": str(clinic_id), "letter": str(letter_id)},
    )  # fmt: skip


@transaction.atomic
def send_letter_again(*, letter_id: UUID, by: Actor, at: datetime) -> None:
    """The desk tries once more to tell the clinic what it could not be told. Where nothing failed, nothing happens.
    NotFoundError."""
    letter = _locked(letter_id)
    if not letter.failure:
        return
    audit.record(
        by=by, at=at, action="letter.sent_again", subject_type="policy", subject_id=letter.guarantee.policy_id,
        details={"letter": str(letter_id)},
    )  # fmt: skip
    _apply(letter, LetterEvent.SEND_AGAIN, failure="", failed_at=None)
    if letter.state == LetterState.ASKED:
        _enqueue(letter.pk)
    elif letter.state == LetterState.WITHDRAWN:
        _tell_withdrawal(letter, by=by, at=at)


def late_letters(at: datetime) -> list[UUID]:
    """Letters asked for a while ago that nobody has made: a job was lost."""
    rows = GuaranteeLetter.objects.filter(state=LetterState.ASKED, asked_at__lt=at - LATE_AFTER)
    return list(rows.values_list("pk", flat=True)[:500])


def _locked(letter_id: UUID) -> GuaranteeLetter:
    return locked(GuaranteeLetter.objects.select_related("guarantee"), pk=letter_id)


def _apply(letter: GuaranteeLetter, event: LetterEvent, **noted: object) -> None:
    letter.state = next_state(LetterState(letter.state), event)
    _save(letter, **noted)


def _save(letter: GuaranteeLetter, **noted: object) -> None:
    for name, value in noted.items():
        setattr(letter, name, value)
    letter.save()
