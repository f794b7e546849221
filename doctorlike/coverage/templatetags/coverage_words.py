"""Reasons in words for pages that kept only their codes."""

from django import template

from doctorlike.coverage import words

register = template.Library()


@register.filter
def reason_words(code: str) -> str:
    """«expired» → «Полис уже не действовал.»; nothing for a code that is none of the decision's."""
    return words.reason(code) if words.is_reason(code) else ""
