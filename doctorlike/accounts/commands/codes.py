"""One-time codes: sent to a phone or e-mail address, entered once. `at` here is the true instant
(`clock.real_now()`): a moved demo clock neither ages nor renews a code."""

from __future__ import annotations

import math
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, DateTimeField
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from doctorlike.accounts.errors import (
    CodeError,
    CodeExpiredError,
    NetworkBusyError,
    SmsClosedError,
    TooManyCodesError,
    TooManyTriesError,
    TooSoonError,
    WrongCodeError,
)
from doctorlike.accounts.models import OneTimeCode
from doctorlike.accounts.rules import codes
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert, update
from doctorlike.notifications import commands as notifications
from doctorlike.notifications.queries import sms_open

_last_sent = Read(
    lambda: (
        OneTimeCode.objects.select_for_update()
        .filter(purpose=Told("purpose", CharField()), subject_id=Told("subject_id", CharField()))
        .order_by("-sent_at", "-id")[:1]
    ),
    prepared=True,
)
_sent_to = Read(
    lambda: OneTimeCode.objects.filter(
        target_digest=Told("target", CharField()), sent_at__gt=Told("since", DateTimeField())
    ).values_list("sent_at", "entered_at"),
    prepared=True,
)
CODES = Actor.system("one-time codes")


@transaction.atomic
def send_code(
    *, purpose: str, to: str, subject_id: object, at: datetime, by: Actor = CODES, ip_address: str = ""
) -> UUID:
    """Send six figures to a phone (E.164) or an e-mail address; the last one sent for (`purpose`, `subject_id`) is the
    one that counts. TooSoonError within 60 seconds of a code nobody entered, TooManyCodesError after ten such in a day,
    both counted by phone or address, whoever asks for whatever; NetworkBusyError when too many were asked for from
    `ip_address`; SmsClosedError when the money for SMS is spent."""
    target = _target_digest(to)
    # Two requests for one phone at once: the second waits here and then sees the first one's code.
    advisory_lock(f"one-time code to {target}")
    wait = codes.seconds_to_wait(_sent_to(target=target, since=at - codes.DAY), at)
    if wait > codes.RESEND_AFTER.total_seconds():
        raise TooManyCodesError(hours=math.ceil(wait / 3600), phone=settings.BRAND.phone)
    if wait:
        raise TooSoonError(seconds=wait)
    network = _network_digest(ip_address)
    _refuse_busy_network(network, at)
    if "@" not in to and not sms_open(_words("0" * codes.DIGITS)):
        raise SmsClosedError(phone=settings.BRAND.phone)
    figures = f"{secrets.randbelow(10**codes.DIGITS):0{codes.DIGITS}d}"
    code_id = new_id()
    insert(
        OneTimeCode(
            id=code_id,
            purpose=purpose,
            subject_id=str(subject_id),
            target_digest=target,
            network_digest=network,
            code_digest=_code_digest(code_id, figures),
            tries_left=codes.MOST_TRIES,
            sent_at=at,
        )
    )
    _tell(to, figures, code_id, by, at)
    return code_id


@transaction.atomic
def expect_code(*, purpose: str, subject_id: object, at: datetime) -> None:
    """As if a code had been sent, where there is nobody to send it to: whatever is entered is a wrong code, which costs
    as much work and as many tries as it does beside a true one. Repeating begins the tries anew."""
    code_id = new_id()
    insert(
        OneTimeCode(
            id=code_id,
            purpose=purpose,
            subject_id=str(subject_id),
            target_digest=_target_digest(f"nobody {code_id}"),
            code_digest=_code_digest(code_id, secrets.token_urlsafe(32)),
            tries_left=codes.MOST_TRIES,
            sent_at=at,
        )
    )


def check_code(*, purpose: str, subject_id: object, code: str, at: datetime) -> UUID:
    """Use up the code and return its id, a proof to keep with what it confirmed; a second use is CodeExpiredError.
    WrongCodeError(tries_left), TooManyTriesError after the fifth wrong one, CodeExpiredError after five minutes or when
    none was sent.

    Call it outside of a transaction (RuntimeError inside one): a refusal must not roll back the count of tries."""
    tried = _try_code(purpose, str(subject_id), code, at)
    if isinstance(tried, CodeError):
        raise tried
    return tried


@transaction.atomic(durable=True)
def _try_code(purpose: str, subject_id: str, code: str, at: datetime) -> CodeError | UUID:
    sent = next(iter(_last_sent(purpose=purpose, subject_id=subject_id)), None)
    if sent is None or sent.entered_at or codes.is_expired(sent.sent_at, at):
        return CodeExpiredError()
    if not sent.tries_left:
        return TooManyTriesError()
    if constant_time_compare(sent.code_digest, _code_digest(sent.pk, code)):
        sent.entered_at = at
        update(sent, "entered_at")
        return sent.pk
    sent.tries_left -= 1
    sent.save(update_fields=["tries_left"])
    return WrongCodeError(tries_left=sent.tries_left) if sent.tries_left else TooManyTriesError()


def _refuse_busy_network(network: str, at: datetime) -> None:
    if not network:
        return
    # After the lock of the target and never before it, so that no two requests wait for each other.
    advisory_lock(f"one-time codes from {network}")
    asked = OneTimeCode.objects.filter(network_digest=network, sent_at__gt=at - codes.DAY, entered_at__isnull=True)
    latest = asked.order_by("-sent_at").values_list("sent_at", flat=True)[: codes.MOST_UNANSWERED_OF_NETWORK_A_DAY]
    if wait := codes.network_seconds_to_wait(list(latest), at):
        raise NetworkBusyError(minutes=math.ceil(wait / 60), phone=settings.BRAND.phone)


def _tell(to: str, figures: str, code_id: UUID, by: Actor, at: datetime) -> None:
    text = _words(figures)
    if "@" in to:
        # The subject line stays in the journal of messages, so the figures are in the text alone.
        notifications.send_email(
            to=to, subject=_("Ваш код"), text=text, topic="code", subject_id=code_id, by=by, at=at, secret=True
        )
    else:
        notifications.send_sms(to=to, text=text, topic="code", subject_id=code_id, by=by, at=at, secret=True)


def _words(figures: str) -> str:
    return _("{code} — ваш код. Он действует 5 минут. Никому его не называйте, даже сотрудникам.").format(code=figures)


def _target_digest(to: str) -> str:
    return salted_hmac("doctorlike.accounts.code.target", to.strip().lower(), algorithm="sha256").hexdigest()


def _network_digest(ip_address: str) -> str:
    network = codes.network_of(ip_address)
    if not network:
        return ""
    return salted_hmac("doctorlike.accounts.code.network", network, algorithm="sha256").hexdigest()


def _code_digest(code_id: UUID, figures: str) -> str:
    return salted_hmac("doctorlike.accounts.code", f"{code_id}:{figures}", algorithm="sha256").hexdigest()
