"""Devices people sign in from, and their sessions."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts.commands.telling import tell_owner
from doctorlike.accounts.models import Device, User
from doctorlike.accounts.rules.factors import device_name
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.ui.words import moment


@transaction.atomic
def note_sign_in(*, user_id: UUID, device_token: str, user_agent: str, at: datetime) -> str:
    """Remember the device of a sign-in and tell the owner of one that is new to an account that had others; returns the
    token for the device to keep. The token it came with is kept, and told to nobody else."""
    user = locked(User.objects.all(), pk=user_id)
    token = device_token if 32 <= len(device_token) <= 64 else secrets.token_urlsafe(32)
    name = device_name(user_agent)
    had_others = Device.objects.filter(user=user).exists()
    device, is_new = Device.objects.get_or_create(
        user=user,
        token_digest=hashlib.sha256(token.encode()).hexdigest(),
        defaults={"name": name, "first_seen_at": at, "last_seen_at": at},
    )
    if not is_new:
        device.name, device.last_seen_at = name, at
        device.save(update_fields=["name", "last_seen_at"])
    elif had_others:
        by = Actor.user(user.pk)
        audit.record(by=by, at=at, action="device.new", subject_type="user", subject_id=user.pk)
        told = _("Вход в ваш аккаунт с нового устройства: {device}, {when}.").format(
            device=name or _("неизвестное устройство"), when=moment(at)
        )
        tell_owner(user, told, by=by, at=at)
    return token


@transaction.atomic
def end_session(*, user_id: UUID, session_id: int, by: Actor, at: datetime) -> None:
    """Sign one device out, its telemedicine session too. NotFoundError when it has ended already or is another's."""
    session = UserSession.objects.filter(user_id=user_id, pk=session_id).first()
    if session is None:
        raise NotFoundError
    get_adapter().end_sessions([session])
    audit.record(by=by, at=at, action="session.ended", subject_type="user", subject_id=user_id)


@transaction.atomic
def end_other_sessions(*, user_id: UUID, but_key: str, by: Actor, at: datetime) -> int:
    """Sign out everywhere but here; returns how many sessions that were. Safe to repeat."""
    others = list(UserSession.objects.filter(user_id=user_id).exclude(session_key=but_key))
    get_adapter().end_sessions(others)
    if others:
        audit.record(
            by=by, at=at, action="session.ended", subject_type="user", subject_id=user_id,
            details={"count": len(others)},
        )  # fmt: skip
    return len(others)


def note_seen(*, session_key: str, at: datetime) -> None:
    """A session is in use; told once a day by whoever serves its pages."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at)
