"""Reasons of the eligibility decision in words, as `coverage.words` has them."""

from __future__ import annotations

from django import template

from doctorlike.coverage import words
from doctorlike.coverage.rules import Reason

register = template.Library()


@register.filter
def reason_words(reason: Reason | str) -> str:
    """A reason with its day, or a code that was kept alone."""
    if isinstance(reason, str):
        return words.reason(reason)
    return words.reason(reason.code, until_on=reason.until_on, since_on=reason.since_on)


@register.filter
def reason_remedy(reason: Reason | str) -> str:
    """What would help, or nothing."""
    return words.remedy(str(getattr(reason, "code", reason)))
