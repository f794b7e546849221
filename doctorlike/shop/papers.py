"""What stands in the documents of a policy: facts for the Typst templates, in people's words."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from doctorlike.accounts.queries import PersonCard
from doctorlike.kit import clock
from doctorlike.kit.phones import show_phone
from doctorlike.payments.queries import PaymentView
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import Scope, fixed_regions
from doctorlike.shop.words import EXAMPLE_PRICE, conditions, days, months, roubles

SCOPE_NAMES = {
    Scope.MOSCOW: "Москва и Московская область",
    Scope.SAINT_PETERSBURG: "Санкт-Петербург и Ленинградская область",
    Scope.REGIONS: "Регионы России, кроме Москвы, Санкт-Петербурга и их областей",
    Scope.RUSSIA: "Вся Россия",
}


def policy_facts(policy: PolicyView) -> dict[str, Any]:
    """For `policy.typ`."""
    programme = policy.terms.programme(policy.programme)
    return {
        "number": policy.number,
        "product": policy.product_name,
        "concluded_on": written(clock.insurer_date(policy.concluded_at)),
        "policyholder": _person(policy.policyholder),
        "insured": _person(policy.insured),
        "phone": show_phone(policy.contact_phone),
        "email": policy.contact_email,
        "starts_on": written(policy.period.starts_on),
        "last_day": written(policy.period.last_day),
        "insured_from": written(policy.insured_from),
        "waiting": days(policy.terms.waiting_days),
        "telemed_waits": policy.terms.telemed_waits,
        "programme": programme.name,
        "benefits": [
            {"name": one.name, "limit": roubles(one.annual_limit) if one.annual_limit else ""}
            for one in programme.benefits
        ],
        "exclusions": [one.name for one in programme.exclusions],
        "scope": SCOPE_NAMES[Scope(policy.scope)],
        "chooses_regions": fixed_regions(policy.scope) is None,
        "percent": policy.copay_percent,
        "example_price": roubles(EXAMPLE_PRICE),
        "example_share": roubles(EXAMPLE_PRICE.share(policy.copay_percent)),
        "charge_delay": months(policy.terms.charge_delay_months),
        "premium": roubles(policy.premium),
        "is_demo": policy.terms.tariff.is_demo,
    }


def terms_facts(policy: PolicyView) -> dict[str, Any]:
    """For `terms.typ`."""
    return {
        "number": policy.number,
        "sections": [asdict(one) for one in conditions(policy.terms, settings.BRAND.insurer)],
    }


def memo_facts(policy: PolicyView, portal_url: str) -> dict[str, Any]:
    """For `memo.typ`: the next steps, in their order."""
    return {**policy_facts(policy), "portal": portal_url, "child_age": policy.terms.child_age}


def receipt_facts(policies: list[PolicyView], payment: PaymentView) -> dict[str, Any]:
    """For `receipt.typ`: what was paid and for which policies."""
    paid_on = clock.insurer_date(payment.settled_at or payment.created_at)
    return {
        "number": policies[0].number,
        "rows": [
            {"number": one.number, "insured": one.insured.full_name, "premium": roubles(one.premium)}
            for one in policies
        ],
        "total": roubles(payment.amount),
        "paid_on": written(paid_on),
        "payment": payment.acquirer_id or str(payment.id),
        "item": payment.receipt_item,
        "fiscal": payment.receipt_registration == "succeeded",
        "sent_to": payment.receipt_to,
    }


def written(day: date) -> str:
    """«24 марта 2026»"""
    return date_format(day, "j E Y", use_l10n=False).replace(" ", "\u00a0")


def _person(card: PersonCard) -> dict[str, str]:
    return {"name": card.full_name, "born_on": written(card.born_on)}
