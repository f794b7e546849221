"""What somebody has in their account beside policies: ways in, devices, a lost phone, consents, a copy, orders."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import replace
from datetime import date
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import EsiaLink
from doctorlike.accounts.rules.factors import Factor
from doctorlike.documents import commands as documents
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.notifications.models import Message
from doctorlike.policies import commands as policies
from doctorlike.rights import commands as rights
from doctorlike.shop import commands as shop
from doctorlike.shop.rules import Answers, Policyholder
from tests.jobs import run_jobs
from tests.shop import builders as orders
from tests.sites.matrix.belongings import BY, NOW, SOLD_AT, Owner, Things, consented

BROWSER = "Mozilla/5.0 (Windows NT 10.0; rv:131.0) Gecko/20100101 Firefox/131.0"
# Somebody else of the order, to whom its policy is given.
GIFTED = date(1975, 11, 2)


def account_things(things: Things) -> None:
    """Adds them to the ids."""
    user, by, real = things.user, Actor.user(things.user.pk), clock.real_now()
    secret = accounts.new_app_secret()
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    accounts.add_app(user_id=user.pk, secret=secret, code=code, by=by, at=real)
    accounts.note_sign_in(user_id=user.pk, device_token="", user_agent=BROWSER, at=real)
    other_device = UserSession.objects.create(
        user=user, ip="127.0.0.1", session_key=secrets.token_hex(16), user_agent=BROWSER
    )
    things.ids |= {
        "factor_id": Authenticator.objects.get(user=user, type=Factor.APP).pk,
        "session_id": other_device.pk,
        "consent_id": consented("advertising", "user", user.pk),
        "copy_id": rights.ask_copy(user_id=user.pk, by=by, at=NOW),
        "try_id": linking_begun(things),
        "user_id": user.pk,
    }
    EsiaLink.objects.create(user=user, oid_digest=secrets.token_hex(32), joined_at=real)
    rights.make_copy(copy_id=things.ids["copy_id"], by=BY, at=NOW)
    consented("health_data", "policy", things.policy_id)
    rights.ask_closing(user_id=user.pk, by=by, at=NOW)
    things.by_view |= {
        "recovery": {"secret": phone_lost(things)},
        "verify": {"code": documents.public_code(subject_type="policy", subject_id=things.policy_id, by=BY, at=NOW)},
    }


def linking_begun(things: Things) -> UUID:
    return policies.link_by_number(
        user_id=things.user.pk,
        number=things.policy.number,
        born_on=things.owner.who.born_on,
        by=Actor.user(things.user.pk),
        at=NOW,
        real_at=clock.real_now(),
    )


def phone_lost(things: Things) -> str:
    """A recovery that waits; the secret of the link that cancels it."""
    email = things.user.email or ""
    accounts.ask_recovery(email=email, phone="+79990000077", fits=True, by=Actor.visitor("tests"), at=clock.real_now())
    run_jobs()
    letter = Message.objects.filter(to=email).order_by("-created_at", "-id")[0]
    found = re.search(r"/recovery/cancel/([^/\s]+)/", letter.text)
    assert found, "the notice holds the link"
    return found[1]


def answers(owner: Owner) -> Answers:
    """Of the owner, as the shop's form takes them; the document's number is theirs alone."""
    return replace(
        orders.ANNA,
        surname=owner.who.surname,
        given_name=owner.who.given_name,
        sex=owner.who.sex,
        born_on=owner.who.born_on,
        number=f"{owner.roubles:06d}",
        issued_on=date(owner.who.born_on.year + 21, 6, 1),
    )


def order_begun(owner: Owner) -> str:
    """A draft with another adult, to whom the policy is to be given; its token."""
    token = orders.new_token()
    adult = replace(
        orders.ANNA, surname="Подарков", given_name="Павел", patronymic="", sex="male", born_on=GIFTED,
        number="777111", issued_on=date(2020, 11, 20),
    )  # fmt: skip
    holder = Policyholder(answers(owner), owner.who.phone, owner.who.email, is_insured=False)
    order_id = orders.draft_order(token=token, policyholder=holder, others=(adult,))
    shop.save_gift(
        order_id=order_id,
        index=0,
        phone="+79990000088",
        email="gift@mail.example",
        hand_over_on=date(2026, 3, 8),
        by=orders.BY,
        at=SOLD_AT,
    )
    return token
