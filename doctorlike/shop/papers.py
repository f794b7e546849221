"""What stands in the documents of a policy: facts for the Typst templates, in people's words."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.formats import date_format

from doctorlike.accounts.queries import PersonCard
from doctorlike.documents.rules import Paper
from doctorlike.kit import clock
from doctorlike.kit.phones import show_phone
from doctorlike.payments.queries import PaymentView
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import Scope, fixed_regions
from doctorlike.shop.words import EXAMPLE_PRICE, conditions, conditions_text, days, months, roubles

SCOPE_NAMES = {
    Scope.MOSCOW: "Москва и Московская область",
    Scope.SAINT_PETERSBURG: "Санкт-Петербург и Ленинградская область",
    Scope.REGIONS: "Регионы России, кроме Москвы, Санкт-Петербурга и их областей",
    Scope.RUSSIA: "Вся Россия",
}


def papers_of(policy: PolicyView, portal_url: str) -> list[Paper]:
    """The documents of a policy, to be made. The conditions are the same for every policy sold on them, so they are set
    and signed once."""

    def paper(kind: str, facts: dict[str, Any], title: str, *, is_shared: bool = False) -> Paper:
        return Paper(kind, kind, facts, "policy", policy.id, title, is_shared=is_shared)

    return [
        paper("policy", policy_facts(policy), f"Полис {policy.number}"),
        paper("terms", terms_facts(policy), f"Условия страхования, редакция {edition(policy)}", is_shared=True),
        paper("memo", memo_facts(policy, portal_url), f"Памятка к полису {policy.number}"),
    ]


def receipt_of(order_id: UUID, policies: list[PolicyView], payment: PaymentView) -> Paper:
    """What was paid for an order, to be made."""
    facts = receipt_facts(policies, payment)
    return Paper("receipt", "receipt", facts, "order", order_id, "Квитанция об оплате")


def edition(policy: PolicyView) -> str:
    """Names the wording of the conditions: other words have another edition."""
    said = conditions_text(policy.terms, settings.BRAND.insurer)
    return hashlib.sha256(said.encode()).hexdigest()[:8].upper()


def policy_facts(policy: PolicyView) -> dict[str, Any]:
    """For `policy.typ`."""
    programme = policy.terms.programme(policy.programme)
    return {
        "verified_at": f"{settings.SITE_URLS['portal']}/verify/",
        "edition": edition(policy),
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
        "sum_insured": roubles(programme.sum_insured) if programme.sum_insured else "",
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
        "edition": edition(policy),
        "sections": [asdict(one) for one in conditions(policy.terms, settings.BRAND.insurer)],
    }


def memo_facts(policy: PolicyView, portal_url: str) -> dict[str, Any]:
    """For `memo.typ`: the next steps, in their order."""
    return {
        "number": policy.number,
        "insured": _person(policy.insured),
        "starts_on": written(policy.period.starts_on),
        "insured_from": written(policy.insured_from),
        "telemed_waits": policy.terms.telemed_waits,
        "scope": SCOPE_NAMES[Scope(policy.scope)],
        "chooses_regions": fixed_regions(policy.scope) is None,
        "percent": policy.copay_percent,
        "charge_delay": months(policy.terms.charge_delay_months),
        "portal": portal_url,
        "child_age": policy.terms.child_age,
    }


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
