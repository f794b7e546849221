"""Words of consents from before `audit.Wording` kept them."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.conf import settings

from doctorlike.accounts.queries import ConsentView
from doctorlike.kit.errors import NotFoundError
from doctorlike.products import queries as products
from doctorlike.shop.words import consents


def made_again(consent: ConsentView) -> str:
    """The shop's words of that version of the product, when they still have the digest that was agreed to; else
    empty."""
    version, _slash, _wording = consent.document_version.partition("/")
    if consent.subject_type != "order":
        return ""
    try:
        terms = products.terms_of(UUID(version))
    except (ValueError, NotFoundError):
        return ""
    for one in consents(terms, settings.BRAND.insurer):
        if hashlib.sha256(one.text.encode()).hexdigest() == consent.text_sha256:
            return one.text
    return ""
