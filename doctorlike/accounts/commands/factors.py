"""Second proofs: set up, used, removed. Codes of an app and recovery codes are checked here; what a passkey signs is
checked by allauth, which keeps its challenge in the session. `at` is the true instant, as for one-time codes."""

from __future__ import annotations

import hmac
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts.commands.devices import end_other_sessions
from doctorlike.accounts.commands.telling import tell_owner
from doctorlike.accounts.errors import (
    LastFactorError,
    SecondStepLockedError,
    TooManyPasskeysError,
    WrongSecondCodeError,
)
from doctorlike.accounts.models import User
from doctorlike.accounts.rules.factors import MOST_PASSKEYS, STRONG, Factor, may_remove
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked

_MOST_WRONG = 5
_WRONG_FORGOTTEN_AFTER_SECONDS = 15 * 60


def new_app_secret() -> str:
    """What an app on a phone makes its codes of; nothing is set up until a code of it was entered."""
    return generate_totp_secret()


def check_second_code(*, user_id: UUID, code: str, at: datetime) -> Factor:
    """A code of the app, or a recovery code, used up: neither serves twice. WrongSecondCodeError, SecondStepLockedError
    after the fifth wrong one, for a quarter of an hour. Call it outside of a transaction: a refusal must be counted."""
    with transaction.atomic():
        user = locked(User.objects.all(), pk=user_id)
        counted = f"wrong_second_codes:{user.pk}"
        wrong, latest_at = cache.get(counted, (0, at))
        if wrong >= _MOST_WRONG:
            left = latest_at + timedelta(seconds=_WRONG_FORGOTTEN_AFTER_SECONDS) - at
            minutes = max(1, math.ceil(left.total_seconds() / 60))
            raise SecondStepLockedError(minutes=minutes, phone=settings.BRAND.phone)
        used = next((factor for factor in _held(user) if _accepts(factor, code)), None)
        if used is not None:
            used.record_usage()
            cache.delete(counted)
            return Factor(used.type)
        audit.record(
            by=Actor.user(user.pk), at=at, action="second_step.failed", subject_type="user", subject_id=user.pk
        )
        cache.set(counted, (wrong + 1, at), _WRONG_FORGOTTEN_AFTER_SECONDS)
    raise WrongSecondCodeError


@transaction.atomic
def add_app(*, user_id: UUID, secret: str, code: str, by: Actor, at: datetime) -> None:
    """The app that shows this code now makes this person's second codes, instead of an earlier one; recovery codes come
    with it. WrongSecondCodeError when the code is of another secret."""
    user = locked(User.objects.all(), pk=user_id)
    counter = _counter_of(secret, code)
    if counter is None:
        raise WrongSecondCodeError
    Authenticator.objects.filter(user=user, type=Factor.APP).delete()
    app = TOTP.activate(user, secret).instance
    app.data["last_counter"] = counter
    app.save(update_fields=["data"])
    _added(user, Factor.APP, by=by, at=at)


@transaction.atomic
def add_passkey(*, user_id: UUID, name: str, credential: dict[str, Any], by: Actor, at: datetime) -> None:
    """A passkey whose answer to our challenge allauth has checked. TooManyPasskeysError."""
    user = locked(User.objects.all(), pk=user_id)
    if Authenticator.objects.filter(user=user, type=Factor.PASSKEY).count() >= MOST_PASSKEYS:
        raise TooManyPasskeysError(most=MOST_PASSKEYS)
    WebAuthn.add(user, name, credential)
    _added(user, Factor.PASSKEY, by=by, at=at)


@transaction.atomic
def remove_factor(*, user_id: UUID, factor_id: int, by: Actor, at: datetime) -> None:
    """Removing again is NotFoundError. LastFactorError for somebody at work who would have none left. Recovery codes go
    with the last app or passkey."""
    user = locked(User.objects.all(), pk=user_id)
    factors = Authenticator.objects.filter(user=user)
    factor = factors.filter(pk=factor_id, type__in=STRONG).first()
    if factor is None:
        raise NotFoundError
    left = factors.filter(type__in=STRONG).exclude(pk=factor.pk).count()
    if not may_remove(at_work=bool(user.roles), strong_left=left):
        raise LastFactorError
    kind = Factor(factor.type)
    factor.delete()
    if not left:
        factors.delete()
    audit.record(by=by, at=at, action="factor.removed", subject_type="user", subject_id=user.pk, details={"kind": kind})
    tell_owner(user, _("Из вашего аккаунта убрали способ подтверждения входа."), by=by, at=at)


@transaction.atomic
def reset_factors(*, email: str, by: Actor, at: datetime) -> int:
    """Forget every second proof of somebody at work and end their sessions; they set up another at the next sign-in.
    Returns how many there were; safe to repeat. NotFoundError when nobody at work has the address."""
    user = User.objects.select_for_update(of=("self",)).filter(email=email.strip().lower()).first()
    if user is None or not user.roles:
        raise NotFoundError
    forgotten = Authenticator.objects.filter(user=user).delete()[0]
    end_other_sessions(user_id=user.pk, but_key="", by=by, at=at)
    audit.record(by=by, at=at, action="factors.reset", subject_type="user", subject_id=user.pk)
    tell_owner(user, _("Ваши вторые способы входа сброшены. При следующем входе заведите новый."), by=by, at=at)
    return forgotten


@transaction.atomic
def use_demo_app(*, user_id: UUID, secret: str) -> None:
    """The demonstration's people have their app from the start; one that has any second proof keeps it."""
    if settings.DEMO and not Authenticator.objects.filter(user_id=user_id, type__in=STRONG).exists():
        TOTP.activate(User.objects.get(pk=user_id), secret)


@transaction.atomic
def renew_recovery_codes(*, user_id: UUID, by: Actor, at: datetime) -> list[str]:
    """New recovery codes; those there were are of no use any more. NotFoundError without an app or a passkey."""
    user = locked(User.objects.all(), pk=user_id)
    factors = Authenticator.objects.filter(user=user)
    if not factors.filter(type__in=STRONG).exists():
        raise NotFoundError
    factors.filter(type=Factor.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user)
    audit.record(by=by, at=at, action="recovery_codes.renewed", subject_type="user", subject_id=user.pk)
    return codes.generate_codes()


def _added(user: User, kind: Factor, *, by: Actor, at: datetime) -> None:
    audit.record(by=by, at=at, action="factor.added", subject_type="user", subject_id=user.pk, details={"kind": kind})
    words = {
        Factor.APP: _("К вашему аккаунту подключили приложение с кодами."),
        Factor.PASSKEY: _("К вашему аккаунту добавили ключ доступа: вход без кода с вашего устройства."),
    }
    tell_owner(user, words[kind], by=by, at=at)


def _held(user: User) -> Iterator[Authenticator]:
    codes = Authenticator.objects.select_for_update().filter(user=user).exclude(type=Factor.PASSKEY)
    yield from codes.order_by("-type")  # the app before recovery codes


def _accepts(factor: Authenticator, code: str) -> bool:
    if factor.type == Factor.RECOVERY_CODES:
        return bool(RecoveryCodes(factor).validate_code(code))
    # allauth forgets a used code sooner than it stops taking it, so the counter is kept with the secret.
    counter = _counter_of(decrypt(factor.data["secret"]), code)
    if counter is None or counter <= factor.data.get("last_counter", 0):
        return False
    factor.data["last_counter"] = counter
    factor.save(update_fields=["data"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    """Which half minute the code belongs to (RFC 6238), a neighbouring one included: clocks of phones differ."""
    for counter in yield_hotp_counters_from_time():
        if hmac.compare_digest(format_hotp_value(hotp_value(secret, counter)), code):
            return counter
    return None
